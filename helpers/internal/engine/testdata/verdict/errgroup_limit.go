// outcome: "at most 1: true\n"
// race: no

package main

import (
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

func main() {
	var group errgroup.Group
	group.SetLimit(1)
	var inside, most atomic.Int32
	for range 2 {
		group.Go(func() error {
			if inside.Add(1) > 1 {
				most.Store(2)
			}
			inside.Add(-1)
			return nil
		})
	}
	if err := group.Wait(); err == nil {
		fmt.Println("at most 1:", most.Load() == 0)
	}
}
