// verdict: right

package main

import "fmt"

func sum(numbers []int, parts int) (total int) {
	results := make(chan int)
	for p := range parts {
		go func() {
			part := 0
			for i := p; i < len(numbers); i += parts {
				part += numbers[i]
			}
			results <- part
		}()
	}
	for range parts {
		total += <-results
	}
	return total
}

func main() {
	if sum([]int{1, 2, 3, 4, 5}, 2) != 15 || sum([]int{7}, 3) != 7 {
		fmt.Println("wrong")
	}
}
