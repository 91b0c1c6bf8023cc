// interleavings: unbounded
// outcome: endless ""
// race: no
// source: Herlihy and Shavit, chapter 2, LockTwo: excludes, but who comes last waits for ever for
//   one to come after

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type lockTwo struct{ victim atomic.Int32 }

func (l *lockTwo) Lock(me int) {
	l.victim.Store(int32(me))
	for l.victim.Load() == int32(me) {
	}
}

func main() {
	var l lockTwo
	var wg sync.WaitGroup
	counter := 0
	for me := 1; me <= 2; me++ {
		wg.Go(func() {
			l.Lock(me)
			counter++
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
