// outcome: "done\n"
// outcome: panic "close of closed channel" ""
// race: no
// why: both may find the flag unset before either closes

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
