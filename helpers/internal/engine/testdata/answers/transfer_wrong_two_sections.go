// verdict: wrong
// why: between the sections somebody may see that money is missing, and two may take more than
//   there is

package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) get() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

func (a *account) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

func transfer(from, to *account, amount int) bool {
	if from.get() < amount {
		return false
	}
	from.add(-amount)
	to.add(amount)
	return true
}

func main() {
	a, b := &account{balance: 10}, &account{}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { transfer(a, b, 10) })
	}
	wg.Wait()
	if a.get() < 0 {
		fmt.Println("wrong")
	}
}
