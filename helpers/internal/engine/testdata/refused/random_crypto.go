// refused: line 6 crypto/rand

package main

import (
	"crypto/rand"
	"fmt"
)

func main() {
	key := make([]byte, 4)
	n, err := rand.Read(key)
	fmt.Println(n, err)
}
