// outcome: "at most 2: true\n"
// race: no
// source: Little Book of Semaphores, section 3.5 Multiplex

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	places := make(chan struct{}, 2)
	var inside atomic.Int32
	var tooMany atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			places <- struct{}{}
			if inside.Add(1) > 2 {
				tooMany.Store(true)
			}
			inside.Add(-1)
			<-places
		})
	}
	wg.Wait()
	fmt.Println("at most 2:", !tooMany.Load())
}
