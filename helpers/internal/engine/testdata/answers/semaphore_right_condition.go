// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type semaphore struct {
	mu   sync.Mutex
	cond *sync.Cond
	free int
}

func newSemaphore(n int) *semaphore {
	s := &semaphore{free: n}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *semaphore) Acquire() {
	s.mu.Lock()
	for s.free == 0 {
		s.cond.Wait()
	}
	s.free--
	s.mu.Unlock()
}

func (s *semaphore) Release() {
	s.mu.Lock()
	s.free++
	s.mu.Unlock()
	s.cond.Signal()
}

func main() {
	s := newSemaphore(1)
	var inside atomic.Int32
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			s.Acquire()
			if inside.Add(1) > 1 {
				fmt.Println("wrong")
			}
			inside.Add(-1)
			s.Release()
		})
	}
	wg.Wait()
}
