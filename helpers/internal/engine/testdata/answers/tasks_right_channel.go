// verdict: right

package main

import "fmt"

func runAll(tasks []func(), workers int) {
	queue := make(chan func())
	done := make(chan struct{})
	for range workers {
		go func() {
			defer func() { done <- struct{}{} }()
			for task := range queue {
				task()
			}
		}()
	}
	for _, task := range tasks {
		queue <- task
	}
	close(queue)
	for range workers {
		<-done
	}
}

func main() {
	var runs [3]int
	var tasks []func()
	for i := range runs {
		tasks = append(tasks, func() { runs[i]++ })
	}
	runAll(tasks, 2)
	if runs != [3]int{1, 1, 1} {
		fmt.Println("wrong")
	}
}
