// outcome: "ready\n"
// outcome: deadlock ""
// race: no
// source: OSTEP, chapter 30 Condition Variables, figure 30.4: no state variable, so a Signal
//   before the Wait is lost

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	ready := sync.NewCond(&lock)
	go func() {
		lock.Lock()
		ready.Signal()
		lock.Unlock()
	}()
	lock.Lock()
	ready.Wait()
	lock.Unlock()
	fmt.Println("ready")
}
