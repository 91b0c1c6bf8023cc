// verdict: wrong

package main

import "sync"

type account struct {
	mu      sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) bool {
	from.mu.Lock()
	defer from.mu.Unlock()
	if from.balance < amount {
		return false
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	from.balance -= amount
	to.balance += amount
	return true
}

func main() {
	a, b := &account{balance: 10}, &account{balance: 10}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(a, b, 5) })
	wg.Go(func() { transfer(b, a, 5) })
	wg.Wait()
	if a.balance+b.balance != 20 {
		panic("money lost")
	}
}
