// verdict: right
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
	at := l.next
	if now := time.Now(); at.Before(now) {
		at = now
	}
	l.next = at.Add(l.interval)
	l.mu.Unlock()
	time.Sleep(time.Until(at))
}

func main() {
	l := limiter{interval: time.Second}
	start := time.Now()
	l.Wait()
	time.Sleep(1500 * time.Millisecond)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(l.Wait)
	}
	wg.Wait()
	if took := time.Since(start); took != 2500*time.Millisecond {
		fmt.Println("wrong", took)
	}
}
