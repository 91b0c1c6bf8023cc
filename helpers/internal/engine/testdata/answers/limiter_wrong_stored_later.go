// verdict: wrong
// clock: virtual

package main

import (
	"fmt"
	"sync"
	"time"
)

type limiter struct {
	mu       sync.Mutex
	next     time.Time
	interval time.Duration
}

func (l *limiter) Wait() {
	l.mu.Lock()
	next := l.next
	l.mu.Unlock()
	time.Sleep(time.Until(next))
	l.mu.Lock()
	l.next = time.Now().Add(l.interval)
	l.mu.Unlock()
}

func main() {
	l := limiter{interval: time.Second}
	l.Wait()
	start := time.Now()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(l.Wait)
	}
	wg.Wait()
	if time.Since(start) < 2*time.Second {
		fmt.Println("wrong")
	}
}
