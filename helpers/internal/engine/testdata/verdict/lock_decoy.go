// outcome: "1\n"
// outcome: "2\n"
// race: yes
// why: each goroutine has a lock of its own, which keeps nobody out

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		var lock sync.Mutex
		wg.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			counter++
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
