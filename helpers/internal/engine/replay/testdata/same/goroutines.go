// Goroutines, whose order is held by the program itself.
package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type Queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

func NewQueue() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) Put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, x)
	q.cond.Signal()
}

func (q *Queue) Take() int {
	q.cond.L.Lock()
	defer q.cond.L.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x
}

type Safe struct {
	sync.RWMutex
	m map[string]int
}

func producer(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := range n {
			c <- i
		}
	}()
	return c
}

func square(in <-chan int) chan int {
	out := make(chan int, 1)
	go func() {
		for x := range in {
			out <- x * x
		}
		close(out)
	}()
	return out
}

func main() {
	sum := 0
	for x := range square(producer(10)) {
		sum += x
	}
	fmt.Println(sum)

	q := NewQueue()
	for i := range 3 {
		go q.Put(i)
	}
	fmt.Println(q.Take() + q.Take() + q.Take())

	var wg sync.WaitGroup
	var n atomic.Int64
	var mu sync.Mutex
	counter := 0
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 1000 {
				n.Add(1)
				mu.Lock()
				counter++
				mu.Unlock()
				runtime.Gosched()
			}
		}()
	}
	for i := range 2 {
		wg.Go(func() { n.Add(int64(i)) })
	}
	wg.Wait()
	fmt.Println(n.Load(), counter)

	s := Safe{m: map[string]int{}}
	s.Lock()
	s.m["x"]++
	s.Unlock()
	s.RLock()
	fmt.Println(s.m)
	s.RUnlock()

	ctx, cancel := context.WithCancel(context.Background())
	ctx = context.WithValue(ctx, "key", 5)
	done := make(chan string)
	go func() {
		<-ctx.Done()
		done <- fmt.Sprint(ctx.Err(), ctx.Value("key"))
	}()
	cancel()
	fmt.Println(<-done)

	select {
	case <-time.After(time.Millisecond):
		fmt.Println("late")
	case v := <-done:
		fmt.Println(v)
	}
	full := make(chan int, 1)
	for range 2 {
		select {
		case full <- 1:
			fmt.Println("sent")
		default:
			fmt.Println("full", len(full), cap(full))
		}
	}
	var once sync.Once
	for range 2 {
		once.Do(func() { fmt.Println("once") })
	}
	value := sync.OnceValue(func() int { fmt.Println("computed"); return 7 })
	fmt.Println(value(), value())
	fired := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { close(fired) })
	_, ok := <-fired
	fmt.Println(ok)
	var all sync.Map
	all.Store("a", 1)
	all.Range(func(k, v any) bool { fmt.Println(k, v); return true })
	time.Sleep(time.Microsecond)
	var block chan int
	<-block
}
