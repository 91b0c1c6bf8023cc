// interleavings: 34,650
// outcome: 10,428 × "Final counter value: 2\n"
// outcome: 15,180 × "Final counter value: 3\n"
// outcome: 7,512 × "Final counter value: 4\n"
// outcome: 1,440 × "Final counter value: 5\n"
// outcome: 90 × "Final counter value: 6\n"
// least: 2
// race: yes
// why: each of 3 goroutines loads and stores 2 times: 12! / 4!^3 orders; the values by dynamic
//   programming over (counter, steps done, values read)

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 3 {
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
