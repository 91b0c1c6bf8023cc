// interleavings: 2
// outcome: 1 × "0\n1\n"
// outcome: 1 × "1\n0\n"
// race: no
// why: a print is one step: 2!

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { fmt.Println(i) })
	}
	wg.Wait()
}
