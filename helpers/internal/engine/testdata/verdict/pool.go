// outcome: "2\n"
// race: no

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	pool := sync.Pool{New: func() any { return new(int) }}
	var total atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			n := pool.Get().(*int)
			*n = 1
			total.Add(int64(*n))
			pool.Put(n)
		})
	}
	wg.Wait()
	fmt.Println(total.Load())
}
