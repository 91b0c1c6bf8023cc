// outcome: "42 42, made 1\n"
// race: no

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type config struct{ answer int }

var (
	lock     sync.Mutex
	instance atomic.Pointer[config]
	made     int
)

func get() *config {
	if c := instance.Load(); c != nil {
		return c
	}
	lock.Lock()
	defer lock.Unlock()
	if c := instance.Load(); c != nil {
		return c
	}
	made++
	c := &config{answer: 42}
	instance.Store(c)
	return c
}

func main() {
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get().answer })
	wg.Go(func() { b = get().answer })
	wg.Wait()
	fmt.Printf("%d %d, made %d\n", a, b, made)
}
