// verdict: right

package main

import (
	"runtime"
	"sync"
)

type account struct {
	sync.Mutex
	balance int
}

func transfer(from, to *account, amount int) {
	for done := false; !done; {
		from.Lock()
		if to.TryLock() {
			from.balance -= amount
			to.balance += amount
			to.Unlock()
			done = true
		}
		from.Unlock()
		runtime.Gosched()
	}
}

func main() {
	var a, b account
	var wg sync.WaitGroup
	wg.Go(func() { transfer(&a, &b, 5) })
	wg.Go(func() { transfer(&b, &a, 3) })
	wg.Wait()
	if a.balance != -2 || b.balance != 2 {
		panic("money lost")
	}
}
