// outcome: "42 42\n"
// outcome: "0 42\n"
// outcome: "42 0\n"
// race: yes
// why: the flag is set before the value is there, and who looks without the lock sees the flag
//   and no value

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var (
	lock   sync.Mutex
	ready  atomic.Bool
	answer int
)

func get() int {
	if !ready.Load() {
		lock.Lock()
		defer lock.Unlock()
		if !ready.Load() {
			ready.Store(true)
			answer = 42
		}
	}
	return answer
}

func main() {
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get() })
	wg.Go(func() { b = get() })
	wg.Wait()
	fmt.Println(a, b)
}
