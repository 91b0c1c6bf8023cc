// interleavings: unbounded
// outcome: "1\n"
// race: no

package main

import (
	"fmt"
	"runtime"
)

func main() {
	results := make(chan int)
	go func() { results <- 1 }()
	for {
		select {
		case r := <-results:
			fmt.Println(r)
			return
		default:
			runtime.Gosched()
		}
	}
}
