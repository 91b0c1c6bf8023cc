// verdict: wrong

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type once struct{ done atomic.Bool }

func (o *once) Do(f func()) {
	if o.done.CompareAndSwap(false, true) {
		f()
	}
}

func main() {
	var o once
	var value atomic.Int32
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			o.Do(func() { value.Store(42) })
			if value.Load() != 42 {
				fmt.Println("wrong")
			}
		})
	}
	wg.Wait()
}
