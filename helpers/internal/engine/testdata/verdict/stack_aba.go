// interleavings: 59,123
// outcome: 59,099 × "each node has one owner\n"
// outcome: 24 × "a node has two owners\n"
// race: no
// source: Herlihy and Shavit, chapter 10 Queues, Memory Management, and the ABA Problem
// why: A has read top 0 and next 1; B pops 0 and 1 and pushes 0 again; A's swap succeeds and
//   makes 1, which is B's, the top; counted by a brute-force script

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type stack struct {
	top  atomic.Int32
	next [3]atomic.Int32
}

func (s *stack) push(node int32) {
	for {
		top := s.top.Load()
		s.next[node].Store(top)
		if s.top.CompareAndSwap(top, node) {
			return
		}
	}
}

func (s *stack) pop() int32 {
	for {
		top := s.top.Load()
		if top < 0 {
			return -1
		}
		next := s.next[top].Load()
		if s.top.CompareAndSwap(top, next) {
			return top
		}
	}
}

func main() {
	var s stack
	s.top.Store(-1)
	for node := range int32(3) {
		s.push(2 - node)
	}
	var owners [3]atomic.Int32
	own := func(node int32) {
		if node >= 0 {
			owners[node].Add(1)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { own(s.pop()) })
	wg.Go(func() {
		first := s.pop()
		own(s.pop())
		if first >= 0 {
			s.push(first)
		}
	})
	wg.Wait()
	for node := s.pop(); node >= 0; node = s.pop() {
		owners[node].Add(1)
		if owners[node].Load() > 1 {
			fmt.Println("a node has two owners")
			return
		}
	}
	fmt.Println("each node has one owner")
}
