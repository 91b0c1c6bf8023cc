// outcome: "42 42, made 1\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

var (
	once   sync.Once
	answer int
	made   int
)

func get() int {
	once.Do(func() {
		made++
		answer = 42
	})
	return answer
}

func main() {
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get() })
	wg.Go(func() { b = get() })
	wg.Wait()
	fmt.Printf("%d %d, made %d\n", a, b, made)
}
