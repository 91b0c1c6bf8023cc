// interleavings: 924
// outcome: 8 × "Final counter value: 2\n"
// outcome: 300 × "Final counter value: 3\n"
// outcome: 416 × "Final counter value: 4\n"
// outcome: 180 × "Final counter value: 5\n"
// outcome: 20 × "Final counter value: 6\n"
// least: 2
// race: yes
// why: each of 2 goroutines loads and stores 3 times: 12! / 6!^2 orders; the values by dynamic
//   programming over (counter, steps done, values read)

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 3 {
				next := counter + 1
				// runtime.Gosched()
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
