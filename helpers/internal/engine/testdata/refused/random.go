// refused: line 9 math/rand/v2
// refused: line 13 rand.IntN
// why: another number in each run: there is no set of interleavings to count

package main

import (
	"fmt"
	"math/rand/v2"
)

func main() {
	fmt.Println(rand.IntN(6) < 6)
}
