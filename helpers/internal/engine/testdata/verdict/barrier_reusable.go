// outcome: "0 too early\n"
// race: no
// source: Herlihy and Shavit, chapter 17 Barriers: with a number for each round it can be used
//   again

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type barrier struct {
	lock         sync.Mutex
	cond         *sync.Cond
	count, round int
}

func (b *barrier) wait() {
	b.lock.Lock()
	defer b.lock.Unlock()
	round := b.round
	b.count++
	if b.count == 2 {
		b.count = 0
		b.round++
		b.cond.Broadcast()
		return
	}
	for b.round == round {
		b.cond.Wait()
	}
}

func main() {
	b := &barrier{}
	b.cond = sync.NewCond(&b.lock)
	var phase2, early atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			b.wait()
			phase2.Add(1)
			b.wait()
			if phase2.Load() < 2 {
				early.Add(1)
			}
		})
	}
	wg.Wait()
	fmt.Println(early.Load(), "too early")
}
