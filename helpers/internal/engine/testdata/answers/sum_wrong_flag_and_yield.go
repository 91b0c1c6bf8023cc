// verdict: wrong

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func sum(numbers []int) int {
	total, busy := 0, false
	var wg sync.WaitGroup
	for _, n := range numbers {
		wg.Go(func() {
			for busy {
				runtime.Gosched()
			}
			busy = true
			total += n
			busy = false
		})
	}
	wg.Wait()
	return total
}

func main() {
	if sum([]int{1, 2}) != 3 {
		fmt.Println("wrong")
	}
}
