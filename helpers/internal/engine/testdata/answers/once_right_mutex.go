// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type once struct {
	mu   sync.Mutex
	done atomic.Bool
}

func (o *once) Do(f func()) {
	if o.done.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done.Load() {
		defer o.done.Store(true)
		f()
	}
}

func main() {
	var o once
	value := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			o.Do(func() { value++ })
			if value != 1 {
				fmt.Println("wrong")
			}
		})
	}
	wg.Wait()
}
