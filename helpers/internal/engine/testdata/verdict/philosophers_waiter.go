// outcome: "all have eaten\n"
// race: no
// source: Little Book of Semaphores, section 4.4.2, solution #1: one fewer at the table than forks

package main

import (
	"fmt"
	"sync"
)

func main() {
	var forks [3]sync.Mutex
	table := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			table <- struct{}{}
			forks[i].Lock()
			forks[(i+1)%3].Lock()
			forks[(i+1)%3].Unlock()
			forks[i].Unlock()
			<-table
		})
	}
	wg.Wait()
	fmt.Println("all have eaten")
}
