// outcome: "one of two\n"
// race: no

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var owner sync.Map
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			if _, taken := owner.LoadOrStore("seat 1", i); !taken {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() == 1 {
		fmt.Println("one of two")
	}
}
