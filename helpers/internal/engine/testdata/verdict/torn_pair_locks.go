// outcome: "same\n"
// outcome: "different\n"
// race: no
// source: issue 24, a lock per half of an invariant

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lockX, lockY sync.Mutex
	x, y := 0, 0
	var seenX, seenY int
	var wg sync.WaitGroup
	wg.Go(func() {
		lockX.Lock()
		x = 1
		lockX.Unlock()
		lockY.Lock()
		y = 1
		lockY.Unlock()
	})
	wg.Go(func() {
		lockX.Lock()
		seenX = x
		lockX.Unlock()
		lockY.Lock()
		seenY = y
		lockY.Unlock()
	})
	wg.Wait()
	if seenX == seenY {
		fmt.Println("same")
	} else {
		fmt.Println("different")
	}
}
