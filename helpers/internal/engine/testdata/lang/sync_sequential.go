package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	var mu sync.Mutex
	mu.Lock()
	fmt.Println(mu.TryLock())
	mu.Unlock()
	fmt.Println(mu.TryLock())
	mu.Unlock()
	var rw sync.RWMutex
	rw.RLock()
	fmt.Println(rw.TryRLock(), rw.TryLock())
	rw.RUnlock()
	rw.RUnlock()
	rw.Lock()
	fmt.Println(rw.TryRLock())
	rw.Unlock()
	locker := rw.RLocker()
	locker.Lock()
	locker.Unlock()
	var once sync.Once
	for range 3 {
		once.Do(func() { fmt.Println("once") })
	}
	value := sync.OnceValues(func() (int, error) { fmt.Println("computed"); return 7, nil })
	fmt.Println(value())
	fmt.Println(value())
	f := sync.OnceFunc(func() { fmt.Println("func") })
	f()
	f()
	var m sync.Map
	m.Store("a", 1)
	fmt.Println(m.Load("a"))
	fmt.Println(m.Load("b"))
	fmt.Println(m.LoadOrStore("a", 2))
	fmt.Println(m.LoadOrStore("b", 3))
	fmt.Println(m.LoadAndDelete("b"))
	fmt.Println(m.Swap("a", 5))
	fmt.Println(m.CompareAndSwap("a", 5, 6), m.CompareAndDelete("a", 5))
	m.Range(func(k, v any) bool { fmt.Println(k, v); return true })
	m.Clear()
	pool := sync.Pool{New: func() any { return "new" }}
	fmt.Println(pool.Get())
	var i32 atomic.Int32
	fmt.Println(i32.Add(5), i32.Swap(7), i32.CompareAndSwap(7, 8), i32.Load(), i32.Or(1), i32.And(8), i32.Load())
	var u64 atomic.Uint64
	u64.Store(1)
	fmt.Println(u64.Add(^uint64(0)), u64.Add(^uint64(0)))
	var b atomic.Bool
	fmt.Println(b.Swap(true), b.CompareAndSwap(true, false), b.Load())
	var p atomic.Pointer[string]
	fmt.Println(p.Load() == nil)
	s := "text"
	p.Store(&s)
	fmt.Println(*p.Load(), p.CompareAndSwap(nil, &s))
	var v atomic.Value
	fmt.Println(v.Load())
	v.Store([]int{1})
	fmt.Println(v.Load(), v.Swap([]int{2}))
	func() {
		defer func() { fmt.Println(recover()) }()
		v.Store("other type")
	}()
	var n int64
	fmt.Println(atomic.AddInt64(&n, 3), atomic.LoadInt64(&n), atomic.SwapInt64(&n, 1),
		atomic.CompareAndSwapInt64(&n, 1, 2), n)
	var u uintptr
	atomic.StoreUintptr(&u, 4)
	fmt.Println(atomic.LoadUintptr(&u))
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), "key", "value"))
	fmt.Println(ctx.Value("key"), ctx.Value("none"), ctx.Err())
	cancel(errors.New("reason"))
	<-ctx.Done()
	fmt.Println(ctx.Err(), context.Cause(ctx))
	fmt.Println(context.Background(), context.TODO())
	_, hasDeadline := ctx.Deadline()
	fmt.Println(hasDeadline, runtime.NumGoroutine())
	runtime.Gosched()
}
