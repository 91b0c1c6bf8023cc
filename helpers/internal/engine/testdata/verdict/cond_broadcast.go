// outcome: "3 started\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	start := sync.NewCond(&lock)
	ready := false
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			for !ready {
				start.Wait()
			}
		})
	}
	lock.Lock()
	ready = true
	start.Broadcast()
	lock.Unlock()
	wg.Wait()
	fmt.Println("3 started")
}
