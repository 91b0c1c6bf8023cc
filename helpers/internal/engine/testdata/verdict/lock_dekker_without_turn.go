// interleavings: unbounded
// outcome: "2\n"
// outcome: endless ""
// race: no
// source: Herlihy and Shavit, chapter 2, LockOne: excludes, and deadlocks when both want at once

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type lockOne struct{ wants [2]atomic.Bool }

func (l *lockOne) Lock(me int) {
	l.wants[me].Store(true)
	for l.wants[1-me].Load() {
	}
}

func (l *lockOne) Unlock(me int) { l.wants[me].Store(false) }

func main() {
	var l lockOne
	var wg sync.WaitGroup
	counter := 0
	for me := range 2 {
		wg.Go(func() {
			l.Lock(me)
			counter++
			l.Unlock(me)
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
