// interleavings: unbounded
// outcome: "2\n"
// race: no
// source: Herlihy and Shavit, chapter 2, Lamport's bakery: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type bakery struct {
	choosing [2]atomic.Bool
	number   [2]atomic.Int32
}

func (b *bakery) Lock(me int) {
	b.choosing[me].Store(true)
	b.number[me].Store(max(b.number[0].Load(), b.number[1].Load()) + 1)
	b.choosing[me].Store(false)
	other := 1 - me
	for b.choosing[other].Load() {
	}
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
