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

	granted bool   // the next step may be taken
	choice  int    // and in this of its ways
	in      *instr // that runs, or that it stands before
	woken   []int  // other goroutines that this step has moved, and that must run until they stand before a step
	taken   bool   // the instruction that runs is the step that was granted
	inStep  bool   // that step itself runs: a panic now is its own, and not of what it called
	fails   bool   // that step panicked, so the crash belongs to it

	// Of a loop that is being looked at: the state at one of its instructions.
	spin    *encoder
	spinKey key
	spinAt  int
	looks   int

	pure bool // evaluates a condition: everything is granted, nothing is a step
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

// access is a read or a write of cells. An empty one (n 0) touches nothing that a data race is
// about.
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

const (
	// patience is after how many instructions without a step a goroutine is looked at: is it in a
	// loop that changes nothing? Few programs compute for so long; to look takes as long as some
	// hundred instructions.
	patience = 1 << 14

	// maxLooks is how often it is then looked at. A loop that changes nothing comes round to the
	// same state, after few rounds if it counts to a small number; others are looked at again at
	// the next power of two.
	maxLooks = 64

	// tooLong is after how many instructions it is given up, within some seconds.
	tooLong = 20_000_000

	// tooLongChecked is the same in a scenario of a check, which hardly computes.
	tooLongChecked = 1_000_000
)

// turns tells whether the goroutine loops for ever by itself. If it reads, over and over, what
// nobody has been seen to change, then it waits for somebody to do so: from now on those reads are
// steps, and all begins anew.
func (t *thread) turns(f *frame) bool {
	p := t.s.p
	if f.loop&(patience-1) == 0 {
		p.limits.late()
	}
	if f.loop&(f.loop-1) == 0 { // at each power of two, and then whenever it comes by there again
		p.reads = make([]read, 0, 1)
		t.spin, t.spinAt, t.looks = newEncoder(p), f.pc, 0
		t.spinKey, _ = t.spin.encode(t.s)
		return false
	}
	most := tooLong
	if p.check.quiet() {
		most = tooLongChecked
	}
	if f.loop > most {
		message := "none within " + grouped(most) + " instructions that nobody else could notice"
		t.s.ended = &ending{kind: Endless, message: message, where: t.where()}
		return true
	}
	if t.spin == nil || f.pc != t.spinAt || t.looks > maxLooks {
		return false
	}
	t.looks++
	if k, _ := t.spin.encode(t.s); k != t.spinKey {
		return false
	}
	for _, r := range p.reads {
		p.change(r.site, r.off, r.n)
	}
	p.reads, t.spin = nil, nil
	if p.learned {
		t.s.ended = &ending{kind: Endless} // nobody looks at it
		return true
	}
	t.s.ended = &ending{kind: Endless, message: "a loop that nobody else could notice does not end", where: t.where()}
	return true
}

// thread is for running a goroutine, in a state that nobody else holds.
func (s *state) thread(id int) *thread {
	t := &thread{s: s, g: s.g(id)}
	if len(t.g.frames) > 0 {
		t.f = s.top(t.g)
	}
	return t
}

// look is a thread for asking only: it must not run, as nothing is copied.
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
	t.s.p.reads = nil
}

// segment runs until a step (true), or until the interpreted program panics (false).
func (t *thread) segment() (stop bool) {
	defer func() {
		if r := recover(); r != nil {
			stop = t.caught(r)
		}
	}()
	for !t.rests() {
		f := t.f
		if f.panicking {
			t.unwind()
			continue
		}
		in := &f.code.instrs[f.pc]
		t.in = in
		if t.g.buffers() && fences(in) && !t.pure {
			f.loop = 0
			return true
		}
		if f.code.hooked {
			t.enters()
		}
		if in.op != nil && !t.pure && t.standsBefore(in.op) {
			f.loop = 0
			return true
		}
		switch {
		case in.enters:
			t.g.entering++
		case in.hook:
			t.s.passes(t.g.id, 0)
		}
		if f.loop++; f.loop >= patience && t.turns(f) {
			return true
		}
		t.inStep = in.op != nil && t.taken
		in.run(t)
		t.inStep, t.taken = false, false
	}
	return true
}

// caught deals with what stopped the goroutine on the way, and tells whether that ends its run.
func (t *thread) caught(r any) (stop bool) {
	switch r := r.(type) {
	case goPanic:
		// A step that panics and does nothing else, such as a send on a closed channel, ends the
		// program itself.
		t.fails = t.inStep && t.taken
		t.inStep, t.taken = false, false
		t.raise(&panicking{value: r.value})
		return false
	case fatal:
		t.s.ended = &ending{kind: Crash, message: "fatal error: " + r.text, where: t.where()}
		return true
	case *exhausted:
		t.s.refused = r
		return true
	case refusal:
		if !r.pos.IsValid() {
			r.pos = t.pos()
		}
		t.s.refused = t.s.p.refuse(r)
		return true
	}
	panic(r)
}

// rests tells whether there is no instruction to run: the goroutine has ended, or stands before the
// step that ends the program, which is taken here if it was granted.
func (t *thread) rests() bool {
	switch {
	case t.s.ended != nil || t.g.done:
	case t.g.crash != nil:
		if t.granted || t.fails {
			t.granted = false
			t.s.passes(t.g.id, 0)
			t.s.ended = &ending{kind: Crash, message: t.s.crashText(t.g), where: t.where()}
		}
	case t.g.exits:
		if t.granted {
			t.granted = false
			t.s.passes(t.g.id, 0)
			t.s.exit(t.g.id)
		}
	case t.g.drains:
		t.g.done = !t.g.buffers()
		t.g.drains = !t.g.done
	default:
		return false
	}
	return true
}

// standsBefore tells whether an operation is a step that has not been granted. If it may run, it is
// noted whether it is the step that was granted.
func (t *thread) standsBefore(op operation) bool {
	switch {
	case t.g.atomic > 0:
		if op.choices(t) == 0 {
			panic(refusal{pos: t.pos(), what: "explore does not take what waits inside a step of the library"})
		}
		t.choice = 0
		t.g = t.s.g(t.g.id) // to ask may have made a copy of the state
		t.f = t.s.top(t.g)
	case !t.granted && op.is(t):
		return true
	}
	if t.granted {
		t.enters()
	}
	t.taken, t.granted = t.granted, false
	if t.s.p.watches {
		t.watch(op)
	}
	return false
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

// call pushes a frame. The caller's instruction must have ended, or must be one that goes on where
// it stands.
func (t *thread) call(c *code, free []Value, args []Value) {
	most := maxFrames
	if t.s.p.check.quiet() {
		most = maxFramesChecked
	}
	if len(t.g.frames) >= most {
		panic(refusal{pos: t.pos(), excess: true, what: fmt.Sprintf("calls nested more than %s deep: make the recursion shallower; "+
			"where it has no end, Go ends the program with a stack overflow", grouped(most))})
	}
	f := &frame{epoch: t.s.epoch, code: c, pc: c.entry, regs: make([]Value, c.regs), free: free}
	copy(f.regs, args)
	for _, r := range c.unread {
		f.regs[r] = nil
	}
	t.g.frames = append(t.g.frames, f)
	t.f = f
}

// maxFrames is the depth of calls at which the stack overflows. Go's own limit is in bytes, and far
// deeper; here each state would have to hold such a stack.
const maxFrames = 10_000

// maxFramesChecked is the same in a scenario of a check. Where steps lie between the calls, each of them
// makes a state with one call more, so this is also how many such states there are.
const maxFramesChecked = 200

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
	t.enters()
	if t.g.id == 0 && !t.g.goexit {
		if t.s.p.starting {
			t.g.done = true
			return
		}
		t.g.exits = true
		t.g.frames = nil
		return
	}
	t.g.frames = nil
	t.g.drains = t.g.buffers()
	t.g.done = !t.g.drains
}

// exit ends the program, by main's end or os.Exit.
func (s *state) exit(by int) {
	e := &ending{kind: Ends}
	for _, g := range s.gs[1:] {
		if g.id != by && !g.done && !g.timer {
			e.left = append(e.left, g.id)
		}
	}
	s.ended = e
}

// begin makes a goroutine that will run fn, whose code is c.
func (t *thread) begin(fn *Closure, c *code, args []Value, timer bool) int {
	if len(t.s.gs) >= maxGoroutines && t.s.live() >= maxGoroutines {
		panic(refusal{pos: t.pos(), excess: true, what: fmt.Sprintf("more than %d goroutines at once: make the number smaller", maxGoroutines)})
	}
	t.enters()
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

// maxGoroutines is how many goroutines and timers a program may start: many more than can be
// explored, and few enough that following one schedule, which looks at all of them at each step,
// ends soon.
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

// where is the line at which the goroutine stands, "" if it is not the student's.
func (t *thread) where() string {
	return t.s.p.line(t.pos())
}

// throw raises a run-time error of Go's, which recover can catch.
func (t *thread) throw(format string, args ...any) {
	panic(goPanic{t.s.p.runtimeError(fmt.Sprintf(format, args...))})
}

// nilDereference is what Go does where a pointer is followed that is nil.
func (t *thread) nilDereference() { t.throw("invalid memory address or nil pointer dereference") }

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

// callDeferred makes the deferred call of the frame that was deferred last, if there is one left.
func (t *thread) callDeferred() bool {
	f := t.f
	n := len(f.defers)
	if n == 0 {
		return false
	}
	d := f.defers[n-1]
	f.defers = f.defers[:n-1]
	t.deferredHook(d)
	t.call(d.code, freeOf(d.fn), d.args)
	t.f.deferred = true
	return true
}

// unwind runs the deferred calls of a frame that a panic passes through, and then passes it on.
func (t *thread) unwind() {
	f := t.f
	if t.callDeferred() {
		return
	}
	if f.recovered {
		f.panicking, f.panic, f.recovered = false, nil, false
		if f.code.rescue >= 0 {
			for r := range f.regs {
				if !f.code.rescues[r] {
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
		t.enters()
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

// recovering is the builtin recover, called by the frame that runs: a deferred function called by a
// panic.
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
			t.nilDereference()
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
		t.nilDereference()
	}
	return fn, values
}

// method is the method m, declared or promoted, of type t.
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
