// verdict: right
// why: busy waiting burns a core, and is right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var arrived atomic.Int32
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() {
		a = 1
		arrived.Add(1)
		for arrived.Load() < 2 {
		}
		if b != 1 {
			fmt.Println("wrong")
		}
	})
	wg.Go(func() {
		b = 1
		arrived.Add(1)
		for arrived.Load() < 2 {
		}
		if a != 1 {
			fmt.Println("wrong")
		}
	})
	wg.Wait()
}
