// outcome: "2\n"
// outcome: "3\n"
// race: yes
// why: Broadcast wakes two writers, and neither looks again; Unlock of the one lets the third in
//   too

package main

import (
	"fmt"
	"sync"
)

type rwLock struct {
	lock    sync.Mutex
	cond    *sync.Cond
	writing bool
}

func (l *rwLock) Lock() {
	l.lock.Lock()
	if l.writing {
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
	data := 0
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			l.Lock()
			data++
			l.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(data)
}
