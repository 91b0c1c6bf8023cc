// outcome: "sum 3\n"
// outcome: deadlock ""
// race: no
// source: Herlihy and Shavit, chapter 8 Monitors and Blocking Synchronization, the lost wake-up:
//   signal only when it was empty
// why: two consumers sleep, two items are put, and only the first put signals

package main

import (
	"fmt"
	"sync"
)

type buffer struct {
	sync.Mutex
	items    []int
	notEmpty *sync.Cond
}

func (b *buffer) put(item int) {
	b.Lock()
	defer b.Unlock()
	b.items = append(b.items, item)
	if len(b.items) == 1 {
		b.notEmpty.Signal()
	}
}

func (b *buffer) get() int {
	b.Lock()
	defer b.Unlock()
	for len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	return item
}

func main() {
	b := &buffer{}
	b.notEmpty = sync.NewCond(b)
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
