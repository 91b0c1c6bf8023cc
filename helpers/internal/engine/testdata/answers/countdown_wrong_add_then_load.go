// verdict: wrong
// why: both may find 0, and the channel is closed twice

package main

import (
	"sync"
	"sync/atomic"
)

func main() {
	var left atomic.Int32
	left.Store(2)
	done := make(chan bool)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			left.Add(-1)
			if left.Load() == 0 {
				close(done)
			}
		})
	}
	<-done
	wg.Wait()
}
