// refused: line 11 defer

package main

import (
	"fmt"
	"slices"
)

func main() {
	for s := range slices.Values([]string{"a", "b"}) {
		defer fmt.Println(s)
	}
}
