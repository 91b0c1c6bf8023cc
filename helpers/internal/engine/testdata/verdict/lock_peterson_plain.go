// interleavings: unbounded
// outcome: "2\n"
// tso outcome: "1\n"
// tso outcome: "2\n"
// race: yes
// why: right if each access is one step in the order of the text; with store buffers both may
//   still see the other not wanting

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wants [2]bool
	turn := 0
	counter := 0
	var wg sync.WaitGroup
	for me := range 2 {
		wg.Go(func() {
			other := 1 - me
			wants[me] = true
			turn = other
			for wants[other] && turn == other {
				runtime.Gosched()
			}
			counter++
			wants[me] = false
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
