// outcome: "3\n"
// outcome: "1\n"
// outcome: "2\n"
// race: no
// why: a greater value may be stored over by a smaller one that was compared before

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
