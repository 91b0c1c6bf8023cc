// verdict: right

package main

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

func runAll[T any](tasks []func() T, workers int) []T {
	results := make([]T, len(tasks))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(tasks); i = int(next.Add(1)) - 1 {
				results[i] = tasks[i]()
			}
		})
	}
	wg.Wait()
	return results
}

func main() {
	got := runAll([]func() string{func() string { return "a" }, func() string { return "b" },
		func() string { return "c" }}, 2)
	if strings.Join(got, "") != "abc" {
		fmt.Println("wrong", got)
	}
}
