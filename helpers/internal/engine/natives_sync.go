package engine

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// natives are the functions that the machine itself is, by name.
var natives = map[string]*native{}

func always(*thread, []Value) bool { return true }

func ptr(v Value) Ptr {
	p, _ := v.(Ptr)
	return p
}

// cell is a cell of the struct that p points to.
func (s *state) cell(p Ptr, i int32) Value { return s.objs[p.Obj].cells[p.Off+i] }

func (s *state) setCell(p Ptr, i int32, v Value) { s.writable(p.Obj).cells[p.Off+i] = v }

func count(v Value) int32 {
	n, _ := v.(int32)
	return n
}

// The cells of sync.Mutex and sync.RWMutex, as their models have them.
const (
	mutexHeld, mutexOwner                   int32 = 0, 1
	rwWriter, rwReaders, rwWaiting, rwOwner int32 = 0, 1, 2, 3
)

// nilCheck is what a native's receiver points to; it panics as Go does if that is nil.
func nilCheck(t *thread, a []Value) Ptr {
	p := ptr(a[0])
	t.check(p)
	return p
}

// method adds a native that is a step of its own, with the struct that its receiver points to. It
// waits until it is free to be made; nil: it always is.
func method(name string, tell func(*thread, Ptr) string, free func(*thread, Ptr) bool, run func(*thread, Ptr) Value) {
	n := &native{
		step: always,
		tell: func(t *thread, a []Value) string { return tell(t, ptr(a[0])) },
		run:  func(t *thread, a []Value) Value { return run(t, nilCheck(t, a)) },
	}
	if free != nil {
		n.choices = func(t *thread, a []Value) int {
			if p := ptr(a[0]); p.Obj == 0 || free(t, p) {
				return 1
			}
			return 0
		}
	}
	natives[name] = n
}

// says tells of a method: a word before the name of its receiver, and what follows.
func says(before, after string) func(*thread, Ptr) string {
	return func(t *thread, p Ptr) string { return before + t.s.name(p) + after }
}

// try takes a lock if it is free, and returns whether it was.
func try(free func(*thread, Ptr) bool, take func(*thread, Ptr) Value) func(*thread, Ptr) Value {
	return func(t *thread, p Ptr) Value {
		is := free(t, p)
		if is {
			take(t, p)
		}
		return is
	}
}

// hold marks a lock, whose cells for that are given, as held by the goroutine.
func (t *thread) hold(lock Ptr, held, owner int32) {
	t.s.setCell(lock, held, int32(1))
	t.s.setCell(lock, owner, GRef(t.g.id))
}

// giveBack marks it as free.
func (t *thread) giveBack(lock Ptr, held, owner int32) {
	t.s.setCell(lock, held, int32(0))
	t.s.setCell(lock, owner, int32(0))
}

func init() {
	free := func(t *thread, p Ptr) bool { return count(t.s.cell(p, mutexHeld)) == 0 }
	lock := func(t *thread, p Ptr) Value { t.hold(p, mutexHeld, mutexOwner); return nil }
	method("(*sync.Mutex).Lock", says("locks ", ""), free, lock)
	method("(*sync.Mutex).TryLock", says("tries to lock ", ""), nil, try(free, lock))
	method("(*sync.Mutex).Unlock", says("unlocks ", ""), nil, func(t *thread, p Ptr) Value {
		if free(t, p) {
			panic(fatal{"sync: unlock of unlocked mutex"})
		}
		t.giveBack(p, mutexHeld, mutexOwner)
		return nil
	})
}

func init() {
	// A writer that waits keeps new readers out: it says so in a step of its own, and then takes
	// the lock.
	me := func(t *thread, p Ptr) bool { return t.s.cell(p, rwWaiting) == Value(GRef(t.g.id)) }
	waiting := func(t *thread, p Ptr) bool { _, is := t.s.cell(p, rwWaiting).(GRef); return is }
	written := func(t *thread, p Ptr) bool { return count(t.s.cell(p, rwWriter)) != 0 }
	readers := func(t *thread, p Ptr) int32 { return count(t.s.cell(p, rwReaders)) }
	mayWrite := func(t *thread, p Ptr) bool { return readers(t, p) == 0 && !written(t, p) && !waiting(t, p) }
	write := func(t *thread, p Ptr) Value { t.hold(p, rwWriter, rwOwner); return nil }
	method("(*sync.RWMutex).Lock",
		func(t *thread, p Ptr) string {
			if p.Obj != 0 && readers(t, p) > 0 {
				return "asks for " + t.s.name(p) + " to write"
			}
			return "locks " + t.s.name(p) + " to write"
		},
		func(t *thread, p Ptr) bool {
			if me(t, p) {
				return readers(t, p) == 0
			}
			return !waiting(t, p) && !written(t, p)
		},
		func(t *thread, p Ptr) Value {
			if readers(t, p) > 0 {
				t.s.setCell(p, rwWaiting, GRef(t.g.id))
				return stay
			}
			t.s.setCell(p, rwWaiting, int32(0))
			return write(t, p)
		})
	method("(*sync.RWMutex).TryLock", says("tries to lock ", ""), nil, try(mayWrite, write))
	method("(*sync.RWMutex).Unlock", says("unlocks ", ""), nil, func(t *thread, p Ptr) Value {
		if !written(t, p) {
			panic(fatal{"sync: Unlock of unlocked RWMutex"})
		}
		t.giveBack(p, rwWriter, rwOwner)
		return nil
	})
	mayRead := func(t *thread, p Ptr) bool { return !written(t, p) && !waiting(t, p) }
	read := func(t *thread, p Ptr) Value { t.s.setCell(p, rwReaders, readers(t, p)+1); return nil }
	method("(*sync.RWMutex).RLock", says("locks ", " to read"), mayRead, read)
	method("(*sync.RWMutex).TryRLock", says("tries to lock to read ", ""), nil, try(mayRead, read))
	method("(*sync.RWMutex).RUnlock", says("unlocks ", " after reading"), nil, func(t *thread, p Ptr) Value {
		if readers(t, p) == 0 {
			panic(fatal{"sync: RUnlock of unlocked RWMutex"})
		}
		t.s.setCell(p, rwReaders, readers(t, p)-1)
		return nil
	})
}

func init() {
	add := func(t *thread, p Ptr, by int64) Value {
		t.check(p)
		n := int64(count(t.s.cell(p, 0))) + by
		t.s.setCell(p, 0, int32(n)) // as in Go, also where it panics: nobody gets past Wait any more
		if n < 0 {
			panic(goPanic{t.s.p.text("sync: negative WaitGroup counter")})
		}
		return nil
	}
	natives["(*sync.WaitGroup).Add"] = &native{
		// Only a count that leaves 0 can be noticed: somebody may stand before Wait.
		step: func(t *thread, a []Value) bool {
			p := ptr(a[0])
			if p.Obj == 0 || t.s.live() < 2 {
				return false
			}
			n := int64(count(t.s.cell(p, 0)))
			return n == 0 && mustInt(a[1]) > 0 || n+mustInt(a[1]) < 0
		},
		tell: func(t *thread, a []Value) string {
			return fmt.Sprintf("adds %d to %s", mustInt(a[1]), t.s.name(ptr(a[0])))
		},
		run: func(t *thread, a []Value) Value { return add(t, ptr(a[0]), mustInt(a[1])) },
	}
	natives["(*sync.WaitGroup).Done"] = &native{
		// One too many panics, which others notice.
		step: func(t *thread, a []Value) bool { return ptr(a[0]).Obj != 0 && count(t.s.cell(ptr(a[0]), 0)) <= 0 },
		tell: func(t *thread, a []Value) string { return t.s.name(ptr(a[0])) + ".Done()" },
		run:  func(t *thread, a []Value) Value { return add(t, ptr(a[0]), -1) },
	}
	method("(*sync.WaitGroup).Wait", says("", ".Wait(): all are done"),
		func(t *thread, p Ptr) bool { return count(t.s.cell(p, 0)) == 0 },
		func(*thread, Ptr) Value { return nil })
}

func init() {
	// Signal wakes one of those who wait, whichever; each is a choice.
	natives["(*sync.Cond).Signal"] = &native{
		step: always,
		choices: func(t *thread, a []Value) int {
			return max(1, len(t.s.asleep(ptr(a[0]))))
		},
		tell: func(t *thread, a []Value) string {
			name := t.s.name(ptr(a[0]))
			if who := t.s.asleep(ptr(a[0])); len(who) > t.choice {
				return "signals " + name + ": wakes " + t.s.gs[who[t.choice]].name
			}
			return "signals " + name + ": nobody waits"
		},
		run: func(t *thread, a []Value) Value {
			p := nilCheck(t, a)
			if who := t.s.asleep(p); len(who) > 0 {
				t.chooses(t.choice + 1)
				t.wake(who[t.choice])
			}
			return nil
		},
	}
	method("(*sync.Cond).Broadcast",
		func(t *thread, p Ptr) string {
			var names []string
			for _, id := range t.s.asleep(p) {
				names = append(names, t.s.gs[id].name)
			}
			if len(names) == 0 {
				return "broadcasts " + t.s.name(p) + ": nobody waits"
			}
			return "broadcasts " + t.s.name(p) + ": wakes " + strings.Join(names, ", ")
		}, nil,
		func(t *thread, p Ptr) Value {
			for _, id := range t.s.asleep(p) {
				t.wake(id)
			}
			return nil
		})
}

// asleep lists who waits on a condition.
func (s *state) asleep(cond Ptr) []int {
	var who []int
	for _, g := range s.gs {
		if !g.done && g.asleep == cond && cond.Obj != 0 {
			who = append(who, g.id)
		}
	}
	return who
}

// wake lets a goroutine that waits on a condition go on: it will take the lock again.
func (t *thread) wake(id int) {
	g := t.s.g(id)
	g.asleep = Ptr{}
	t.woken = append(t.woken, id)
}

// condWait is the code of (*sync.Cond).Wait. Giving back the lock and going to sleep are one step;
// once woken, taking the lock again is another.
func (p *Program) condWait(fn *ssa.Function) *code {
	c := &code{fn: fn, name: "(*sync.Cond).Wait", params: 1, regs: 1, rescue: -1}
	locker := func(t *thread) Iface {
		at := ptr(t.f.regs[0])
		t.check(at)
		l, _ := t.s.cell(at, 0).(Iface)
		if l.T == nil {
			t.nilDereference()
		}
		return l
	}
	invoke := func(t *thread, name string) {
		l := locker(t)
		obj, _, _ := types.LookupFieldOrMethod(l.T, true, fn.Pkg.Pkg, name)
		m := p.method(l.T, obj.(*types.Func))
		t.f.pc++
		t.call(p.codeOf(m), nil, []Value{l.V})
		t.f.deferred = true // its result goes nowhere
	}
	tell := func(t *thread, a []Value) string { return "waits on " + t.s.name(ptr(a[0])) }
	first := &native{step: always, tell: tell}
	second := &native{
		step: func(t *thread, a []Value) bool { return t.g.asleep.Obj != 0 },
		choices: func(t *thread, a []Value) int {
			if t.g.asleep.Obj != 0 {
				return 0
			}
			return 1
		},
		tell: tell,
	}
	c.instrs = []instr{
		{dst: -1, op: &nativeOp{first, c.name, 1}, run: func(t *thread) {
			at := ptr(t.f.regs[0])
			t.check(at)
			t.g.asleep = at
			t.g.atomic++ // the unlock belongs to this step
			invoke(t, "Unlock")
		}},
		{dst: -1, run: func(t *thread) {
			t.g.atomic--
			t.f.pc++
		}},
		{dst: -1, op: &nativeOp{second, c.name, 1}, run: func(t *thread) { t.f.pc++ }},
		{dst: -1, run: func(t *thread) {
			t.g.entering++ // for package replay, to take the lock again is a hook of its own
			invoke(t, "Lock")
		}},
		{dst: -1, run: func(t *thread) { t.finish(nil) }},
	}
	return c
}
