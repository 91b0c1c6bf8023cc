// outcome: panic "close of closed channel" ""
// race: no
// interleavings: 2
// why: who is second fails: 2!

package main

import (
	"fmt"
	"sync"
)

func main() {
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { close(stop) })
	}
	wg.Wait()
	fmt.Println("done")
}
