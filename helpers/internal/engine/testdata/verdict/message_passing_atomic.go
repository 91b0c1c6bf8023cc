// interleavings: unbounded
// outcome: "42\n"
// race: no
// source: The Go Memory Model: what is before the Store is seen after the Load that sees it

package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

func main() {
	data := 0
	var ready atomic.Bool
	go func() {
		data = 42
		ready.Store(true)
	}()
	for !ready.Load() {
		runtime.Gosched()
	}
	fmt.Println(data)
}
