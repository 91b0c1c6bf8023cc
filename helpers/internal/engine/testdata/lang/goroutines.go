package main

import (
	"fmt"
	"sync"
)

func squares(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i * i
		}
	}()
	return out
}

func filter(in <-chan int, keep func(int) bool) <-chan int {
	out := make(chan int)
	go func() {
		for n := range in {
			if keep(n) {
				out <- n
			}
		}
		close(out)
	}()
	return out
}

func main() {
	for n := range filter(squares(6), func(n int) bool { return n%2 == 0 }) {
		fmt.Print(n, " ")
	}
	fmt.Println()
	results := make([]int, 3)
	var wg sync.WaitGroup
	for i := range results {
		wg.Add(1)
		go func(n int) {
			defer wg.Done()
			results[i] = n * n
		}(i + 1)
	}
	wg.Wait()
	fmt.Println(results)
	ch := make(chan string, 2)
	ch <- "a"
	ch <- "b"
	fmt.Println(len(ch), cap(ch))
	close(ch)
	v, ok := <-ch
	fmt.Println(v, ok)
	fmt.Println(<-ch)
	v, ok = <-ch
	fmt.Printf("%q %v\n", v, ok)
	select {
	case v, ok := <-ch:
		fmt.Printf("%q %v\n", v, ok)
	}
	done := make(chan struct{})
	var order []string
	go func() {
		order = append(order, "child")
		close(done)
	}()
	<-done
	order = append(order, "parent")
	fmt.Println(order)
	select {
	case <-make(chan int):
	default:
		fmt.Println("default")
	}
	requests := make(chan chan int)
	go func() {
		for reply := range requests {
			reply <- 42
		}
	}()
	reply := make(chan int)
	requests <- reply
	fmt.Println(<-reply)
	var nilChannel chan int
	select {
	case nilChannel <- 1:
	case <-done:
		fmt.Println("done")
	}
	close(requests)
}
