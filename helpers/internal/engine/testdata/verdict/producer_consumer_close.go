// outcome: "sum 6\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	items := make(chan int, 1)
	var producers sync.WaitGroup
	for i := 1; i <= 3; i++ {
		producers.Go(func() { items <- i })
	}
	go func() {
		producers.Wait()
		close(items)
	}()
	sum := 0
	for item := range items {
		sum += item
	}
	fmt.Println("sum", sum)
}
