// interleavings: 16
// outcome: 4 × "done\n"
// outcome: 12 × panic "close of closed channel" ""
// race: no
// why: both may find the flag unset before either closes; counted by a brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	stop := make(chan struct{})
	var stopped atomic.Bool
	closeOnce := func() {
		if !stopped.Load() {
			stopped.Store(true)
			close(stop)
		}
	}
	var wg sync.WaitGroup
	wg.Go(closeOnce)
	wg.Go(closeOnce)
	wg.Wait()
	fmt.Println("done")
}
