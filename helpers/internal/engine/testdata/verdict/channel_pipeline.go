// outcome: "14\n"
// race: no
// source: The Go Blog, Go Concurrency Patterns: Pipelines and cancellation

package main

import "fmt"

func main() {
	numbers := make(chan int)
	squares := make(chan int)
	go func() {
		for n := range 3 {
			numbers <- n + 1
		}
		close(numbers)
	}()
	go func() {
		for n := range numbers {
			squares <- n * n
		}
		close(squares)
	}()
	sum := 0
	for s := range squares {
		sum += s
	}
	fmt.Println(sum)
}
