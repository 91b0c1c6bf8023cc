// interleavings: 2
// outcome: 2 × "balance 20\n"
// race: no
// why: one section each, so only who is first counts

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	balance := 100
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			if balance >= 80 {
				balance -= 80
			}
		})
	}
	wg.Wait()
	fmt.Println("balance", balance)
}
