// outcome: "child\nparent\n"
// race: no
// source: OSTEP, chapter 30 Condition Variables, figure 30.3: right

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	cond := sync.NewCond(&lock)
	done := false
	go func() {
		fmt.Println("child")
		lock.Lock()
		done = true
		cond.Signal()
		lock.Unlock()
	}()
	lock.Lock()
	for !done {
		cond.Wait()
	}
	lock.Unlock()
	fmt.Println("parent")
}
