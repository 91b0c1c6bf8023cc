// outcome: "balance 20\n"
// outcome: "balance -60\n"
// race: no
// why: both see 100 before either takes its 80

package main

import (
	"fmt"
	"sync"
)

type account struct {
	lock    sync.Mutex
	balance int
}

func (a *account) Balance() int {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.balance
}

func (a *account) Take(amount int) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.balance -= amount
}

func main() {
	a := &account{balance: 100}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if a.Balance() >= 80 {
				a.Take(80)
			}
		})
	}
	wg.Wait()
	fmt.Println("balance", a.balance)
}
