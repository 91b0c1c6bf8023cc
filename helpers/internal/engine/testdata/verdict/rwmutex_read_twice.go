// outcome: "0\n"
// outcome: "1\n"
// outcome: deadlock ""
// race: no
// source: documentation of sync.RWMutex: a writer that waits keeps new readers out, so recursive
//   reading is forbidden

package main

import (
	"fmt"
	"sync"
)

var (
	lock sync.RWMutex
	data int
)

func read() int {
	lock.RLock()
	defer lock.RUnlock()
	return data
}

func main() {
	done := make(chan bool)
	go func() {
		lock.Lock()
		data++
		lock.Unlock()
		done <- true
	}()
	lock.RLock()
	seen := read()
	lock.RUnlock()
	<-done
	fmt.Println(seen)
}
