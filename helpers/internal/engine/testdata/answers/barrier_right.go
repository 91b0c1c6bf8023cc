// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type barrier struct {
	mu      sync.Mutex
	n       int
	arrived int
	open    chan struct{}
}

func (b *barrier) Wait() {
	b.mu.Lock()
	open := b.open
	if b.arrived++; b.arrived == b.n {
		b.arrived, b.open = 0, make(chan struct{})
		close(open)
	}
	b.mu.Unlock()
	<-open
}

func main() {
	b := barrier{n: 2, open: make(chan struct{})}
	var phase atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for round := range int32(2) {
				phase.Add(1)
				b.Wait()
				if phase.Load() < 2*(round+1) {
					fmt.Println("wrong")
				}
				b.Wait()
			}
		})
	}
	wg.Wait()
}
