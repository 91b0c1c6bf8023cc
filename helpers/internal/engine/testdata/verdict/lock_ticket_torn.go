// interleavings: unbounded
// outcome: "1\n"
// outcome: "2\n"
// outcome: endless ""
// race: yes
// why: two goroutines draw the same ticket, as it is loaded and stored; then turn may pass a
//   number that nobody has

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type ticketLock struct{ ticket, turn atomic.Int32 }

func (l *ticketLock) Lock() {
	my := l.ticket.Load()
	l.ticket.Store(my + 1)
	for l.turn.Load() != my {
	}
}

func (l *ticketLock) Unlock() { l.turn.Add(1) }

func main() {
	var l ticketLock
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
