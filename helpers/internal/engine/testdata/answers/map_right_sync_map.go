// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var visits sync.Map

func visit(page string) {
	n, _ := visits.LoadOrStore(page, new(atomic.Int32))
	n.(*atomic.Int32).Add(1)
}

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { visit("home") })
	}
	wg.Wait()
	if n, _ := visits.Load("home"); n.(*atomic.Int32).Load() != 2 {
		fmt.Println("wrong")
	}
}
