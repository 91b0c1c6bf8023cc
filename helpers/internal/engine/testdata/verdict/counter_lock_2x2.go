// interleavings: 6
// outcome: 6 × "Final counter value: 4\n"
// least: 4
// race: no
// why: while one holds the lock the others cannot move, so only the orders of the 4 sections
//   count: 4! / 2!^2

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	counter := 0
	var lock sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 2 {
				lock.Lock()
				next := counter + 1
				runtime.Gosched()
				counter = next
				lock.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
