// interleavings: unbounded
// outcome: "1 2 3\n"
// race: no
// source: Herlihy and Shavit, chapter 3, LockFreeQueue: one producer and one consumer need no
//   lock where head and tail are atomic

package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type ring struct {
	items      [2]int
	head, tail atomic.Int64
}

func main() {
	var r ring
	var wg sync.WaitGroup
	wg.Go(func() {
		for item := 1; item <= 3; item++ {
			for r.tail.Load()-r.head.Load() == 2 {
				runtime.Gosched()
			}
			tail := r.tail.Load()
			r.items[tail%2] = item
			r.tail.Store(tail + 1)
		}
	})
	var got []int
	for range 3 {
		for r.tail.Load() == r.head.Load() {
			runtime.Gosched()
		}
		head := r.head.Load()
		got = append(got, r.items[head%2])
		r.head.Store(head + 1)
	}
	wg.Wait()
	fmt.Println(got[0], got[1], got[2])
}
