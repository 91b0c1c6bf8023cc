// interleavings: 2
// outcome: 1 × "1 2\n"
// outcome: 1 × "2 1\n"
// race: no
// why: a meeting at an unbuffered channel is one step, the sender's: 2!

package main

import "fmt"

func main() {
	results := make(chan int)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	a := <-results
	b := <-results
	fmt.Println(a, b)
}
