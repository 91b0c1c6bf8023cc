// outcome: "1 and 2\n"
// outcome: "2 and 2\n"
// outcome: "2 and 1\n"
// race: no
// why: pop looks and takes under two locks, so two may take the same value

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	values := []int{1, 2}
	pop := func() int {
		lock.Lock()
		top := values[len(values)-1]
		lock.Unlock()
		lock.Lock()
		values = values[:len(values)-1]
		lock.Unlock()
		return top
	}
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = pop() })
	wg.Go(func() { b = pop() })
	wg.Wait()
	fmt.Println(a, "and", b)
}
