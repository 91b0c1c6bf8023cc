// verdict: right
// clock: virtual

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// limiter burns a core while it waits: for the time, and for a flag that a timer puts down.
type limiter struct {
	mu   sync.Mutex
	next time.Time
	busy atomic.Bool
}

func (l *limiter) untilTheTime() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for time.Now().Before(l.next) {
	}
	l.next = time.Now().Add(5 * time.Millisecond)
}

func (l *limiter) untilTheFlag() {
	for !l.busy.CompareAndSwap(false, true) {
		runtime.Gosched()
	}
	time.AfterFunc(time.Second, func() { l.busy.Store(false) })
}

func main() {
	for _, wait := range []func(*limiter){(*limiter).untilTheTime, (*limiter).untilTheFlag} {
		var l limiter
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { wait(&l) })
		}
		wg.Wait()
		if took := time.Since(start); took != 5*time.Millisecond && took != time.Second {
			fmt.Println("wrong", took)
		}
	}
}
