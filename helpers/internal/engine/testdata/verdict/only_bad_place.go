// interleavings: 924
// outcome: 524 × "ok\n"
// outcome: 400 × "lost\n"
// race: no
// source: issue 24, a switch at the only bad place of twelve
// why: only between the Load and the Store of the total does another's change get lost; counted
//   by a brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var a, b, c, total atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			a.Add(1)
			b.Add(1)
			before := total.Load()
			total.Store(before + 1)
			c.Add(1)
			a.Add(1)
		})
	}
	wg.Wait()
	if total.Load() == 2 {
		fmt.Println("ok")
	} else {
		fmt.Println("lost")
	}
}
