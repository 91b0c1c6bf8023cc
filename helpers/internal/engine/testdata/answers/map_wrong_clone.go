// verdict: wrong
// why: both may clone the same map, and the later pointer wins

package main

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
)

var scores atomic.Pointer[map[string]int]

func set(name string, score int) {
	m := maps.Clone(*scores.Load())
	m[name] = score
	scores.Store(&m)
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
