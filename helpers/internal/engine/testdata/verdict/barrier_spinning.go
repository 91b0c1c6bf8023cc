// interleavings: unbounded
// outcome: "0 too early\n"
// race: no
// source: Herlihy and Shavit, chapter 17 Barriers, the sense-reversing barrier

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type barrier struct {
	count atomic.Int32
	sense atomic.Bool
}

func (b *barrier) wait() {
	mine := !b.sense.Load()
	if b.count.Add(1) == 2 {
		b.count.Store(0)
		b.sense.Store(mine)
		return
	}
	for b.sense.Load() != mine {
		runtime.Gosched()
	}
}

func main() {
	var b barrier
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
