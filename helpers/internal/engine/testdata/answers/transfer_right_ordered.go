// verdict: right

package main

import (
	"sort"
	"sync"
)

type account struct {
	id, balance int
	mu          sync.Mutex
}

func transfer(from, to *account, amount int) (ok bool) {
	accounts := []*account{from, to}
	sort.Slice(accounts, func(i, j int) bool { return accounts[i].id < accounts[j].id })
	for _, a := range accounts {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	if from.balance < amount {
		return false
	}
	from.balance -= amount
	to.balance += amount
	return true
}

func main() {
	a, b := &account{id: 1, balance: 10}, &account{id: 2, balance: 10}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(a, b, 5) })
	wg.Go(func() { transfer(b, a, 7) })
	wg.Wait()
	if a.balance != 12 || b.balance != 8 {
		panic("money lost")
	}
}
