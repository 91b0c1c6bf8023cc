// interleavings: unbounded
// outcome: "written\n"
// race: no
// source: Little Book of Semaphores, section 4.2.3 Starvation: readers that come and go can keep
//   the writer out for ever
// why: not endless, as from each state an end can be reached; but a schedule goes round without
//   the writer

package main

import (
	"fmt"
	"sync"
)

type rwLock struct {
	lock    sync.Mutex
	cond    *sync.Cond
	readers int
}

func (l *rwLock) RLock() {
	l.lock.Lock()
	l.readers++
	l.lock.Unlock()
}

func (l *rwLock) RUnlock() {
	l.lock.Lock()
	l.readers--
	if l.readers == 0 {
		l.cond.Signal()
	}
	l.lock.Unlock()
}

func (l *rwLock) Lock() {
	l.lock.Lock()
	for l.readers > 0 {
		l.cond.Wait()
	}
}

func (l *rwLock) Unlock() { l.lock.Unlock() }

func main() {
	l := &rwLock{}
	l.cond = sync.NewCond(&l.lock)
	written := false
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for end := false; !end; {
				l.RLock()
				end = written
				l.RUnlock()
			}
		})
	}
	l.Lock()
	written = true
	l.Unlock()
	wg.Wait()
	fmt.Println("written")
}
