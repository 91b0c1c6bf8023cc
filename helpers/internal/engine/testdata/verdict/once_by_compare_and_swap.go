// interleavings: 40
// outcome: 4 × "0 42\n"
// outcome: 4 × "42 0\n"
// outcome: 32 × "42 42\n"
// race: yes
// why: the second does not wait until the first has done it; this is what the comment in
//   sync/once.go warns of; counted by a brute-force script

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
