// outcome: "each node has one owner\n"
// race: no
// source: Herlihy and Shavit, chapter 10: a number that grows with each change beside the index
//   (AtomicStampedReference)

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type stack struct {
	top  atomic.Int64 // number of changes << 8 | index + 1
	next [3]atomic.Int64
}

func (s *stack) push(node int64) {
	for {
		top := s.top.Load()
		s.next[node].Store(top & 0xff)
		if s.top.CompareAndSwap(top, (top>>8+1)<<8|(node+1)) {
			return
		}
	}
}

func (s *stack) pop() int64 {
	for {
		top := s.top.Load()
		node := top&0xff - 1
		if node < 0 {
			return -1
		}
		next := s.next[node].Load()
		if s.top.CompareAndSwap(top, (top>>8+1)<<8|next) {
			return node
		}
	}
}

func main() {
	var s stack
	for node := range int64(3) {
		s.push(2 - node)
	}
	var owners [3]atomic.Int64
	own := func(node int64) {
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
