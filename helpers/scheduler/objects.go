package scheduler

import (
	"cmp"
	"fmt"
	"iter"
	"strconv"
	"sync"
)

// object is what all objects share. An object belongs to the run in which it is first used.
type object struct {
	run  *Run
	self *object // where it was first used, to see copies
	kind string
	name string
}

func (o *object) itself() *object { return o }

// use finds the calling goroutine and makes the object the run's own. It ends the run when the object is of another one.
func (o *object) use(kind, name, method string) *thread {
	t := me(kind, method)
	switch r := t.run; {
	case o.run == nil:
		o.run, o.self, o.kind, o.name = r, o, kind, name
		if name == "" { // such as mu, mu2, mu3
			n := 1
			for _, other := range r.objects {
				if other.kind == kind {
					n++
				}
			}
			o.name = kind
			if n > 1 {
				o.name += strconv.Itoa(n)
			}
		}
		r.objects = append(r.objects, o)
		r.goesOn()
	case o.run != r:
		r.fail(Misuse, "%s is left over from an earlier run: create it inside the body, so that each run has its own", o.name)
	case o.self != o:
		r.fail(Misuse, "%s was copied after its first use: pass a pointer to it", o.name)
	}
	return t
}

// Int is a shared number. Load and Store are the two halves of counter = counter + 1 that another goroutine can come between;
// Add, Swap and CompareAndSwap are one indivisible step, like those of sync/atomic. The zero value is 0 and has the name x (then x2,
// x3, … by first use).
type Int struct {
	Name string // how the report calls it
	object
	value int
}

// NewInt returns an Int that has this value before the first step. An empty name is as in the zero value.
func NewInt(name string, value int) *Int { return &Int{Name: name, value: value} }

func (i *Int) step(method string) *thread {
	t := i.use("x", i.Name, method)
	t.point(nil, nil, false)
	return t
}

// Load returns the value, in one step.
func (i *Int) Load() int {
	i.step(".Load").run.tell(&i.object, ".Load()", nil, i.value, i.value)
	return i.value
}

// Store sets the value, in one step.
func (i *Int) Store(value int) {
	t := i.step(".Store")
	i.value = value
	t.run.tell(&i.object, ".Store", value, nil, i.value)
}

// Add adds delta and returns the new value, in one step.
func (i *Int) Add(delta int) int {
	t := i.step(".Add")
	i.value += delta
	t.run.tell(&i.object, ".Add", delta, i.value, i.value)
	return i.value
}

// Swap sets the value and returns the one before, in one step.
func (i *Int) Swap(value int) int {
	t := i.step(".Swap")
	old := i.value
	i.value = value
	t.run.tell(&i.object, ".Swap", value, old, i.value)
	return old
}

// CompareAndSwap sets the value to new if it is old, and returns whether it did, in one step.
func (i *Int) CompareAndSwap(old, new int) bool {
	t := i.step(".CompareAndSwap")
	swapped := i.value == old
	if swapped {
		i.value = new
	}
	t.run.tell(&i.object, ".CompareAndSwap", [2]int{old, new}, swapped, i.value)
	return swapped
}

// Value returns the value without a step, for an Invariant, for the body's Checks after Wait, and for a look at it after the run. In a
// goroutine that the body has started it would hide an interleaving, and fails the run (Misuse).
func (i *Int) Value() int {
	if r := current.Load(); r != nil && !r.checking {
		name := cmp.Or(i.name, i.Name, "x")
		if t := me(name, ".Value"); t.id != 0 {
			r.fail(Misuse, "%s used %s.Value, which is no step and would hide an interleaving: use Load", t.name, name)
		}
	}
	return i.value
}

// Mutex is a lock, like sync.Mutex. It may be unlocked by another goroutine than the one that locked it, as in Go; unlocking it
// when it is not locked fails the run (Misuse). The zero value is unlocked and has the name mu.
type Mutex struct {
	Name string // how the report calls it
	object
	owner *thread
}

// Lock waits until the mutex is free and takes it, in one step. Which of several waiting goroutines is next is left to the schedule.
func (m *Mutex) Lock() {
	t := m.use("mu", m.Name, ".Lock")
	t.point(m.free, m.waiting, false)
	m.take(t)
	t.run.tell(&m.object, ".Lock()", nil, nil, m.state())
}

// TryLock takes the mutex if it is free, and returns whether it did, in one step.
func (m *Mutex) TryLock() bool {
	t := m.use("mu", m.Name, ".TryLock")
	t.point(nil, nil, false)
	free := m.free()
	if free {
		m.take(t)
	}
	t.run.tell(&m.object, ".TryLock()", nil, free, m.state())
	return free
}

// Unlock frees the mutex, in one step.
func (m *Mutex) Unlock() {
	t := m.use("mu", m.Name, ".Unlock")
	t.point(nil, nil, false)
	held := m.held()
	m.release()
	t.run.tell(&m.object, ".Unlock()", nil, nil, m.state())
	if !held {
		t.run.fail(Misuse, "%s unlocked %s, which was not locked (Go: fatal error: sync: unlock of unlocked mutex)", t.name, m.name)
	}
}

func (m *Mutex) free() bool     { return m.owner == nil }
func (m *Mutex) held() bool     { return m.owner != nil }
func (m *Mutex) take(t *thread) { m.owner = t }
func (m *Mutex) release()       { m.owner = nil }
func (m *Mutex) waiting() string {
	return "waits to lock " + m.name + ", held by " + m.owner.name
}
func (m *Mutex) state() int {
	if m.owner == nil {
		return 0
	}
	return int(m.owner.id) + 1
}

// RWMutex is a lock for one writer or many readers, like sync.RWMutex: a writer that has asked for it keeps new readers out, so
// a goroutine that calls RLock twice can be in a deadlock with a writer. The zero value is unlocked and has the name rw.
type RWMutex struct {
	Name string // how the report calls it
	object
	asked   *thread // the writer that holds it or waits for the readers to leave
	writing bool
	readers int
}

// Lock asks for the lock in one step, which takes it unless there are readers; then it takes it in a second step, when they have left.
func (m *RWMutex) Lock() {
	t := m.use("rw", m.Name, ".Lock")
	t.point(func() bool { return m.asked == nil }, m.waiting, false)
	m.asked = t
	m.writing = m.readers == 0
	if m.writing {
		t.run.tell(&m.object, ".Lock()", nil, nil, m.state())
		return
	}
	t.run.tell(&m.object, ".Lock() asks", nil, nil, m.state())
	t.point(func() bool { return m.readers == 0 }, m.waiting, false)
	m.writing = true
	t.run.tell(&m.object, ".Lock() gets it", nil, nil, m.state())
}

// Unlock gives the writer's lock back, in one step. It fails the run (Misuse) when there is none.
func (m *RWMutex) Unlock() {
	t := m.use("rw", m.Name, ".Unlock")
	t.point(nil, nil, false)
	held := m.held()
	if held {
		m.release()
	}
	t.run.tell(&m.object, ".Unlock()", nil, nil, m.state())
	if !held {
		t.run.fail(Misuse, "%s unlocked %s, which was not locked for writing (Go: fatal error: sync: Unlock of unlocked RWMutex)", t.name, m.name)
	}
}

// RLock waits until no writer holds or has asked for the lock and takes a reader's share, in one step.
func (m *RWMutex) RLock() {
	t := m.use("rw", m.Name, ".RLock")
	t.point(func() bool { return m.asked == nil }, m.waiting, false)
	m.readers++
	t.run.tell(&m.object, ".RLock()", nil, nil, m.state())
}

// RUnlock gives a reader's share back, in one step. It fails the run (Misuse) when there is none.
func (m *RWMutex) RUnlock() {
	t := m.use("rw", m.Name, ".RUnlock")
	t.point(nil, nil, false)
	held := m.readers > 0
	if held {
		m.readers--
	}
	t.run.tell(&m.object, ".RUnlock()", nil, nil, m.state())
	if !held {
		t.run.fail(Misuse, "%s unlocked %s, which was not locked for reading (Go: fatal error: sync: RUnlock of unlocked RWMutex)", t.name, m.name)
	}
}

func (m *RWMutex) free() bool     { return m.asked == nil && m.readers == 0 }
func (m *RWMutex) held() bool     { return m.writing }
func (m *RWMutex) take(t *thread) { m.asked, m.writing = t, true }
func (m *RWMutex) release()       { m.asked, m.writing = nil, false }
func (m *RWMutex) waiting() string {
	s := "waits for " + m.name
	if m.asked != nil && m.writing {
		return s + ", held by " + m.asked.name
	}
	if m.readers > 0 {
		s += ", which has " + count(m.readers, "reader")
	}
	if m.asked != nil {
		s += "; " + m.asked.name + " has asked for it"
	}
	return s
}
func (m *RWMutex) state() int {
	if m.writing {
		return int(m.asked.id) + 1
	}
	return -m.readers
}

// lock is what a Cond needs of its lock: to give it up and to get it back as a part of its own steps.
type lock interface {
	itself() *object
	state() int
	free() bool
	held() bool
	take(*thread)
	release()
}

// Cond is a condition variable, like sync.Cond: L is a *Mutex or *RWMutex and must be set before use. There are no spurious
// wake-ups, as in Go, and Signal wakes the one that has waited longest. Its name is cond.
type Cond struct {
	Name string // how the report calls it
	L    sync.Locker
	object
	waiters []*bool // false: still waiting for a signal
}

// NewCond returns a Cond with the lock l, like sync.NewCond.
func NewCond(l sync.Locker) *Cond { return &Cond{L: l} }

// Wait unlocks L and starts to wait, in one step; a second step, when a Signal or Broadcast has come and L is free, locks L and
// returns. Between the two anything can happen, so a caller checks its condition again, in a loop. It fails the run (Misuse) when L
// is not locked.
func (c *Cond) Wait() {
	t := c.use("cond", c.Name, ".Wait")
	l, known := c.L.(lock)
	if !known {
		t.run.fail(Misuse, "%s has no lock of this package: set L to a *scheduler.Mutex or a *scheduler.RWMutex", c.name)
	}
	t.point(nil, nil, false)
	held := l.held()
	if held {
		l.release()
	}
	woken := new(bool)
	c.waiters = append(c.waiters, woken)
	t.run.tellLock(l)
	t.run.tell(&c.object, ".Wait() waits", nil, nil, len(c.waiters))
	if !held {
		t.run.fail(Misuse, "%s called %s.Wait without having locked its L (Go: fatal error: sync: unlock of unlocked mutex)", t.name, c.name)
	}
	t.point(func() bool { return *woken && l.free() }, func() string {
		if *woken {
			return "was woken by " + c.name + " and waits to lock its L again"
		}
		return "waits for a signal on " + c.name
	}, false)
	l.take(t)
	t.run.tellLock(l)
	t.run.tell(&c.object, ".Wait() returns", nil, nil, len(c.waiters))
}

// Signal wakes the goroutine that has waited longest, if there is any, in one step. L need not be locked.
func (c *Cond) Signal() { c.wake(".Signal", 1) }

// Broadcast wakes all goroutines that wait, in one step. L need not be locked.
func (c *Cond) Broadcast() { c.wake(".Broadcast", maxGoroutines) }

func (c *Cond) wake(method string, n int) {
	t := c.use("cond", c.Name, method)
	t.point(nil, nil, false)
	n = min(n, len(c.waiters))
	for _, woken := range c.waiters[:n] {
		*woken = true
	}
	c.waiters = c.waiters[n:]
	t.run.tell(&c.object, method+"() wakes", nil, n, len(c.waiters))
}

// WaitGroup waits for goroutines, like sync.WaitGroup. The zero value waits for none and has the name wg.
type WaitGroup struct {
	Name string // how the report calls it
	object
	n int
}

// Go starts f in a goroutine of its own that the group waits for. Like Run.Go it is no step, and neither is the end of f. The
// goroutines are called G1, G2, … by the order of starting.
func (wg *WaitGroup) Go(f func()) {
	t := wg.use("wg", wg.Name, ".Go")
	wg.n++
	t.run.Go("", func() {
		defer func() {
			if wg.n--; wg.n < 0 {
				t := me("wg", ".Go")
				t.run.fail(Misuse, "%s made the count of %s negative: a goroutine started with Go needs no Done", t.name, wg.name)
			}
		}()
		f()
	})
}

// Add adds delta to the number of goroutines to wait for, in one step. A number below 0 fails the run (Misuse).
func (wg *WaitGroup) Add(delta int) {
	t := wg.use("wg", wg.Name, ".Add")
	t.point(nil, nil, false)
	wg.n += delta
	t.run.tell(&wg.object, ".Add", delta, nil, wg.n)
	if wg.n < 0 {
		t.run.fail(Misuse, "%s made the count of %s negative (Go: panic: sync: negative WaitGroup counter)", t.name, wg.name)
	}
}

// Done is Add(-1).
func (wg *WaitGroup) Done() { wg.Add(-1) }

// Wait waits until the number is 0, in one step.
func (wg *WaitGroup) Wait() {
	t := wg.use("wg", wg.Name, ".Wait")
	t.point(func() bool { return wg.n == 0 }, func() string {
		return "waits for " + wg.name + ", whose count is " + strconv.Itoa(wg.n)
	}, false)
	t.run.tell(&wg.object, ".Wait()", nil, nil, wg.n)
}

// Chan is a channel of T with room for Cap values. The zero value has none: Send hands each value over to a Receive. There is no
// select and no nil channel. Its name is ch.
type Chan[T any] struct {
	Name string // how the report calls it
	Cap  int    // set before use
	object
	values []T
	taken  int // values received so far
	sent   int // values sent so far
	closed bool
}

// Send sends value, in one step when there is room for it. Without room (Cap 0) the first step offers the value, and a second one
// returns when it has been received. On a closed channel it fails the run (Misuse).
func (c *Chan[T]) Send(value T) {
	t := c.use("ch", c.Name, ".Send")
	t.point(func() bool { return c.closed || c.Cap == 0 || len(c.values) < c.Cap }, func() string {
		return "waits to send to " + c.name + ", which is full"
	}, false)
	if !c.closed {
		c.values = append(c.values, value)
		c.sent++
	}
	t.run.tell(&c.object, ".Send", value, nil, c.state())
	mine := c.sent
	if !c.closed && c.Cap == 0 {
		t.point(func() bool { return c.closed || c.taken >= mine }, func() string {
			return "waits for a receiver on " + c.name
		}, false)
		t.run.tell(&c.object, ".Send returns", nil, nil, c.state())
		if c.taken >= mine {
			return
		}
	}
	if c.closed {
		t.run.fail(Misuse, "%s sent on %s, which is closed (Go: panic: send on closed channel)", t.name, c.name)
	}
}

// Receive waits for a value and returns it and true, or the zero value and false when the channel is closed and empty, in one step.
func (c *Chan[T]) Receive() (value T, ok bool) {
	t := c.use("ch", c.Name, ".Receive")
	t.point(func() bool { return len(c.values) > 0 || c.closed }, func() string {
		return "waits to receive from " + c.name
	}, false)
	// What a sender without a buffer offers to a closed channel was never sent.
	if ok = len(c.values) > 0 && (c.Cap > 0 || !c.closed); ok {
		value, c.values = c.values[0], c.values[1:]
		c.taken++
		t.run.tell(&c.object, ".Receive()", nil, value, c.state())
	} else {
		t.run.tell(&c.object, ".Receive()", nil, "closed", c.state())
	}
	return value, ok
}

// All returns the values received until the channel is closed, for a range loop; each is a Receive.
func (c *Chan[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			value, ok := c.Receive()
			if !ok || !yield(value) {
				return
			}
		}
	}
}

// Close closes the channel, in one step. Closing it twice fails the run (Misuse).
func (c *Chan[T]) Close() {
	t := c.use("ch", c.Name, ".Close")
	t.point(nil, nil, false)
	was := c.closed
	c.closed = true
	t.run.tell(&c.object, ".Close()", nil, nil, c.state())
	if was {
		t.run.fail(Misuse, "%s closed %s, which is closed (Go: panic: close of closed channel)", t.name, c.name)
	}
}

func (c *Chan[T]) state() int {
	if c.closed {
		return -1 - len(c.values)
	}
	return len(c.values)
}

// memory says in words what state an object is in, "" for one that has nothing to say.
func (r *Run) memory(o *object, state int) string {
	switch o.kind {
	case "x":
		return fmt.Sprintf("%s=%d", o.name, state)
	case "mu", "rw":
		switch {
		case state > 0:
			return o.name + ": " + r.threads[state-1].name
		case state < 0:
			return o.name + ": " + count(-state, "reader")
		}
		return o.name + ": free"
	case "ch":
		if state < 0 {
			return fmt.Sprintf("%s: closed, %d in it", o.name, -1-state)
		}
		return fmt.Sprintf("%s: %d in it", o.name, state)
	case "wg":
		return fmt.Sprintf("%s: %d", o.name, state)
	case "cond":
		return fmt.Sprintf("%s: %d waiting", o.name, state)
	}
	return ""
}
