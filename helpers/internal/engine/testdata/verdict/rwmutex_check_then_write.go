// outcome: "made 1\n"
// outcome: "made 2\n"
// race: no
// why: between RUnlock and Lock the other may make it too, as nobody looks again

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.RWMutex
	cache := map[string]int{}
	made := 0
	get := func(key string) {
		lock.RLock()
		_, found := cache[key]
		lock.RUnlock()
		if !found {
			lock.Lock()
			made++
			cache[key] = len(key)
			lock.Unlock()
		}
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { get("gopher") })
	}
	wg.Wait()
	fmt.Println("made", made)
}
