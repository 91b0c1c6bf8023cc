// outcome: deadlock ""
// race: no
// source: documentation of sync.RWMutex: a lock for reading cannot be upgraded
// why: the first that wants to write waits for itself to stop reading

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.RWMutex
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			lock.RLock()
			if counter == 0 {
				lock.Lock()
				counter++
				lock.Unlock()
			}
			lock.RUnlock()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
