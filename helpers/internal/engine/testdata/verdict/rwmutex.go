// outcome: "0 0\n"
// outcome: "0 1\n"
// outcome: "1 0\n"
// outcome: "1 1\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.RWMutex
	data := 0
	var seen [2]int
	var wg sync.WaitGroup
	for i := range seen {
		wg.Go(func() {
			lock.RLock()
			seen[i] = data
			lock.RUnlock()
		})
	}
	lock.Lock()
	data = 1
	lock.Unlock()
	wg.Wait()
	fmt.Println(seen[0], seen[1])
}
