// outcome: "done\n"
// outcome: deadlock ""
// race: no
// source: OSTEP, chapter 30 Condition Variables, section 30.3 Covering Conditions: Signal may
//   wake the one who wants too much
// why: with Go's own order, who waited first is woken first; a program must not count on it

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	more := sync.NewCond(&lock)
	free := 0
	var wg sync.WaitGroup
	for _, want := range []int{100, 10} {
		wg.Go(func() {
			lock.Lock()
			for free < want {
				more.Wait()
			}
			free -= want
			lock.Unlock()
		})
	}
	for _, given := range []int{50, 100} {
		lock.Lock()
		free += given
		more.Signal()
		lock.Unlock()
	}
	wg.Wait()
	fmt.Println("done")
}
