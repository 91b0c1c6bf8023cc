// outcome: "ok\n"
// race: no
// why: whatever one gets was put before, each value once, in order

package main

import (
	"fmt"
	"slices"
	"sync"
)

type queue struct {
	lock  sync.Mutex
	items []int
}

func (q *queue) Put(item int) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.items = append(q.items, item)
}

func (q *queue) Get() (item int, ok bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if len(q.items) == 0 {
		return 0, false
	}
	item = q.items[0]
	q.items = q.items[1:]
	return item, true
}

func main() {
	var q queue
	var wg sync.WaitGroup
	var got []int
	wg.Go(func() {
		q.Put(1)
		q.Put(2)
	})
	wg.Go(func() {
		for range 2 {
			if item, ok := q.Get(); ok {
				got = append(got, item)
			}
		}
	})
	wg.Wait()
	for item, ok := q.Get(); ok; item, ok = q.Get() {
		got = append(got, item)
	}
	if slices.Equal(got, []int{1, 2}) {
		fmt.Println("ok")
	} else {
		fmt.Println("wrong", got)
	}
}
