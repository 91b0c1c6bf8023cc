// outcome: "at most 2: true\n"
// race: no

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

func main() {
	places := semaphore.NewWeighted(2)
	var inside atomic.Int32
	var tooMany atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := places.Acquire(context.Background(), 1); err != nil {
				return
			}
			defer places.Release(1)
			if inside.Add(1) > 2 {
				tooMany.Store(true)
			}
			inside.Add(-1)
		})
	}
	wg.Wait()
	fmt.Println("at most 2:", !tooMany.Load())
}
