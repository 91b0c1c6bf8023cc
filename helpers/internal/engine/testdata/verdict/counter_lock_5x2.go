// interleavings: 113,400
// outcome: 113,400 × "Final counter value: 10\n"
// least: 10
// race: no
// why: while one holds the lock the others cannot move, so only the orders of the 10 sections
//   count: 10! / 2!^5

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
	for range 5 {
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
