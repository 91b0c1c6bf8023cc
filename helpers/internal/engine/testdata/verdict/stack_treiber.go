// outcome: "3 values, sum 6\n"
// race: no
// source: Herlihy and Shavit, chapter 11 Concurrent Stacks and Elimination, LockFreeStack; the
//   garbage collector keeps ABA away

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type node struct {
	value int
	next  *node
}

type stack struct{ top atomic.Pointer[node] }

func (s *stack) push(value int) {
	n := &node{value: value}
	for {
		n.next = s.top.Load()
		if s.top.CompareAndSwap(n.next, n) {
			return
		}
	}
}

func (s *stack) pop() (int, bool) {
	for {
		top := s.top.Load()
		if top == nil {
			return 0, false
		}
		if s.top.CompareAndSwap(top, top.next) {
			return top.value, true
		}
	}
}

func main() {
	var s stack
	var wg sync.WaitGroup
	wg.Go(func() { s.push(1) })
	wg.Go(func() { s.push(2) })
	wg.Go(func() {
		s.push(3)
		if v, ok := s.pop(); ok {
			s.push(v)
		}
	})
	wg.Wait()
	count, sum := 0, 0
	for v, ok := s.pop(); ok; v, ok = s.pop() {
		count, sum = count+1, sum+v
	}
	fmt.Printf("%d values, sum %d\n", count, sum)
}
