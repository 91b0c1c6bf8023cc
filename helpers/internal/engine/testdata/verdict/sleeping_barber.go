// outcome: "1 cut, 1 gone\n"
// outcome: "2 cut, 0 gone\n"
// race: no
// left behind: yes
// source: Little Book of Semaphores, section 5.2 The barbershop, with one chair to wait in

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	chairs := make(chan chan bool, 1)
	go func() {
		for customer := range chairs {
			customer <- true
		}
	}()
	var cut, gone atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			done := make(chan bool)
			select {
			case chairs <- done:
				<-done
				cut.Add(1)
			default:
				gone.Add(1)
			}
		})
	}
	wg.Wait()
	fmt.Printf("%d cut, %d gone\n", cut.Load(), gone.Load())
	close(chairs)
}
