// interleavings: 168
// outcome: 162 × "all have eaten\n"
// outcome: 6 × deadlock ""
// race: no
// why: four steps each; 6 orders in which each takes the left fork first; all counted by a
//   brute-force script
// source: OSTEP, chapter 31 Semaphores, figure 31.15

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
			left, right := &forks[i], &forks[(i+1)%3]
			left.Lock()
			right.Lock()
			right.Unlock()
			left.Unlock()
		})
	}
	wg.Wait()
	fmt.Println("all have eaten")
}
