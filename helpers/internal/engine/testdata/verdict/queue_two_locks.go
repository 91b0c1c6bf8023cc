// outcome: "1 2\n"
// race: no
// source: OSTEP, chapter 29 Lock-based Concurrent Data Structures, figure 29.9 (Michael and
//   Scott), with an atomic next for Go's memory model

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type node struct {
	value int
	next  atomic.Pointer[node]
}

type queue struct {
	head, tail         *node
	headLock, tailLock sync.Mutex
}

func (q *queue) put(value int) {
	n := &node{value: value}
	q.tailLock.Lock()
	q.tail.next.Store(n)
	q.tail = n
	q.tailLock.Unlock()
}

func (q *queue) get() (int, bool) {
	q.headLock.Lock()
	defer q.headLock.Unlock()
	first := q.head.next.Load()
	if first == nil {
		return 0, false
	}
	q.head = first
	return first.value, true
}

func main() {
	dummy := &node{}
	q := &queue{head: dummy, tail: dummy}
	var wg sync.WaitGroup
	wg.Go(func() {
		q.put(1)
		q.put(2)
	})
	var got []int
	wg.Go(func() {
		if v, ok := q.get(); ok {
			got = append(got, v)
		}
	})
	wg.Wait()
	for v, ok := q.get(); ok; v, ok = q.get() {
		got = append(got, v)
	}
	fmt.Println(got[0], got[1])
}
