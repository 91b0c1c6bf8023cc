// refused: line 9 nested more than

package main

import "fmt"

func sum(n int) int {
	if n > 0 {
		return n + sum(n-1)
	}
	return 0
}

func main() {
	done := make(chan int)
	go func() { done <- sum(50_000) }() // Go's stacks have room for that
	fmt.Println(<-done)
}
