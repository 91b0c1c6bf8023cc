// interleavings: 70
// outcome: 32 × "Final counter value: 2\n"
// outcome: 32 × "Final counter value: 3\n"
// outcome: 6 × "Final counter value: 4\n"
// least: 2
// race: yes
// why: each of 2 goroutines loads and stores 2 times: 8! / 4!^2 orders

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
