// interleavings: unbounded
// outcome: "42\n"
// race: yes
// source: The Go Memory Model, "Incorrect synchronization": busy waiting on a plain variable
// why: in the order of the text all is well; Go promises neither that 42 is seen nor that the
//   loop ends

package main

import (
	"fmt"
	"runtime"
)

func main() {
	data := 0
	ready := false
	go func() {
		data = 42
		ready = true
	}()
	for !ready {
		runtime.Gosched()
	}
	fmt.Println(data)
}
