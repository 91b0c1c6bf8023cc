// verdict: wrong

package main

import "fmt"

func merge(inputs ...chan int) chan int {
	out := make(chan int)
	for i, in := range inputs {
		go func() {
			for v := range in {
				out <- v
			}
			if i == len(inputs)-1 {
				close(out)
			}
		}()
	}
	return out
}

func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 2
	close(a)
	close(b)
	sum := 0
	for v := range merge(a, b) {
		sum += v
	}
	if sum != 3 {
		fmt.Println("wrong")
	}
}
