// interleavings: 1
// outcome: 1 × deadlock ""
// race: no

package main

import "fmt"

func main() {
	results := make(chan int)
	results <- 1
	fmt.Println(<-results)
}
