// verdict: wrong

package main

import (
	"fmt"
	"sync"
)

func sum(numbers []int) int {
	total := 0
	var wg sync.WaitGroup
	for _, n := range numbers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var mu sync.Mutex
			mu.Lock()
			total += n
			mu.Unlock()
		}()
	}
	wg.Wait()
	return total
}

func main() {
	if sum([]int{1, 2}) != 3 {
		fmt.Println("wrong")
	}
}
