// verdict: wrong

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func sum(numbers []int) int64 {
	var total atomic.Int64
	var wg sync.WaitGroup
	for _, n := range numbers {
		go func() {
			wg.Add(1)
			defer wg.Done()
			total.Add(int64(n))
		}()
	}
	wg.Wait()
	return total.Load()
}

func main() {
	if sum([]int{1, 2}) != 3 {
		fmt.Println("wrong")
	}
}
