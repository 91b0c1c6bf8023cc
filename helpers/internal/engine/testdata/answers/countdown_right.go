// verdict: right

package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var left atomic.Int32
	left.Store(3)
	done := make(chan bool)
	for range 3 {
		go func() {
			if left.Add(-1) == 0 {
				close(done)
			}
		}()
	}
	<-done
	if left.Load() != 0 {
		fmt.Println("wrong")
	}
}
