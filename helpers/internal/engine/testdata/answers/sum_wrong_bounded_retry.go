// verdict: wrong
// why: right for two goroutines, as one failure means that the other is done

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var sum atomic.Int64

func add(v int64) {
	for range 2 {
		old := sum.Load()
		if sum.CompareAndSwap(old, old+v) {
			return
		}
	}
}

func main() {
	var wg sync.WaitGroup
	for _, v := range []int64{1, 10, 100} {
		wg.Go(func() { add(v) })
	}
	wg.Wait()
	if sum.Load() != 111 {
		fmt.Println("wrong")
	}
}
