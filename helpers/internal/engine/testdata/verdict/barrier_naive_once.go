// outcome: "done\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

type barrier struct {
	lock  sync.Mutex
	cond  *sync.Cond
	count int
}

func (b *barrier) wait() {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.count++
	if b.count == 2 {
		b.count = 0
		b.cond.Broadcast()
		return
	}
	for b.count != 0 {
		b.cond.Wait()
	}
}

func main() {
	b := &barrier{}
	b.cond = sync.NewCond(&b.lock)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(b.wait)
	}
	wg.Wait()
	fmt.Println("done")
}
