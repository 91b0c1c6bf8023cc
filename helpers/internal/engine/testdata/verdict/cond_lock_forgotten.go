// outcome: "ready\n"
// outcome: deadlock ""
// race: yes
// left behind: yes
// source: OSTEP, chapter 30 Condition Variables, figure 30.5: without the lock the Signal may
//   come between the look and the Wait

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	cond := sync.NewCond(&lock)
	ready := false
	go func() {
		ready = true
		cond.Signal()
	}()
	lock.Lock()
	for !ready {
		cond.Wait()
	}
	lock.Unlock()
	fmt.Println("ready")
}
