// interleavings: 6
// outcome: 4 × "Final counter value: 1\n"
// outcome: 2 × "Final counter value: 2\n"
// least: 1
// race: yes
// why: each of 2 goroutines loads and stores 1 times: 4! / 2!^2 orders

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
			for range 1 {
				next := counter + 1
				// runtime.Gosched()
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
