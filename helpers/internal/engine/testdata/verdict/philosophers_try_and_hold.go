// interleavings: unbounded
// outcome: "all have eaten\n"
// outcome: endless ""
// race: no
// why: each holds the left fork and tries the right one for ever: nobody sleeps, so Go's runtime
//   says nothing

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var forks [3]sync.Mutex
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			left, right := &forks[i], &forks[(i+1)%3]
			left.Lock()
			for !right.TryLock() {
				runtime.Gosched()
			}
			right.Unlock()
			left.Unlock()
		})
	}
	wg.Wait()
	fmt.Println("all have eaten")
}
