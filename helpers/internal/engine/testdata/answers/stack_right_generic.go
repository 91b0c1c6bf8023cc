// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type node[T any] struct {
	value T
	next  *node[T]
}

type stack[T any] struct{ top atomic.Pointer[node[T]] }

func (s *stack[T]) Push(v T) {
	for {
		n := &node[T]{v, s.top.Load()}
		if s.top.CompareAndSwap(n.next, n) {
			return
		}
	}
}

func (s *stack[T]) Pop() (v T, ok bool) {
	for {
		n := s.top.Load()
		if n == nil {
			return v, false
		}
		if s.top.CompareAndSwap(n, n.next) {
			return n.value, true
		}
	}
}

func main() {
	var s stack[string]
	var wg sync.WaitGroup
	wg.Go(func() { s.Push("a") })
	wg.Go(func() { s.Push("b") })
	wg.Wait()
	x, _ := s.Pop()
	y, _ := s.Pop()
	if _, ok := s.Pop(); ok || x+y != "ab" && x+y != "ba" {
		fmt.Println("wrong")
	}
}
