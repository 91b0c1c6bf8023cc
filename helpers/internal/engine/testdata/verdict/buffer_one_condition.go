// outcome: "sum 3\n"
// outcome: deadlock ""
// race: no
// source: OSTEP, chapter 30 Condition Variables, figure 30.10: one condition for both, with Signal
// why: a consumer's Signal may wake the other consumer, who sleeps again, and nobody wakes the
//   producer

package main

import (
	"fmt"
	"sync"
)

type buffer struct {
	sync.Mutex
	items []int
	cond  *sync.Cond
}

func (b *buffer) put(item int) {
	b.Lock()
	defer b.Unlock()
	for len(b.items) == 1 {
		b.cond.Wait()
	}
	b.items = append(b.items, item)
	b.cond.Signal()
}

func (b *buffer) get() int {
	b.Lock()
	defer b.Unlock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	b.cond.Signal()
	return item
}

func main() {
	b := &buffer{}
	b.cond = sync.NewCond(b)
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
