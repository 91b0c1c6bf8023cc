// interleavings: unbounded
// outcome: "0\n"
// outcome: "42\n"
// race: yes
// left behind: yes

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
		ready.Store(true)
		data = 42
	}()
	for !ready.Load() {
		runtime.Gosched()
	}
	fmt.Println(data)
}
