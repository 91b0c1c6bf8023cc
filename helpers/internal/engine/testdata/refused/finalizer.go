// refused: line 12 runtime.SetFinalizer

package main

import (
	"fmt"
	"runtime"
)

func main() {
	x := new([16]byte)
	runtime.SetFinalizer(x, func(*[16]byte) { fmt.Println("freed") })
	x = nil
	runtime.GC()
}
