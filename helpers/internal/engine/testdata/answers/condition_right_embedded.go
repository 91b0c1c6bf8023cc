// verdict: right

package main

import (
	"fmt"
	"sync"
)

// Broadcast is a method of a pointer within ready: what is read for it is this pointer, and not open.
type ready struct {
	sync.Mutex
	*sync.Cond
	open bool
}

type gate struct{ ready }

func (g *gate) wait() {
	g.Mutex.Lock()
	for !g.open {
		g.Wait()
	}
	g.Mutex.Unlock()
}

func (g *gate) unlock() {
	g.Mutex.Lock()
	g.open = true
	g.Mutex.Unlock()
	g.ready.Broadcast()
}

func main() {
	g := &gate{}
	g.Cond = sync.NewCond(&g.Mutex)
	var wg sync.WaitGroup
	wg.Go(g.wait)
	wg.Go(g.unlock)
	wg.Go(g.unlock)
	wg.Wait()
	if !g.open {
		fmt.Println("wrong")
	}
}
