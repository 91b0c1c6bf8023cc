// verdict: right
// clock: virtual

package main

import (
	"fmt"
	"time"
)

type limiter struct{ tokens chan struct{} }

func newLimiter(interval time.Duration, stop chan bool) *limiter {
	l := &limiter{tokens: make(chan struct{})}
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case l.tokens <- struct{}{}:
			case <-stop:
				return
			}
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
		}
	}()
	return l
}

func (l *limiter) Wait() { <-l.tokens }

func main() {
	stop := make(chan bool)
	defer close(stop)
	l := newLimiter(time.Second, stop)
	start := time.Now()
	for range 3 {
		l.Wait()
	}
	if took := time.Since(start); took != 2*time.Second {
		fmt.Println("wrong", took)
	}
}
