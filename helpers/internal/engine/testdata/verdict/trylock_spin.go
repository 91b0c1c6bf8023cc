// interleavings: unbounded
// outcome: "2\n"
// race: no
// why: a lock taken by trying again and again is right, and burns a core

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var lock sync.Mutex
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for !lock.TryLock() {
				runtime.Gosched()
			}
			counter++
			lock.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
