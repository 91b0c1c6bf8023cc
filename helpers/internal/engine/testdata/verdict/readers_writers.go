// outcome: "1\n"
// outcome: "0\n"
// race: no
// source: Little Book of Semaphores, section 4.2.2: readers and writers
// why: the reader prints what it read, before or after the writer

package main

import (
	"fmt"
	"sync"
)

type rwLock struct {
	lock    sync.Mutex
	cond    *sync.Cond
	readers int
	writing bool
}

func (l *rwLock) RLock() {
	l.lock.Lock()
	for l.writing {
		l.cond.Wait()
	}
	l.readers++
	l.lock.Unlock()
}

func (l *rwLock) RUnlock() {
	l.lock.Lock()
	l.readers--
	l.cond.Broadcast()
	l.lock.Unlock()
}

func (l *rwLock) Lock() {
	l.lock.Lock()
	for l.writing || l.readers > 0 {
		l.cond.Wait()
	}
	l.writing = true
	l.lock.Unlock()
}

func (l *rwLock) Unlock() {
	l.lock.Lock()
	l.writing = false
	l.cond.Broadcast()
	l.lock.Unlock()
}

func main() {
	l := &rwLock{}
	l.cond = sync.NewCond(&l.lock)
	data, seen := 0, 0
	var wg sync.WaitGroup
	wg.Go(func() {
		l.Lock()
		data++
		l.Unlock()
	})
	wg.Go(func() {
		l.RLock()
		seen = data
		l.RUnlock()
	})
	wg.Wait()
	fmt.Println(seen)
}
