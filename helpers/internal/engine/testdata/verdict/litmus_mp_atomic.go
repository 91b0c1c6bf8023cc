// interleavings: 15
// outcome: 3 × "0 0\n"
// outcome: 11 × "0 1\n"
// outcome: 1 × "1 1\n"
// race: no
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 6! / (2! 4!)
// source: herd7, litmus test MP (message passing)

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var x, y atomic.Int64
	var r1, r2 int64
	var wg sync.WaitGroup
	wg.Go(func() {
		x.Store(1)
		y.Store(1)
	})
	wg.Go(func() {
		r1 = y.Load()
		r2 = x.Load()
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
