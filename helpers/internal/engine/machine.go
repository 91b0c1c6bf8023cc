package engine

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// thread runs one goroutine of one state.
type thread struct {
	s *state
	g *goroutine
	f *frame

	granted bool // the next step may be taken
	choice  int
	in      *instr
	woken   []int // other goroutines that this step has moved, and that must run until they stand before a step
	pure    bool  // evaluates a condition: everything is granted, nothing is a step
}

// operation is an instruction that may be a step. All of its methods but is look only.
type operation interface {
	// is tells whether it is a step now: whether another goroutine could notice it.
	is(t *thread) bool
	// choices is in how many ways it can be taken now; 0: the goroutine has to wait.
	choices(t *thread) int
	// access is the memory that it reads or writes.
	access(t *thread) access
	// tell says in words what it is, before it is taken; waiting, for what it waits.
	tell(t *thread) string
}

// access is a read or a write of cells. An empty one (n 0) touches nothing that a data race is about.
type access struct {
	at     Ptr
	n      int32
	write  bool
	atomic bool
}

// goPanic is a panic of the interpreted program, on its way through the interpreter.
type goPanic struct{ value Value }

// fatal is what ends the interpreted program at once, such as unlocking an unlocked mutex.
type fatal struct{ text string }

// tooLong is a goroutine that runs on without a step. Before it is waited for so long, what the others do in the
// meantime is looked at, with patience for less: it may show that the loop waits for them, so that its turns are steps.
const (
	tooLong  = 20_000_000
	patience = 200_000
)

func (s *state) thread(id int) *thread {
	t := &thread{s: s, g: s.g(id)}
	if len(t.g.frames) > 0 {
		t.f = s.top(t.g)
	}
	return t
}

// look is a thread for asking only; nothing is copied.
func (s *state) look(id int) *thread {
	t := &thread{s: s, g: s.gs[id]}
	if n := len(t.g.frames); n > 0 {
		t.f = t.g.frames[n-1]
		if !t.g.done && t.g.crash == nil && !t.g.exits && !t.f.panicking {
			t.in = &t.f.code.instrs[t.f.pc]
		}
	}
	return t
}

// run goes on until the goroutine stands before a step, or has ended.
func (t *thread) run() {
	for !t.segment() {
	}
}

// segment runs until a step (true), or until the interpreted program panics (false).
func (t *thread) segment() (stop bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case goPanic:
			t.raise(&panicking{value: r.value})
			stop = false
		case fatal:
			t.s.ended = &ending{kind: Crash, message: "fatal error: " + r.text, where: t.where()}
			stop = true
		case refusal:
			if !r.pos.IsValid() {
				r.pos = t.pos()
			}
			t.s.refused = t.s.p.refuse(r)
			stop = true
		default:
			panic(r)
		}
	}()
	for {
		f := t.f
		switch {
		case t.s.ended != nil || t.g.done:
			return true
		case t.g.crash != nil:
			if !t.granted {
				return true
			}
			t.granted = false
			t.s.ended = &ending{kind: Crash, message: t.s.crashText(t.g), where: t.where()}
			return true
		case t.g.exits:
			if !t.granted {
				return true
			}
			t.granted = false
			t.s.exit()
			return true
		case f.panicking:
			t.unwind()
			continue
		}
		in := &f.code.instrs[f.pc]
		t.in = in
		if in.op != nil && !t.pure {
			if t.g.atomic > 0 {
				if in.op.choices(t) == 0 {
					panic(refusal{t.pos(), "explore does not take what waits inside a step of the library"})
				}
				t.choice = 0
				t.g = t.s.g(t.g.id) // to ask may have made a copy of the state
				t.f = t.s.top(t.g)
			} else if !t.granted {
				if in.op.is(t) {
					f.loop = 0
					return true
				}
			}
			t.granted = false
		}
		if in.hook {
			t.g.hooks++
		}
		if f.loop++; f.loop > t.s.p.patience {
			t.s.tired = t.s.p.patience < tooLong
			t.s.ended = &ending{kind: Endless, message: "a loop that nobody else could notice does not end", where: t.where()}
			return true
		}
		in.run(t)
	}
}

// next ends an ordinary instruction.
func (t *thread) next(in *instr) {
	f := t.f
	for _, r := range in.kills {
		f.regs[r] = nil
	}
	f.pc++
}

// set stores an instruction's result and ends it.
func (t *thread) set(in *instr, v Value) {
	if in.dst >= 0 {
		t.f.regs[in.dst] = v
	}
	t.next(in)
}

// call pushes a frame. The caller's instruction must have ended, or must be one that goes on where it stands.
func (t *thread) call(c *code, free []Value, args []Value) {
	if len(t.g.frames) >= maxFrames {
		panic(fatal{"stack overflow"})
	}
	f := &frame{epoch: t.s.epoch, code: c, pc: c.entry, regs: make([]Value, c.regs), free: free}
	copy(f.regs, args)
	for _, r := range c.unread {
		f.regs[r] = nil
	}
	t.g.frames = append(t.g.frames, f)
	t.f = f
}

const maxFrames = 10_000

// finish pops the frame that runs and gives its results to the caller.
func (t *thread) finish(results []Value) {
	loop, silent := t.f.loop, t.f.deferred
	t.g.frames = t.g.frames[:len(t.g.frames)-1]
	if len(t.g.frames) == 0 {
		t.end()
		return
	}
	t.f = t.s.top(t.g)
	t.f.loop = max(loop, t.f.loop)
	if silent {
		return
	}
	if t.f.result {
		t.f.regs[0] = results[0]
		return
	}
	in := &t.f.code.instrs[t.f.pc-1]
	if _, isCall := in.in.(*ssa.Call); !isCall || in.dst < 0 {
		return
	}
	if !slices.Contains(in.kills, in.dst) {
		if len(results) == 1 {
			t.f.regs[in.dst] = results[0]
		} else {
			var all Tuple
			for _, r := range results {
				if part, ok := r.(Tuple); ok {
					all = append(all, part...)
				} else {
					all = append(all, r)
				}
			}
			t.f.regs[in.dst] = all
		}
	}
}

// end is the end of a goroutine. Main's is a step of its own: the program ends with it.
func (t *thread) end() {
	if t.g.id == 0 && !t.g.goexit {
		if t.s.p.starting {
			t.g.done = true
			return
		}
		t.g.exits = true
		t.g.frames = nil
		return
	}
	t.g.done = true
	t.g.frames = nil
}

func (s *state) exit() {
	e := &ending{kind: Ends}
	for _, g := range s.gs[1:] {
		if !g.done && !g.timer {
			e.left = append(e.left, g.id)
		}
	}
	s.ended = e
}

// begin makes a goroutine that will run fn, whose code is c.
func (t *thread) begin(fn *Closure, c *code, args []Value, timer bool) int {
	if len(t.s.gs) >= maxGoroutines {
		panic(refusal{t.pos(), fmt.Sprintf("more than %d goroutines: make the number smaller", maxGoroutines)})
	}
	id := len(t.s.gs)
	g := &goroutine{epoch: t.s.epoch, id: id, timer: timer}
	if t.in != nil {
		g.pos = t.in.in
	}
	n := 0 // of the same sort; main is one of those that are no timers
	for _, other := range t.s.gs {
		if other.timer == timer {
			n++
		}
	}
	if timer {
		g.name = "timer" + goroutineName(n+1)
	} else {
		g.name = goroutineName(n)
	}
	t.s.gs = append(t.s.gs, g)
	nt := &thread{s: t.s, g: g}
	nt.call(c, freeOf(fn), args)
	return id
}

const maxGoroutines = 2000

// goroutineName is main for 0, then A, B, … Z, AA, AB, …
func goroutineName(n int) string {
	if n == 0 {
		return "main"
	}
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

func (t *thread) pos() token.Pos {
	return t.s.p.position(t.g)
}

func (t *thread) where() string {
	return t.s.p.line(t.pos())
}

// throw raises a run-time error of Go's, which recover can catch.
func (t *thread) throw(format string, args ...any) {
	panic(goPanic{t.s.p.runtimeError(fmt.Sprintf(format, args...))})
}

// raise begins a panic in the frame that runs.
func (t *thread) raise(p *panicking) {
	t.granted = false
	if len(t.g.frames) == 0 {
		v := p.value
		t.g.crash, t.g.crashPos = &v, p.pos
		return
	}
	p.pos = t.pos()
	t.f = t.s.top(t.g)
	t.f.panicking = true
	t.f.panic = p
	t.f.recovered = false
}

// unwind runs the deferred calls of a frame that a panic passes through, and then passes it on.
func (t *thread) unwind() {
	f := t.f
	if len(f.defers) > 0 {
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[:len(f.defers)-1]
		t.call(d.code, freeOf(d.fn), d.args)
		t.f.deferred = true
		return
	}
	if f.recovered {
		f.panicking, f.panic, f.recovered = false, nil, false
		if f.code.rescue >= 0 {
			keep := map[int]bool{}
			for _, r := range f.code.rescues {
				keep[r] = true
			}
			for r := range f.regs {
				if !keep[r] {
					f.regs[r] = nil
				}
			}
			f.pc = f.code.rescue
			return
		}
		t.finish(f.code.zero)
		return
	}
	p := f.panic
	t.g.frames = t.g.frames[:len(t.g.frames)-1]
	if len(t.g.frames) == 0 {
		if p.goexit {
			t.g.goexit = true
			t.end()
			return
		}
		v := p.value
		t.g.crash, t.g.crashPos = &v, p.pos
		return
	}
	t.f = t.s.top(t.g)
	t.f.panicking = true
	t.f.panic = p
	t.f.recovered = false
}

func freeOf(c *Closure) []Value {
	if c == nil {
		return nil
	}
	return c.Free
}

// recovering is the builtin recover, called by the frame that runs: a deferred function called by a panic.
func (t *thread) recovering() Value {
	n := len(t.g.frames)
	if n < 2 {
		return Iface{}
	}
	i := n - 2
	caller := t.g.frames[i]
	if !t.g.frames[n-1].deferred || !caller.panicking || caller.recovered || caller.panic == nil || caller.panic.goexit {
		return Iface{}
	}
	caller = t.s.frame(t.g, i)
	caller.recovered = true
	return caller.panic.value
}

// callee finds what a call runs: code, free variables and arguments.
func (t *thread) callee(c *ssa.CallCommon, target operand, args []operand) (*Closure, []Value) {
	f := t.f
	values := make([]Value, 0, len(args)+1)
	if c.IsInvoke() {
		i, _ := target.get(f).(Iface)
		if i.T == nil {
			t.throw("invalid memory address or nil pointer dereference")
		}
		fn := t.s.p.method(i.T, c.Method)
		values = append(values, i.V)
		for _, a := range args {
			values = append(values, a.get(f))
		}
		return t.s.p.closureOf(fn), values
	}
	for _, a := range args {
		values = append(values, a.get(f))
	}
	fn, _ := target.get(f).(*Closure)
	if fn == nil {
		t.throw("invalid memory address or nil pointer dereference")
	}
	return fn, values
}

func (p *Program) method(t types.Type, m *types.Func) *ssa.Function {
	key := methodKey{t, m.Id()}
	if fn := p.methods[key]; fn != nil {
		return fn
	}
	fn := p.SSA.LookupMethod(t, m.Pkg(), m.Name())
	p.methods[key] = fn
	return fn
}

type methodKey struct {
	t    types.Type
	name string
}
