// interleavings: unbounded
// outcome: "2\n"
// race: no
// source: OSTEP, chapter 28 Locks, figure 28.3: a spin lock with test-and-set is right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type spinLock struct{ flag atomic.Int32 }

func (l *spinLock) Lock() {
	for l.flag.Swap(1) == 1 {
	}
}

func (l *spinLock) Unlock() { l.flag.Store(0) }

func main() {
	var l spinLock
	var wg sync.WaitGroup
	counter := 0
	for range 2 {
		wg.Go(func() {
			l.Lock()
			counter++
			l.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
