// interleavings: unbounded
// outcome: "2\n"
// race: no
// source: OSTEP, chapter 28 Locks, figure 28.8: test-and-set and yield is right

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type yieldLock struct{ flag atomic.Int32 }

func (l *yieldLock) Lock() {
	for l.flag.Swap(1) == 1 {
		runtime.Gosched()
	}
}

func (l *yieldLock) Unlock() { l.flag.Store(0) }

func main() {
	var l yieldLock
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
