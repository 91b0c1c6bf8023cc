// refused: line 8 runtime/debug
// refused: line 12 debug.Stack

package main

import (
	"fmt"
	"runtime/debug"
)

func main() {
	fmt.Println(len(debug.Stack()) > 0)
}
