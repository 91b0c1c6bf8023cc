// outcome: "0s 10ms 20ms\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"sync"
	"time"
)

type limiter struct {
	lock     sync.Mutex
	next     time.Time
	interval time.Duration
}

func (l *limiter) Wait() {
	l.lock.Lock()
	now := time.Now()
	at := l.next
	if at.Before(now) {
		at = now
	}
	l.next = at.Add(l.interval)
	l.lock.Unlock()
	time.Sleep(at.Sub(now))
}

func main() {
	l := &limiter{interval: 10 * time.Millisecond}
	start := time.Now()
	var lock sync.Mutex
	var passed []time.Duration
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			l.Wait()
			lock.Lock()
			passed = append(passed, time.Since(start))
			lock.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(passed[0], passed[1], passed[2])
}
