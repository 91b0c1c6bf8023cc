// verdict: right

package main

import "sync"

type rw struct {
	mu      sync.Mutex
	cond    sync.Cond
	readers int
	writer  bool
}

func newRW() *rw {
	l := &rw{}
	l.cond.L = &l.mu
	return l
}

func (l *rw) RLock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writer {
		l.cond.Wait()
	}
	l.readers++
}

func (l *rw) RUnlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.readers--; l.readers == 0 {
		l.cond.Broadcast()
	}
}

func (l *rw) Lock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writer || l.readers > 0 {
		l.cond.Wait()
	}
	l.writer = true
}

func (l *rw) Unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writer = false
	l.cond.Broadcast()
}

func main() {
	l := newRW()
	a, b := make(chan bool, 1), make(chan bool, 1)
	value := 0
	read := func(mine, theirs chan bool) {
		l.RLock()
		mine <- true
		<-theirs
		_ = value
		l.RUnlock()
	}
	l.Lock()
	var wg sync.WaitGroup
	wg.Go(func() { read(a, b) })
	wg.Go(func() { read(b, a) })
	value = 1
	l.Unlock()
	wg.Wait()
}
