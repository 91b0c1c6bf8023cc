// verdict: wrong

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var sum atomic.Int64

func add(v int) { sum.Store(sum.Load() + int64(v)) }

func main() {
	var wg sync.WaitGroup
	for _, v := range []int{1, 10} {
		wg.Go(func() { add(v) })
	}
	wg.Wait()
	if sum.Load() != 11 {
		fmt.Println("wrong")
	}
}
