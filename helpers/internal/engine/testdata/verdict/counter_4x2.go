// interleavings: 63,063,000
// outcome: 14,371,296 × "Final counter value: 2\n"
// outcome: 24,948,960 × "Final counter value: 3\n"
// outcome: 16,990,416 × "Final counter value: 4\n"
// outcome: 5,693,424 × "Final counter value: 5\n"
// outcome: 975,744 × "Final counter value: 6\n"
// outcome: 80,640 × "Final counter value: 7\n"
// outcome: 2,520 × "Final counter value: 8\n"
// least: 2
// race: yes
// why: each of 4 goroutines loads and stores 2 times: 16! / 4!^4 orders; the values by dynamic
//   programming over (counter, steps done, values read)

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2 {
				next := counter + 1
				// runtime.Gosched()
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
