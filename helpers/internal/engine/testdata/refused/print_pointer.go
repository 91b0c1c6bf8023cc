// refused: line 10 address
// why: a pointer's number differs from run to run

package main

import "fmt"

func main() {
	x := 1
	fmt.Println(&x)
}
