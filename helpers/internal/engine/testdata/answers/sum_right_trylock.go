// verdict: right

package main

import (
	"fmt"
	"runtime"
	"sync"
)

type sum struct {
	mu sync.Mutex
	n  int
}

func (s *sum) Add(v int) {
	for !s.mu.TryLock() {
		runtime.Gosched()
	}
	s.n += v
	s.mu.Unlock()
}

func main() {
	var s sum
	var wg sync.WaitGroup
	for _, v := range []int{1, 2} {
		wg.Go(func() { s.Add(v) })
	}
	wg.Wait()
	if s.n != 3 {
		fmt.Println("wrong")
	}
}
