// refused: line 8 os
// refused: line 12 os.ReadFile

package main

import (
	"fmt"
	"os"
)

func main() {
	text, err := os.ReadFile("notes.txt")
	fmt.Println(len(text), err != nil)
}
