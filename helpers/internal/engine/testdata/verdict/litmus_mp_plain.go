// interleavings: 15
// outcome: 3 × "0 0\n"
// outcome: 11 × "0 1\n"
// outcome: 1 × "1 1\n"
// tso outcome: "0 0\n"
// tso outcome: "0 1\n"
// tso outcome: "1 1\n"
// race: yes
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 6! / (2! 4!)
// source: herd7, litmus test MP (message passing)

package main

import (
	"fmt"
	"sync"
)

func main() {
	var x, y int
	var r1, r2 int
	var wg sync.WaitGroup
	wg.Go(func() {
		x = 1
		y = 1
	})
	wg.Go(func() {
		r1 = y
		r2 = x
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
