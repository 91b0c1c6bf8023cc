// interleavings: 1
// outcome: 1 × deadlock ""
// race: no
// why: nobody can ever meet at a nil channel

package main

import "fmt"

func main() {
	var results chan int
	go func() {
		results <- 1
	}()
	fmt.Println(<-results)
}
