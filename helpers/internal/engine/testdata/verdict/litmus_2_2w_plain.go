// interleavings: 6
// outcome: 1 × "1 2\n"
// outcome: 1 × "2 1\n"
// outcome: 4 × "2 2\n"
// tso outcome: "1 2\n"
// tso outcome: "2 1\n"
// tso outcome: "2 2\n"
// race: yes
// why: two stores each: 4! / 2!^2
// source: herd7, litmus test 2+2W (two places, two writes each)

package main

import (
	"fmt"
	"sync"
)

func main() {
	var x, y int
	var wg sync.WaitGroup
	wg.Go(func() {
		x = 1
		y = 2
	})
	wg.Go(func() {
		y = 1
		x = 2
	})
	wg.Wait()
	fmt.Println(x, y)
}
