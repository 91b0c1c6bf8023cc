// refused: line 9 pointer

package main

import "fmt"

func main() {
	f := func() {}
	fmt.Printf("%v\n", f)
}
