// interleavings: 2
// outcome: 1 × "a\n"
// outcome: 1 × "b\n"
// race: no
// why: both cases are ready, and Go may take either

package main

import "fmt"

func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 1
	select {
	case <-a:
		fmt.Println("a")
	case <-b:
		fmt.Println("b")
	}
}
