// interleavings: 6
// outcome: 6 × "4\n"
// race: no
// why: as atomic_add, with the older functions

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var counter int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 2 {
				atomic.AddInt64(&counter, 1)
			}
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
