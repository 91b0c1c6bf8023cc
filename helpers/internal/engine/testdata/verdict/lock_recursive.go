// interleavings: 1
// outcome: 1 × deadlock ""
// race: no
// why: Go's mutex knows no owner: to lock it again is to wait for oneself

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

func (a *account) Pay(amount int) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.Balance() >= amount {
		a.balance -= amount
	}
}

func main() {
	a := account{balance: 100}
	a.Pay(30)
	fmt.Println(a.balance)
}
