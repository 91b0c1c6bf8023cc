// interleavings: 20
// outcome: 18 × "0 0\n"
// outcome: 1 × "0 1\n"
// outcome: 1 × "1 0\n"
// race: no
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 6! / 3!^2
// source: herd7, litmus test LB (load buffering)

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
		r1 = x.Load()
		y.Store(1)
	})
	wg.Go(func() {
		r2 = y.Load()
		x.Store(1)
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
