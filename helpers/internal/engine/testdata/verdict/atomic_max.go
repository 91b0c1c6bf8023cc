// interleavings: 77
// outcome: 37 × "3\n"
// outcome: 16 × "1\n"
// outcome: 24 × "2\n"
// race: no
// why: a greater value may be stored over by a smaller one that was compared before; counted by a
//   brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var greatest atomic.Int64
	var wg sync.WaitGroup
	for value := int64(1); value <= 3; value++ {
		wg.Go(func() {
			if value > greatest.Load() {
				greatest.Store(value)
			}
		})
	}
	wg.Wait()
	fmt.Println(greatest.Load())
}
