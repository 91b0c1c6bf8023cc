// outcome: "used\n"
// outcome: "used after close\n"
// outcome: "not used\n"
// race: no
// source: issue 24, a context cancelled between check and use

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	var closed atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		if ctx.Err() != nil {
			fmt.Println("not used")
			return
		}
		if closed.Load() {
			fmt.Println("used after close")
		} else {
			fmt.Println("used")
		}
	})
	cancel()
	closed.Store(true)
	wg.Wait()
}
