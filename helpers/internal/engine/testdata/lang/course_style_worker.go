// why: the shape that most cells of the course have

package main

import (
	"fmt"
	"sync"
)

type task struct {
	id, amount int
}

func work(tasks <-chan task, results chan<- int) {
	for t := range tasks {
		results <- t.amount * t.id
	}
}

func main() {
	tasks := make(chan task)
	results := make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() { work(tasks, results) })
	go func() {
		for i := range 3 {
			tasks <- task{i, i + 1}
		}
		close(tasks)
		wg.Wait()
		close(results)
	}()
	total := 0
	for r := range results {
		total += r
	}
	fmt.Printf("total: %d\n", total)
	if total != 8 {
		panic("wrong")
	}
}
