// interleavings: unbounded
// outcome: "2\n"
// outcome: endless ""
// race: no
// why: the value to compare with is loaded once, before the loop: when another has changed it, no
//   attempt can succeed

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	var counter atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			old := counter.Load()
			for !counter.CompareAndSwap(old, old+1) {
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	fmt.Println(counter.Load())
}
