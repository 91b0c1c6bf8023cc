// interleavings: 6
// outcome: 6 × "4\n"
// race: no
// why: two additions each, one step each: 4! / 2!^2

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var counter atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 2 {
				counter.Add(1)
			}
		})
	}
	wg.Wait()
	fmt.Println(counter.Load())
}
