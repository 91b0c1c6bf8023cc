// outcome: "done\n"
// outcome: deadlock ""
// race: no
// source: Little Book of Semaphores, section 3.7 Reusable barrier: a barrier that is right once
// why: who is quick comes again and counts 1 before the other has seen 0; then both wait

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
		wg.Go(func() {
			b.wait()
			b.wait()
		})
	}
	wg.Wait()
	fmt.Println("done")
}
