// verdict: wrong
// why: two may both find the same number, then nobody reaches 0

package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var left atomic.Int32
	left.Store(2)
	done := make(chan bool)
	finish := func() {
		n := left.Load() - 1
		left.Store(n)
		if n == 0 {
			close(done)
		}
	}
	for range 2 {
		go finish()
	}
	<-done
	fmt.Println("right")
}
