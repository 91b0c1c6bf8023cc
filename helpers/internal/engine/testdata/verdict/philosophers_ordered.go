// interleavings: 142
// outcome: 142 × "all have eaten\n"
// race: no
// why: four steps each; counted by a brute-force script
// source: OSTEP, chapter 31 Semaphores, figure 31.16: one philosopher takes the forks the other
//   way round

package main

import (
	"fmt"
	"sync"
)

func main() {
	var forks [3]sync.Mutex
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			first, second := min(i, (i+1)%3), max(i, (i+1)%3)
			forks[first].Lock()
			forks[second].Lock()
			forks[second].Unlock()
			forks[first].Unlock()
		})
	}
	wg.Wait()
	fmt.Println("all have eaten")
}
