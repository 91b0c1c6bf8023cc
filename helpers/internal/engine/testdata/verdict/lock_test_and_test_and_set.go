// interleavings: unbounded
// outcome: "3\n"
// race: no
// source: Herlihy and Shavit, The Art of Multiprocessor Programming, chapter 7 (TTASLock): right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type spinLock struct{ state atomic.Bool }

func (l *spinLock) Lock() {
	for {
		for l.state.Load() {
		}
		if !l.state.Swap(true) {
			return
		}
	}
}

func (l *spinLock) Unlock() { l.state.Store(false) }

func main() {
	var l spinLock
	var wg sync.WaitGroup
	counter := 0
	for range 3 {
		wg.Go(func() {
			l.Lock()
			counter++
			l.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
