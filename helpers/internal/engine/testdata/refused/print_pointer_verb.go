// refused: line 9 address

package main

import "fmt"

func main() {
	x := []int{1}
	fmt.Printf("%p\n", x)
}
