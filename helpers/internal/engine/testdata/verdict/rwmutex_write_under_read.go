// outcome: "1\n"
// outcome: "2\n"
// race: yes
// why: readers do not exclude each other, so a write under RLock is as good as none

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
			counter++
			lock.RUnlock()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
