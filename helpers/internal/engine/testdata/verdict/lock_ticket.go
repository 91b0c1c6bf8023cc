// interleavings: unbounded
// outcome: "3\n"
// race: no
// source: OSTEP, chapter 28 Locks, figure 28.7: a ticket lock is right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type ticketLock struct{ ticket, turn atomic.Int32 }

func (l *ticketLock) Lock() {
	my := l.ticket.Add(1) - 1
	for l.turn.Load() != my {
	}
}

func (l *ticketLock) Unlock() { l.turn.Add(1) }

func main() {
	var l ticketLock
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
