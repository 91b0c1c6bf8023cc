// interleavings: unbounded
// outcome: "1\n"
// outcome: "2\n"
// race: yes
// source: OSTEP, chapter 28 Locks, figure 28.1, with a plain variable as in the book

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	busy := false
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for busy {
				runtime.Gosched()
			}
			busy = true
			counter++
			busy = false
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
