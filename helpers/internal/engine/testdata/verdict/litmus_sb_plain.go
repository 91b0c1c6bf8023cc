// interleavings: 20
// outcome: 4 × "0 1\n"
// outcome: 4 × "1 0\n"
// outcome: 12 × "1 1\n"
// tso outcome: "0 0\n"
// tso outcome: "0 1\n"
// tso outcome: "1 0\n"
// tso outcome: "1 1\n"
// race: yes
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 6! / 3!^2
// source: herd7, litmus test SB (store buffering)

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
		r1 = y
	})
	wg.Go(func() {
		y = 1
		r2 = x
	})
	wg.Wait()
	fmt.Println(r1, r2)
}
