// verdict: wrong
// why: trusts that who is signalled comes next

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

func (s *semaphore) Acquire() {
	s.mu.Lock()
	if s.free == 0 {
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
	s := &semaphore{free: 1}
	s.cond = sync.NewCond(&s.mu)
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
