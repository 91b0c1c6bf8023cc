// outcome: "30\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int, 4)
	results := make(chan int, 4)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for job := range jobs {
				results <- job * 10
			}
		})
	}
	jobs <- 1
	jobs <- 2
	close(jobs)
	wg.Wait()
	close(results)
	sum := 0
	for r := range results {
		sum += r
	}
	fmt.Println(sum)
}
