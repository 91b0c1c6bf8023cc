// verdict: right

package main

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
)

var scores atomic.Pointer[map[string]int]

func set(name string, score int) {
	for {
		old := scores.Load()
		m := maps.Clone(*old)
		m[name] = score
		if scores.CompareAndSwap(old, &m) {
			return
		}
	}
}

func main() {
	scores.Store(&map[string]int{})
	var wg sync.WaitGroup
	wg.Go(func() { set("Ann", 1) })
	wg.Go(func() { set("Bob", 2) })
	wg.Wait()
	if len(*scores.Load()) != 2 {
		fmt.Println("wrong")
	}
}
