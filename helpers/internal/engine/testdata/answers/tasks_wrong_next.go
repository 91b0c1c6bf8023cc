// verdict: wrong
// why: two workers may take the same task

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func runAll(tasks []func(), workers int) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := next.Load()
				if int(i) >= len(tasks) {
					return
				}
				next.Store(i + 1)
				tasks[i]()
			}
		})
	}
	wg.Wait()
}

func main() {
	var runs [2]atomic.Int32
	runAll([]func(){func() { runs[0].Add(1) }, func() { runs[1].Add(1) }}, 2)
	if runs[0].Load() != 1 || runs[1].Load() != 1 {
		fmt.Println("wrong")
	}
}
