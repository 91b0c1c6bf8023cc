// verdict: right

package main

import (
	"fmt"
	"sync"
)

func sum(numbers []int) int {
	total := 0
	token := make(chan bool, 1)
	token <- true
	var wg sync.WaitGroup
	wg.Add(len(numbers))
	for _, n := range numbers {
		go func(n int) {
			defer wg.Done()
			<-token
			total += n
			token <- true
		}(n)
	}
	wg.Wait()
	return total
}

func main() {
	if sum([]int{1, 2, 3}) != 6 {
		fmt.Println("wrong")
	}
}
