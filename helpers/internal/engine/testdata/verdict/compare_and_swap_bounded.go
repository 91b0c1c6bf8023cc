// interleavings: 498
// outcome: 246 × "3\n"
// outcome: 252 × "2\n"
// race: no
// why: two attempts are enough for two goroutines and not for three: each attempt may fail by
//   another's success; counted by a brute-force script

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
			for range 2 {
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
