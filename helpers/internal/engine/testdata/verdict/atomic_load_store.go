// interleavings: 6
// outcome: 4 × "1\n"
// outcome: 2 × "2\n"
// race: no
// why: two steps each: 4! / 2!^2 orders, of which two lose nothing; no data race, and an update
//   lost all the same

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
		wg.Go(func() { counter.Store(counter.Load() + 1) })
	}
	wg.Wait()
	fmt.Println(counter.Load())
}
