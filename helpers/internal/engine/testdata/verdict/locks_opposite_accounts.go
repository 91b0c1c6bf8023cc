// interleavings: 6
// outcome: 4 × "100 100\n"
// outcome: 2 × deadlock ""
// race: no
// why: as locks_opposite: the deferred unlocks run in the order second, first, and the amounts
//   change only under both locks

package main

import (
	"fmt"
	"sync"
)

type account struct {
	sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	from.Lock()
	defer from.Unlock()
	to.Lock()
	defer to.Unlock()
	from.balance -= amount
	to.balance += amount
}

func main() {
	x, y := &account{balance: 100}, &account{balance: 100}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(x, y, 10) })
	wg.Go(func() { transfer(y, x, 10) })
	wg.Wait()
	fmt.Println(x.balance, y.balance)
}
