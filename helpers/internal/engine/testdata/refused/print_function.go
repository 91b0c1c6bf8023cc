// refused: line 9 address

package main

import "fmt"

func main() {
	f := func() {}
	fmt.Printf("%v\n", f)
}
