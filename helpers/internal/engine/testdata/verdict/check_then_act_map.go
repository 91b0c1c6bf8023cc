// outcome: "loads: 1\n"
// outcome: "loads: 2\n"
// race: no
// why: the lock is given back between the look and the store

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	cache := map[string]int{}
	loads := 0
	get := func(key string) int {
		lock.Lock()
		value, ok := cache[key]
		lock.Unlock()
		if ok {
			return value
		}
		lock.Lock()
		defer lock.Unlock()
		loads++
		cache[key] = len(key)
		return cache[key]
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { get("gopher") })
	}
	wg.Wait()
	fmt.Println("loads:", loads)
}
