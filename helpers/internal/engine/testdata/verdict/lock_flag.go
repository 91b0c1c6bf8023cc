// interleavings: unbounded
// outcome: "1\n"
// outcome: "2\n"
// race: yes
// source: OSTEP, chapter 28 Locks, figure 28.1: a flag, tested and set in two steps, excludes
//   nobody

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type lock struct{ held atomic.Bool }

func (l *lock) Lock() {
	for l.held.Load() {
	}
	l.held.Store(true)
}

func (l *lock) Unlock() { l.held.Store(false) }

func main() {
	var l lock
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
