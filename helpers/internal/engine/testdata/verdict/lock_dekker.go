// interleavings: unbounded
// outcome: "2\n"
// race: no
// source: Dijkstra, Cooperating sequential processes, Dekker's algorithm: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type dekker struct {
	wants [2]atomic.Bool
	turn  atomic.Int32
}

func (d *dekker) Lock(me int) {
	other := 1 - me
	d.wants[me].Store(true)
	for d.wants[other].Load() {
		if d.turn.Load() != int32(me) {
			d.wants[me].Store(false)
			for d.turn.Load() != int32(me) {
			}
			d.wants[me].Store(true)
		}
	}
}

func (d *dekker) Unlock(me int) {
	d.turn.Store(int32(1 - me))
	d.wants[me].Store(false)
}

func main() {
	var l dekker
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
