// outcome: "0 too early\n"
// outcome: "1 too early\n"
// race: no
// source: Little Book of Semaphores, section 3.6 Barrier: once open it stays open, so the second
//   time nobody waits

package main

import (
	"fmt"
	"sync"
)

func main() {
	const n = 2
	var lock sync.Mutex
	all := sync.NewCond(&lock)
	arrived, phase2, early := 0, 0, 0
	wait := func() {
		lock.Lock()
		arrived++
		all.Broadcast()
		for arrived < n {
			all.Wait()
		}
		lock.Unlock()
	}
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			wait()
			lock.Lock()
			phase2++
			lock.Unlock()
			wait()
			lock.Lock()
			if phase2 < n {
				early++
			}
			lock.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(early, "too early")
}
