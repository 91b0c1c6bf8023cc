// interleavings: unbounded
// outcome: "1\n"
// outcome: "2\n"
// race: yes
// source: Lamport, A New Solution of Dijkstra's Concurrent Programming Problem (1974): without
//   choosing, who has a number but has not yet written it is overtaken

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type bakery struct{ number [2]atomic.Int32 }

func (b *bakery) Lock(me int) {
	other := 1 - me
	b.number[me].Store(b.number[other].Load() + 1)
	for {
		theirs, mine := b.number[other].Load(), b.number[me].Load()
		if theirs == 0 || mine < theirs || mine == theirs && me < other {
			return
		}
	}
}

func (b *bakery) Unlock(me int) { b.number[me].Store(0) }

func main() {
	var l bakery
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
