// refused: line 11 unicode.Han

package main

import (
	"fmt"
	"unicode"
)

func main() {
	fmt.Println(unicode.Is(unicode.Han, '世'))
}
