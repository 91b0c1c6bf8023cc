// interleavings: 8,076
// outcome: 3,456 × "3\n"
// outcome: 4,368 × "2\n"
// outcome: 252 × "1\n"
// race: yes
// source: issue 24, a semaphore posted twice: the place is given back on the path of an error and
//   by the defer
// why: counted by a brute-force script

package main

import (
	"fmt"
	"sync"
)

func main() {
	places := make(chan struct{}, 2)
	places <- struct{}{}
	counter := 0
	work := func(fails bool) {
		<-places
		defer func() { places <- struct{}{} }()
		if fails {
			places <- struct{}{}
			return
		}
		counter++
	}
	var wg sync.WaitGroup
	wg.Go(func() { work(true) })
	for range 3 {
		wg.Go(func() { work(false) })
	}
	wg.Wait()
	fmt.Println(counter)
}
