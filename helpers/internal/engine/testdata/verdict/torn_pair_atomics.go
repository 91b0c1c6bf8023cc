// interleavings: 15
// outcome: 7 × "0 0\n"
// outcome: 3 × "0 1\n"
// outcome: 2 × "1 0\n"
// outcome: 3 × "1 1\n"
// race: no
// why: each half is atomic, the pair is not; counted by a brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var x, y atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		x.Store(1)
		y.Store(1)
	})
	var seenX, seenY int64
	wg.Go(func() {
		seenX = x.Load()
		seenY = y.Load()
	})
	wg.Wait()
	fmt.Println(seenX, seenY)
}
