// interleavings: 3
// outcome: 1 × "1\n"
// outcome: 2 × "2\n"
// race: yes
// why: the addition comes before the load (2), between load and store (then it is lost), or after
//   the store (2)

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	counter := int64(0)
	var wg sync.WaitGroup
	wg.Go(func() { atomic.AddInt64(&counter, 1) })
	wg.Go(func() { counter++ })
	wg.Wait()
	fmt.Println(counter)
}
