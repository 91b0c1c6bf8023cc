// outcome: deadlock ""
// race: no
// why: the goroutine that returns early never says Done

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	results := make(chan int, 1)
	for i := range 2 {
		wg.Add(1)
		go func() {
			select {
			case results <- i:
			default:
				return
			}
			wg.Done()
		}()
	}
	wg.Wait()
	fmt.Println("done")
}
