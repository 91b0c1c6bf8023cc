// interleavings: 305,540,235,000
// outcome: 56,721,428,400 × "Final counter value: 2\n"
// outcome: 109,663,825,200 × "Final counter value: 3\n"
// outcome: 88,820,584,320 × "Final counter value: 4\n"
// outcome: 38,803,505,760 × "Final counter value: 5\n"
// outcome: 9,895,984,800 × "Final counter value: 6\n"
// outcome: 1,497,805,920 × "Final counter value: 7\n"
// outcome: 130,939,200 × "Final counter value: 8\n"
// outcome: 6,048,000 × "Final counter value: 9\n"
// outcome: 113,400 × "Final counter value: 10\n"
// least: 2
// race: yes
// why: each of 5 goroutines loads and stores 2 times: 20! / 4!^5 orders; the values by dynamic
//   programming over (counter, steps done, values read)

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 5 {
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
