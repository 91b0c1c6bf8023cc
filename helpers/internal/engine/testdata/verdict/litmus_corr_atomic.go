// interleavings: 5
// outcome: 2 × "0 0\n"
// outcome: 2 × "0 1\n"
// outcome: 1 × "1 1\n"
// race: no
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 5! / (1! 4!)
// source: herd7, litmus test CoRR (two reads of one place)

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var x atomic.Int64
	var r1, r2 int64
	var wg sync.WaitGroup
	wg.Go(func() {
		x.Store(1)
	})
	wg.Go(func() {
		r1 = x.Load()
		r2 = x.Load()
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
