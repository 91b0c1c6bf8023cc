// interleavings: 20
// outcome: 4 × "0 1\n"
// outcome: 4 × "1 0\n"
// outcome: 12 × "1 1\n"
// race: no
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 6! / 3!^2
// source: herd7, litmus test SB (store buffering)

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
		r1 = y.Load()
	})
	wg.Go(func() {
		y.Store(1)
		r2 = x.Load()
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
