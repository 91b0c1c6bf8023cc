// outcome: "0 42\n"
// outcome: "42 0\n"
// outcome: "42 42\n"
// race: yes
// why: the second does not wait until the first has done it; this is what the comment in sync/once.go warns of

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var (
	done   atomic.Bool
	answer int
)

func get() int {
	if done.CompareAndSwap(false, true) {
		answer = 42
	}
	return answer
}

func main() {
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get() })
	wg.Go(func() { b = get() })
	wg.Wait()
	fmt.Println(a, b)
}
