// interleavings: 6
// outcome: 6 × "4\n"
// race: no
// why: sections exclude each other, so only their orders count: 4! / 2!^2

package main

import (
	"fmt"
	"sync"
)

func main() {
	lock := make(chan struct{}, 1)
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 2 {
				lock <- struct{}{}
				counter++
				<-lock
			}
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
