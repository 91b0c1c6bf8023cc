// interleavings: 2
// outcome: 1 × deadlock "a1\nb1\n"
// outcome: 1 × deadlock "b1\na1\n"
// race: no
// source: Little Book of Semaphores, section 3.3.2: each waits before it signals

package main

import (
	"fmt"
	"sync"
)

func main() {
	aArrived := make(chan struct{}, 1)
	bArrived := make(chan struct{}, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		fmt.Println("a1")
		<-bArrived
		aArrived <- struct{}{}
		fmt.Println("a2")
	})
	wg.Go(func() {
		fmt.Println("b1")
		<-aArrived
		bArrived <- struct{}{}
		fmt.Println("b2")
	})
	wg.Wait()
}
