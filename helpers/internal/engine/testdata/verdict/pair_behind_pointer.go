// outcome: "0 0\n"
// outcome: "1 1\n"
// race: no

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type pair struct{ x, y int }

func main() {
	var current atomic.Pointer[pair]
	current.Store(&pair{0, 0})
	var seen pair
	var wg sync.WaitGroup
	wg.Go(func() { current.Store(&pair{1, 1}) })
	wg.Go(func() { seen = *current.Load() })
	wg.Wait()
	fmt.Println(seen.x, seen.y)
}
