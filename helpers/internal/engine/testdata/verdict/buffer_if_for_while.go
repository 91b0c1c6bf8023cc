// outcome: "sum 3\n"
// outcome: panic "index out of range [0] with length 0" ""
// race: no
// source: OSTEP, chapter 30 Condition Variables, figure 30.8: `if` for `while`, one producer and
//   two consumers
// why: between Signal and waking another consumer may take what was put

package main

import (
	"fmt"
	"sync"
)

type buffer struct {
	sync.Mutex
	items             []int
	notFull, notEmpty sync.Cond
}

func (b *buffer) put(item int) {
	b.Lock()
	defer b.Unlock()
	if len(b.items) == 1 {
		b.notFull.Wait()
	}
	b.items = append(b.items, item)
	b.notEmpty.Signal()
}

func (b *buffer) get() int {
	b.Lock()
	defer b.Unlock()
	if len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	b.notFull.Signal()
	return item
}

func main() {
	var b buffer
	b.notFull.L, b.notEmpty.L = &b, &b
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
