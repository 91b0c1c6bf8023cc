// interleavings: 6
// outcome: 4 × "1\n"
// outcome: 2 × "2\n"
// race: no
// why: two sections each that exclude each other: 4! / 2!^2 orders, of which AABB and BBAA lose
//   nothing

package main

import (
	"fmt"
	"sync"
)

type counter struct {
	lock  sync.Mutex
	value int
}

func (c *counter) get() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.value
}

func (c *counter) set(value int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.value = value
}

func main() {
	var c counter
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { c.set(c.get() + 1) })
	}
	wg.Wait()
	fmt.Println(c.get())
}
