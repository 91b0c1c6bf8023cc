// Package sync is a model of Go's own: the locks are the machine's, the rest is built on steps.
package sync

import "internal/machine"

type Locker interface {
	Lock()
	Unlock()
}

// Mutex: state is 1 while it is held, owner the goroutine that took it.
type Mutex struct {
	state int32
	owner int32
}

func (m *Mutex) Lock()
func (m *Mutex) Unlock()
func (m *Mutex) TryLock() bool

// RWMutex: a writer that waits keeps new readers out.
type RWMutex struct {
	writer  int32 // 1 while a writer holds it
	readers int32 // that hold it
	waiting int32 // writers that wait
	owner   int32 // the writer
}

func (rw *RWMutex) Lock()
func (rw *RWMutex) Unlock()
func (rw *RWMutex) TryLock() bool
func (rw *RWMutex) RLock()
func (rw *RWMutex) RUnlock()
func (rw *RWMutex) TryRLock() bool

// RLocker is a Locker whose Lock is RLock.
func (rw *RWMutex) RLocker() Locker { return (*rlocker)(rw) }

type rlocker RWMutex

func (r *rlocker) Lock()   { (*RWMutex)(r).RLock() }
func (r *rlocker) Unlock() { (*RWMutex)(r).RUnlock() }

type WaitGroup struct{ n int32 }

func (wg *WaitGroup) Add(delta int)
func (wg *WaitGroup) Done()
func (wg *WaitGroup) Wait()

func (wg *WaitGroup) Go(f func()) {
	wg.Add(1)
	go func() {
		returned := false
		defer func() {
			if returned || machine.Exiting() { // after a panic nobody is told that all is done
				wg.Done()
			}
		}()
		f()
		returned = true
	}()
}

// Cond: who waits is the machine's to know, and whom Signal wakes is a choice.
type Cond struct {
	L Locker

	waiting int32
}

func NewCond(l Locker) *Cond { return &Cond{L: l} }

func (c *Cond) Wait()
func (c *Cond) Signal()
func (c *Cond) Broadcast()

// Once: while one goroutine runs the function, others wait.
type Once struct {
	done bool
	busy bool
}

func (o *Once) Do(f func()) {
	machine.Block(o, "once.Do", func() bool { return !o.busy })
	if o.done {
		machine.End()
		return
	}
	o.busy = true
	machine.End()
	defer func() {
		machine.Begin(o, "once.Do returns")
		o.done, o.busy = true, false
		machine.End()
	}()
	f()
}

func OnceFunc(f func()) func() {
	once := OnceValue(func() struct{} { f(); return struct{}{} })
	return func() { once() }
}

func OnceValue[T any](f func() T) func() T {
	once := OnceValues(func() (T, struct{}) { return f(), struct{}{} })
	return func() T {
		value, _ := once()
		return value
	}
}

// OnceValues panics in each call with what f panicked with.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once Once
	var v1 T1
	var v2 T2
	var returned bool
	var failure any
	return func() (T1, T2) {
		once.Do(func() {
			defer func() {
				if !returned {
					failure = recover()
					panic(failure)
				}
			}()
			v1, v2 = f()
			returned = true
		})
		if !returned {
			panic(failure)
		}
		return v1, v2
	}
}

// Map takes one step for each call, and Range one for each key besides.
type Map struct{ m map[any]any }

func (m *Map) begin(what string) {
	machine.Begin(m, what)
	if m.m == nil {
		m.m = map[any]any{}
	}
}

func (m *Map) Load(key any) (value any, ok bool) {
	machine.Begin(m, "Map.Load")
	value, ok = m.m[key]
	machine.End()
	return value, ok
}

func (m *Map) Store(key, value any) {
	m.begin("Map.Store")
	m.m[key] = value
	machine.End()
}

func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	m.begin("Map.LoadOrStore")
	actual, loaded = m.m[key]
	if !loaded {
		m.m[key] = value
		actual = value
	}
	machine.End()
	return actual, loaded
}

func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	m.begin("Map.LoadAndDelete")
	value, loaded = m.m[key]
	delete(m.m, key)
	machine.End()
	return value, loaded
}

func (m *Map) Delete(key any) {
	m.begin("Map.Delete")
	delete(m.m, key)
	machine.End()
}

func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	m.begin("Map.Swap")
	previous, loaded = m.m[key]
	m.m[key] = value
	machine.End()
	return previous, loaded
}

func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	m.begin("Map.CompareAndSwap")
	if value, ok := m.m[key]; ok && value == old {
		m.m[key] = new
		swapped = true
	}
	machine.End()
	return swapped
}

func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	m.begin("Map.CompareAndDelete")
	if value, ok := m.m[key]; ok && value == old {
		delete(m.m, key)
		deleted = true
	}
	machine.End()
	return deleted
}

func (m *Map) Clear() {
	m.begin("Map.Clear")
	clear(m.m)
	machine.End()
}

func (m *Map) Range(f func(key, value any) bool) {
	machine.Begin(m, "Map.Range")
	var keys []any
	for key := range m.m {
		keys = append(keys, key)
	}
	machine.End()
	for _, key := range keys {
		if value, ok := m.Load(key); ok && !f(key, value) {
			return
		}
	}
}

// Pool gives back what was put in last. (Go's own may give any, or none; a program must not count
// on either.)
type Pool struct {
	New func() any

	items []any
}

func (p *Pool) Put(x any) {
	if x == nil {
		return
	}
	machine.Begin(p, "Pool.Put")
	p.items = append(p.items, x)
	machine.End()
}

func (p *Pool) Get() any {
	machine.Begin(p, "Pool.Get")
	var x any
	if last := len(p.items) - 1; last >= 0 {
		x = p.items[last]
		p.items[last] = nil
		p.items = p.items[:last]
	}
	machine.End()
	if x == nil && p.New != nil {
		return p.New()
	}
	return x
}
