// verdict: wrong
// why: the last task runs in the caller's own goroutine, and the caller, who should go on at
//   once, waits for itself

package main

import (
	"fmt"
	"sync"
)

func start(tasks ...func()) (wait func()) {
	var wg sync.WaitGroup
	for i, task := range tasks {
		if i == len(tasks)-1 {
			task()
			break
		}
		wg.Go(task)
	}
	return wg.Wait
}

func main() {
	begin := make(chan bool)
	wait := start(func() { <-begin }, func() { <-begin })
	close(begin)
	wait()
	fmt.Println("right")
}
