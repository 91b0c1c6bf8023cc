// outcome: "1\n"
// outcome: "2\n"
// race: no
// why: who finds the lock taken does not count, and says nothing

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if lock.TryLock() {
				counter++
				lock.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
