// verdict: right

package main

import (
	"fmt"
	"sync"
)

type buffer[T any] struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []T
	room  int
}

func newBuffer[T any](room int) *buffer[T] {
	b := &buffer[T]{room: room}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *buffer[T]) Put(item T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) >= b.room {
		b.cond.Wait()
	}
	b.items = append(b.items, item)
	b.cond.Broadcast()
}

func (b *buffer[T]) Get() T {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	item := b.items[0]
	b.items = b.items[1:]
	b.cond.Broadcast()
	return item
}

func main() {
	b := newBuffer[string](1)
	var wg sync.WaitGroup
	wg.Go(func() { b.Put("a") })
	wg.Go(func() { b.Put("b") })
	if got := b.Get() + b.Get(); got != "ab" && got != "ba" {
		fmt.Println("wrong", got)
	}
	wg.Wait()
}
