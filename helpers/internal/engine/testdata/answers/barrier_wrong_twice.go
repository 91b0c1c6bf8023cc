// verdict: wrong

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type barrier struct {
	n       int32
	arrived atomic.Int32
}

func (b *barrier) Wait() {
	if b.arrived.Add(1) == b.n {
		b.arrived.Store(0)
		return
	}
	for b.arrived.Load() != 0 {
		runtime.Gosched()
	}
}

func main() {
	b := barrier{n: 2}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			b.Wait()
			b.Wait()
		})
	}
	wg.Wait()
	fmt.Println("right")
}
