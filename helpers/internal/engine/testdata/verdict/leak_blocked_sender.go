// interleavings: 2
// outcome: 1 × "first: 1\n"
// outcome: 1 × "first: 2\n"
// race: no
// left behind: yes
// source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation: who returns early
//   leaves the senders waiting
// why: which of the two meets main; then print and end are main's own

package main

import "fmt"

func main() {
	results := make(chan int)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	fmt.Println("first:", <-results)
}
