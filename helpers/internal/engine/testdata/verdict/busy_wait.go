// interleavings: unbounded
// outcome: "both\n"
// race: no

package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var finished atomic.Int32
	for range 2 {
		go func() {
			finished.Add(1)
		}()
	}
	for finished.Load() < 2 {
	}
	fmt.Println("both")
}
