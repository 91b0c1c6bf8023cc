// interleavings: 6,300
// outcome: 980 × "0 0 0 0\n"
// outcome: 1,066 × "0 0 0 1\n"
// outcome: 14 × "0 0 1 0\n"
// outcome: 40 × "0 0 1 1\n"
// outcome: 1,066 × "0 1 0 0\n"
// outcome: 920 × "0 1 0 1\n"
// outcome: 400 × "0 1 1 0\n"
// outcome: 554 × "0 1 1 1\n"
// outcome: 14 × "1 0 0 0\n"
// outcome: 400 × "1 0 0 1\n"
// outcome: 6 × "1 0 1 1\n"
// outcome: 40 × "1 1 0 0\n"
// outcome: 554 × "1 1 0 1\n"
// outcome: 6 × "1 1 1 0\n"
// outcome: 240 × "1 1 1 1\n"
// tso outcome: "0 0 0 0\n"
// tso outcome: "0 0 0 1\n"
// tso outcome: "0 0 1 0\n"
// tso outcome: "0 0 1 1\n"
// tso outcome: "0 1 0 0\n"
// tso outcome: "0 1 0 1\n"
// tso outcome: "0 1 1 0\n"
// tso outcome: "0 1 1 1\n"
// tso outcome: "1 0 0 0\n"
// tso outcome: "1 0 0 1\n"
// tso outcome: "1 0 1 1\n"
// tso outcome: "1 1 0 0\n"
// tso outcome: "1 1 0 1\n"
// tso outcome: "1 1 1 0\n"
// tso outcome: "1 1 1 1\n"
// race: yes
// why: a store is one step, and so is a load; keeping what was read is another, as main can reach
//   it: 10! / (4! 4!)
// source: herd7, litmus test IRIW (independent reads of independent writes)

package main

import (
	"fmt"
	"sync"
)

func main() {
	var x, y int
	var r1, r2, r3, r4 int
	var wg sync.WaitGroup
	wg.Go(func() {
		x = 1
	})
	wg.Go(func() {
		y = 1
	})
	wg.Go(func() {
		r1 = x
		r2 = y
	})
	wg.Go(func() {
		r3 = y
		r4 = x
	})
	wg.Wait()
	fmt.Println(r1, r2, r3, r4)
}
