// verdict: right

package main

import (
	"fmt"
	"sync"
)

func merge[T any](inputs ...<-chan T) <-chan T {
	out := make(chan T)
	var wg sync.WaitGroup
	wg.Add(len(inputs))
	for _, in := range inputs {
		go func() {
			defer wg.Done()
			for v := range in {
				out <- v
			}
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 2
	close(a)
	close(b)
	sum := 0
	for v := range merge[int](a, b) {
		sum += v
	}
	if sum != 3 {
		fmt.Println("wrong")
	}
}
