// verdict: wrong
// why: right with room for 1

package main

import "sync"

type buffer struct {
	mu                sync.Mutex
	notEmpty, notFull *sync.Cond
	items             []int
	room              int
}

func newBuffer(room int) *buffer {
	b := &buffer{room: room}
	b.notEmpty = sync.NewCond(&b.mu)
	b.notFull = sync.NewCond(&b.mu)
	return b
}

func (b *buffer) Put(item int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == b.room {
		b.notFull.Wait()
	}
	b.items = append(b.items, item)
	if len(b.items) == 1 {
		b.notEmpty.Signal()
	}
}

func (b *buffer) Get() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.notEmpty.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	if len(b.items) == b.room-1 {
		b.notFull.Signal()
	}
	return item
}

func main() {
	b := newBuffer(2)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { b.Get() })
	}
	b.Put(1)
	b.Put(2)
	wg.Wait()
}
