// interleavings: 6
// outcome: 4 × "done\n"
// outcome: 2 × deadlock ""
// race: no
// why: one goes first and may give back its second lock before or while the other takes it (2 +
//   2), or each holds one (2)
// source: OSTEP, chapter 32 Common Concurrency Problems

package main

import (
	"fmt"
	"sync"
)

func main() {
	var a, b sync.Mutex
	var wg sync.WaitGroup
	wg.Go(func() {
		a.Lock()
		b.Lock()
		b.Unlock()
		a.Unlock()
	})
	wg.Go(func() {
		b.Lock()
		a.Lock()
		a.Unlock()
		b.Unlock()
	})
	wg.Wait()
	fmt.Println("done")
}
