// outcome: "leader once\n"
// race: no
// why: of those who meet, exactly one leads

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var arrived, leaders atomic.Int32
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if arrived.Add(1) == 3 {
				leaders.Add(1)
				close(gate)
			}
			<-gate
		})
	}
	wg.Wait()
	if leaders.Load() == 1 {
		fmt.Println("leader once")
	}
}
