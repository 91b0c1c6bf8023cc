// interleavings: 6
// outcome: 1 × "1 2\n"
// outcome: 1 × "2 1\n"
// outcome: 4 × "2 2\n"
// race: no
// why: two stores each: 4! / 2!^2
// source: herd7, litmus test 2+2W (two places, two writes each)

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var x, y atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		x.Store(1)
		y.Store(2)
	})
	wg.Go(func() {
		y.Store(1)
		x.Store(2)
	})
	wg.Wait()
	fmt.Println(x.Load(), y.Load())
}
