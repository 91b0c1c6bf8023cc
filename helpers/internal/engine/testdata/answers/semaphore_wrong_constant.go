// verdict: wrong
// why: 2 where n should stand: right for 2

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type semaphore chan struct{}

func newSemaphore(n int) semaphore { return make(semaphore, 2) }

func (s semaphore) Acquire() { s <- struct{}{} }
func (s semaphore) Release() { <-s }

func main() {
	s := newSemaphore(1)
	var inside atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
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
