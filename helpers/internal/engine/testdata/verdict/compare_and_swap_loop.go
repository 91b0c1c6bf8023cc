// interleavings: 498
// outcome: 498 × "3\n"
// race: no
// why: counted by a brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var counter atomic.Int64
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				old := counter.Load()
				if counter.CompareAndSwap(old, old+1) {
					return
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(counter.Load())
}
