// interleavings: unbounded
// outcome: "2\n"
// race: no
// source: OSTEP, chapter 28 Locks, aside on Dekker's and Peterson's algorithms: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type peterson struct {
	wants [2]atomic.Bool
	turn  atomic.Int32
}

func (p *peterson) Lock(me int) {
	other := 1 - me
	p.wants[me].Store(true)
	p.turn.Store(int32(other))
	for p.wants[other].Load() && p.turn.Load() == int32(other) {
	}
}

func (p *peterson) Unlock(me int) { p.wants[me].Store(false) }

func main() {
	var l peterson
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
