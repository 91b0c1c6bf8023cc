// outcome: deadlock "1\n2\n"
// race: no
// why: range waits for ever for a third value

package main

import "fmt"

func main() {
	results := make(chan int)
	go func() {
		for i := 1; i <= 2; i++ {
			results <- i
		}
	}()
	for r := range results {
		fmt.Println(r)
	}
}
