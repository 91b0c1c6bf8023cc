// interleavings: unbounded
// outcome: "1\n"
// outcome: "2\n"
// race: yes
// why: A gives the turn away, B passes all of Lock as A does not yet want, then A wants, has the
//   turn from B, and passes too

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
	p.turn.Store(int32(other))
	p.wants[me].Store(true)
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
