// interleavings: 36
// outcome: 9 × "a1\nb1\na2\nb2\n"
// outcome: 9 × "a1\nb1\nb2\na2\n"
// outcome: 9 × "b1\na1\na2\nb2\n"
// outcome: 9 × "b1\na1\nb2\na2\n"
// race: no
// source: Little Book of Semaphores, section 3.3 Rendezvous: a1 before b2, b1 before a2
// why: counted by a brute-force script

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
		aArrived <- struct{}{}
		<-bArrived
		fmt.Println("a2")
	})
	wg.Go(func() {
		fmt.Println("b1")
		bArrived <- struct{}{}
		<-aArrived
		fmt.Println("b2")
	})
	wg.Wait()
}
