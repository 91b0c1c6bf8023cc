// outcome: "0\n"
// outcome: "1\n"
// outcome: "2\n"
// race: no
// left behind: yes
// source: documentation of sync.WaitGroup: Add must happen before Wait
// why: Wait finds 0 while nobody has yet begun; Go's own run may also panic: WaitGroup misuse

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var counter atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
		go func() {
			wg.Add(1)
			defer wg.Done()
			counter.Add(1)
		}()
	}
	wg.Wait()
	fmt.Println(counter.Load())
}
