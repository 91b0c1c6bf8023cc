// outcome: "made 1\n"
// outcome: "made 2\n"
// race: no
// why: nobody looks again under the lock

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var (
	lock     sync.Mutex
	instance atomic.Pointer[int]
	made     int
)

func get() *int {
	if instance.Load() == nil {
		lock.Lock()
		defer lock.Unlock()
		made++
		instance.Store(new(int))
	}
	return instance.Load()
}

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { get() })
	}
	wg.Wait()
	fmt.Println("made", made)
}
