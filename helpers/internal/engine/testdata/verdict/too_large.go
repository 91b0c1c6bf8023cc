// outcome: ...
// race: yes
// complete: no
// why: 5 × 10,000 cannot be enumerated; the engine must end within its bound, say so, and call a
//   least value "at most"

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10_000 {
				next := counter + 1
				// runtime.Gosched()
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
