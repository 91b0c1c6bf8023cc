// refused: line 7 unsafe

package main

import (
	"fmt"
	"unsafe"
)

func main() {
	x := 1.5
	fmt.Println(*(*uint64)(unsafe.Pointer(&x)))
}
