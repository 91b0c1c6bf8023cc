// outcome: "sum 3\n"
// race: no
// source: OSTEP, chapter 30 Condition Variables, figure 30.12: two conditions, and a loop round
//   each Wait: right

package main

import (
	"fmt"
	"sync"
)

type buffer struct {
	sync.Mutex
	items             []int
	notFull, notEmpty *sync.Cond
}

func newBuffer() *buffer {
	b := &buffer{}
	b.notFull = sync.NewCond(&b.Mutex)
	b.notEmpty = sync.NewCond(&b.Mutex)
	return b
}

func (b *buffer) put(item int) {
	b.Lock()
	defer b.Unlock()
	for len(b.items) == 1 {
		b.notFull.Wait()
	}
	b.items = append(b.items, item)
	b.notEmpty.Signal()
}

func (b *buffer) get() int {
	b.Lock()
	defer b.Unlock()
	for len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	b.notFull.Signal()
	return item
}

func main() {
	b := newBuffer()
	var wg sync.WaitGroup
	var got [2]int
	for i := range got {
		wg.Go(func() { got[i] = b.get() })
	}
	b.put(1)
	b.put(2)
	wg.Wait()
	fmt.Println("sum", got[0]+got[1])
}
