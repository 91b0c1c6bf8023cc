// outcome: "3\n"
// outcome: "2\n"
// race: yes
// why: who comes between Signal and waking takes the place, and the woken one takes it too

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
	if s.value <= 0 {
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
	for range 3 {
		wg.Go(func() {
			s.wait()
			counter++
			s.post()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
