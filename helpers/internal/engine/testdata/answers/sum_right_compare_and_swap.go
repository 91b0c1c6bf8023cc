// verdict: right

package main

import (
	"sync"
	"sync/atomic"
)

type sum struct{ n atomic.Int64 }

func (s *sum) Add(v int64) {
	old := s.n.Load()
	for !s.n.CompareAndSwap(old, old+v) {
		old = s.n.Load()
	}
}

func main() {
	var s sum
	var wg sync.WaitGroup
	for _, v := range []int64{1, 10, 100} {
		wg.Go(func() { s.Add(v) })
	}
	wg.Wait()
	if s.n.Load() != 111 {
		panic("wrong")
	}
}
