// outcome: "2\n"
// race: no
// source: OSTEP, chapter 31 Semaphores, figure 31.17: a semaphore of a lock and a condition

package main

import (
	"fmt"
	"sync"
)

type semaphore struct {
	lock  sync.Mutex
	cond  *sync.Cond
	value int
}

func (s *semaphore) wait() {
	s.lock.Lock()
	for s.value <= 0 {
		s.cond.Wait()
	}
	s.value--
	s.lock.Unlock()
}

func (s *semaphore) post() {
	s.lock.Lock()
	s.value++
	s.cond.Signal()
	s.lock.Unlock()
}

func main() {
	s := &semaphore{value: 1}
	s.cond = sync.NewCond(&s.lock)
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			s.wait()
			counter++
			s.post()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
