// interleavings: unbounded
// outcome: "100 100\n"
// race: no
// source: OSTEP, chapter 32 Common Concurrency Problems, "No Preemption": right, though both may
//   back off again and again

package main

import (
	"fmt"
	"runtime"
	"sync"
)

type account struct {
	sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	for {
		from.Lock()
		if to.TryLock() {
			break
		}
		from.Unlock()
		runtime.Gosched()
	}
	from.balance -= amount
	to.balance += amount
	to.Unlock()
	from.Unlock()
}

func main() {
	x, y := &account{balance: 100}, &account{balance: 100}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(x, y, 10) })
	wg.Go(func() { transfer(y, x, 10) })
	wg.Wait()
	fmt.Println(x.balance, y.balance)
}
