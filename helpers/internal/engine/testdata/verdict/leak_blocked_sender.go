// outcome: "first: 1\n"
// outcome: "first: 2\n"
// race: no
// left behind: yes
// source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation: who returns early leaves the senders waiting

package main

import "fmt"

func main() {
	results := make(chan int)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	fmt.Println("first:", <-results)
}
