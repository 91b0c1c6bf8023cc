// interleavings: 2
// outcome: 2 × "3 7\n"
// race: no
// why: each goroutine stores once, into a place of its own: 2!

package main

import (
	"fmt"
	"sync"
)

func main() {
	numbers := []int{1, 2, 3, 4}
	var sums [2]int
	var wg sync.WaitGroup
	for i := range sums {
		wg.Go(func() {
			sum := 0
			for _, n := range numbers[2*i : 2*i+2] {
				sum += n
			}
			sums[i] = sum
		})
	}
	wg.Wait()
	fmt.Println(sums[0], sums[1])
}
