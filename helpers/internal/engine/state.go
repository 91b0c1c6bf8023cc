package engine

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// state is one state of the interpreted program: heap, goroutines, output. States share what they
// have in common: an object, a goroutine or a frame is copied when it is first changed in a state
// that did not make it.
type state struct {
	p     *Program
	epoch uint64 // of this state; what bears another epoch is shared with other states
	objs  []*object
	gs    []*goroutine // in order of creation; those that have ended are kept for their names
	dirty []int32      // objects that stood at the start of main and have been changed since, sorted

	shared  []bool // by object: another goroutine could reach it
	once    []bool // by object: a variable that has been shared, and so counts as shared while others live
	output  string
	made    int    // cells, on the way here
	sharing string // a variable that two goroutines have written, if Program.watches
	clock   int64  // nanoseconds since the start, with Options.Clock
	ended   *ending
	refused error  // the program did what the machine does not take
	trail   *trail // hooks passed; nil where nobody asks
}

// object is what the interpreted program allocates at once: a variable, an array, a map, a channel.
type object struct {
	epoch uint64
	site  *site
	cells []Value

	// writers has the goroutine that has written a cell, by its number; 0, main, stands for none. It is nil
	// until there is one. See Program.watches.
	writers []GRef

	m  *mapObject
	ch *chanObject
}

type mapObject struct {
	keys, vals []Value // in the order in which they were put in
}

// chanObject is a channel.
type chanObject struct {
	buffer   []Value
	capacity int
	closed   bool
}

// site is where objects are made. What is written while shared is known by site.
type site struct {
	index    int
	name     string // of the variable, "" where it has none
	typ      types.Type
	instr    ssa.Instruction // nil for a package's variable
	global   *ssa.Global
	variable bool           // a variable with a name: shared once, it stays so, which makes counts easy to foretell
	changes  map[int32]bool // classes of cells that are written while shared
	classes  []int32        // by cell of the type, or of a slice's element
}

// changing tells whether a cell was seen to be written while shared.
func (s *site) changing(off int32) bool { return s.changes != nil && s.changes[s.class(off)] }

// class is the field that a cell belongs to: each field of a struct changes or does not, and all
// elements of an array or a slice do or do not.
func (s *site) class(off int32) int32 {
	if s.classes == nil {
		t := s.typ
		if slice, ok := t.Underlying().(*types.Slice); ok {
			t = slice.Elem()
		}
		next := int32(0)
		s.classes = append(classesOf(nil, t, &next), -1)
	}
	n := int32(len(s.classes) - 1)
	if n == 0 {
		return -1
	}
	return s.classes[off%n]
}

// classesOf appends the class of each cell of a value of type t. next is the last number given.
func classesOf(to []int32, t types.Type, next *int32) []int32 {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			to = classesOf(to, u.Field(i).Type(), next)
		}
		return to
	case *types.Array:
		first := len(to)
		if to = classesOf(to, u.Elem(), next); u.Len() == 0 {
			return to[:first]
		}
		one := to[first:len(to):len(to)]
		for range u.Len() - 1 {
			to = append(to, one...)
		}
		return to
	}
	*next++
	return append(to, *next)
}

// goroutine is a goroutine of the interpreted program, or a timer, with its stack.
type goroutine struct {
	epoch  uint64
	id     int
	name   string
	frames []*frame // the last one runs
	done   bool
	buffer []buffered // writes that have not reached memory, oldest first
	drains bool       // has come to its end, but for its writes
	atomic int        // depth of machine.Begin
	timer  bool       // waits for a time and then runs what was given to time.AfterFunc or the like

	pos ssa.Instruction // the go statement

	// Asleep on a condition, until woken.
	asleep Ptr
	wake   int64 // when a sleep ends, with Options.Clock; 0: not asleep

	crash    *Value // an uncaught panic that the next step ends the program with
	exits    bool   // main's return, likewise
	crashPos token.Pos
	goexit   bool // ended by runtime.Goexit
	count    int  // steps taken; not part of what makes two states equal
	entering int  // calls of a library whose hooks have not been passed yet; likewise
}

// frame is a call under way.
type frame struct {
	epoch  uint64
	code   *code
	pc     int     // of the instruction that is next, or that runs
	regs   []Value // nil: dead
	free   []Value // of a closure
	defers []deferred

	result    bool // of a condition: what it calls leaves its result in register 0
	deferred  bool // called by defer: its results go nowhere
	panicking bool // this frame's defers run, as a panic or Goexit passes through
	panic     *panicking
	recovered bool
	loop      int // instructions since the last step
}

// panicking is a panic under way; nil value with goexit set for runtime.Goexit.
type panicking struct {
	value  Value
	goexit bool
	pos    token.Pos
}

// deferred is a call that defer has put off.
type deferred struct {
	fn   *Closure
	code *code
	args []Value
	hook bool // it stands before the call
}

// ending is how a run has ended.
type ending struct {
	kind    Kind
	message string
	left    []int // goroutines that live when main ends
	where   string
}

// clone is a copy of the state that may be changed; what both have in common is copied when one of
// them changes it.
func (s *state) clone() *state {
	c := *s
	s.p.epochs++
	c.epoch = s.p.epochs
	c.objs = slices.Clone(s.objs)
	c.gs = slices.Clone(s.gs)
	c.shared = slices.Clone(s.shared)
	c.once = slices.Clone(s.once)
	// dirty is copied where it grows.
	s.p.epochs++
	s.epoch = s.p.epochs // neither of the two may change what both hold
	return &c
}

// alloc puts an object into the heap, and returns its number.
func (s *state) alloc(o *object) int32 {
	s.p.limits.takes(len(o.cells))
	if s.made += len(o.cells); s.made > mostMade && s.p.check.quiet() {
		panic(&exhausted{fmt.Sprintf("at %d MB", mostMade>>16)})
	}
	o.epoch = s.epoch
	s.objs = append(s.objs, o)
	s.shared = append(s.shared, false)
	s.once = append(s.once, false)
	return int32(len(s.objs) - 1)
}

// writable is an object that this state may change: a copy of it where other states hold it too.
func (s *state) writable(id int32) *object {
	o := s.objs[id]
	if o.epoch == s.epoch {
		return o
	}
	s.p.limits.takes(len(o.cells))
	if o.m != nil {
		s.p.limits.takes(2 * len(o.m.keys))
	}
	c := *o
	c.epoch = s.epoch
	c.cells = slices.Clone(o.cells)
	c.writers = slices.Clone(o.writers)
	if o.m != nil {
		c.m = &mapObject{slices.Clone(o.m.keys), slices.Clone(o.m.vals)}
	}
	if o.ch != nil {
		ch := *o.ch
		ch.buffer = slices.Clone(ch.buffer)
		c.ch = &ch
	}
	s.objs[id] = &c
	if int(id) < s.p.frozen {
		if i, found := slices.BinarySearch(s.dirty, id); !found {
			s.dirty = slices.Insert(slices.Clone(s.dirty), i, id)
		}
	}
	return &c
}

// g is a goroutine that this state may change, as writable is an object.
func (s *state) g(id int) *goroutine {
	g := s.gs[id]
	if g.epoch == s.epoch {
		return g
	}
	c := *g
	c.epoch = s.epoch
	c.frames = slices.Clone(g.frames)
	s.gs[id] = &c
	return &c
}

// top is the frame that runs, for changing it; frame is any.
func (s *state) top(g *goroutine) *frame { return s.frame(g, len(g.frames)-1) }

func (s *state) frame(g *goroutine, i int) *frame {
	f := g.frames[i]
	if f.epoch == s.epoch {
		return f
	}
	c := *f
	c.epoch = s.epoch
	c.regs = slices.Clone(f.regs)
	c.defers = slices.Clone(f.defers)
	g.frames[i] = &c
	return &c
}

// load reads a value of type t.
func (s *state) load(p Ptr, t types.Type) Value {
	o := s.objs[p.Obj]
	if flat(t) {
		n := cells(t)
		return Tuple(slices.Clone(o.cells[p.Off : int(p.Off)+n]))
	}
	return o.cells[p.Off]
}

// store writes a value.
func (s *state) store(p Ptr, v Value) {
	o := s.writable(p.Obj)
	if t, ok := v.(Tuple); ok {
		copy(o.cells[p.Off:], t)
		return
	}
	o.cells[p.Off] = v
}

// live counts the goroutines that have not ended, timers too.
func (s *state) live() int {
	n := 0
	for _, g := range s.gs {
		if !g.done {
			n++
		}
	}
	return n
}

// share finds anew which objects two goroutines can reach.
func (s *state) share() {
	clear(s.shared)
	if s.live() < 2 {
		return
	}
	for i := range s.p.frozen {
		s.shared[i] = true
	}
	r := &s.p.reach // what it needs is made once, as this is asked for after each step
	if r.visitor == nil {
		r.visitor = r.visit
	}
	r.s, r.me, r.owner = s, several, slices.Grow(r.owner[:0], len(s.objs))[:len(s.objs)]
	clear(r.owner)
	visit := r.visitor
	for _, id := range s.dirty {
		s.refs(s.objs[id], visit)
	}
	r.drain(visit)
	for i, g := range s.gs {
		if !g.done {
			r.me = int32(i + 1)
			g.refs(visit)
			r.drain(visit)
		}
	}
	for id, o := range r.owner {
		if o == several {
			s.shared[id] = true
			s.once[id] = s.once[id] || s.objs[id].site.variable
		}
		s.shared[id] = s.shared[id] || s.once[id]
	}
}

// reach goes over what one goroutine after the other can reach.
type reach struct {
	s     *state
	owner []int32 // by object: 0 for nobody yet, several, else the goroutine's number + 1
	me    int32   // for whom values are visited, in the same way
	work  []int32 // objects that were reached, and whose values were not visited yet

	visitor func(Value) // visit, as a value
}

// several is the owner of what more than one goroutine can reach, as is all that a package's
// variable leads to.
const several = -1

// object notes that an object is reached.
func (r *reach) object(id int32) {
	if id == 0 || int(id) < r.s.p.frozen {
		return
	}
	switch r.owner[id] {
	case r.me, several:
		return
	case 0:
		r.owner[id] = r.me
	default:
		r.owner[id] = several
	}
	r.work = append(r.work, id)
}

// visit notes what a value leads to.
func (r *reach) visit(v Value) {
	switch x := v.(type) {
	case Ptr:
		r.object(x.Obj)
	case Slice:
		r.object(x.Obj)
	case MapRef:
		r.object(x.Obj)
	case ChanRef:
		r.object(x.Obj)
	case *mapIter:
		r.object(x.m.Obj)
	case Tuple:
		for _, c := range x {
			r.visit(c)
		}
	case Iface:
		r.visit(x.V)
	case *Closure:
		if x != nil {
			for _, c := range x.Free {
				r.visit(c)
			}
		}
	}
}

// drain visits what the objects lead to that were reached.
func (r *reach) drain(visit func(Value)) {
	me := r.me
	for n := len(r.work); n > 0; n = len(r.work) {
		id := r.work[n-1]
		r.work = r.work[:n-1]
		r.me = me
		if r.owner[id] == several {
			r.me = several
		}
		r.s.refs(r.s.objs[id], visit)
	}
	r.me = me
}

// refs calls visit with all values that an object holds.
func (s *state) refs(o *object, visit func(Value)) {
	for _, c := range o.cells {
		visit(c)
	}
	if o.m != nil {
		for i := range o.m.keys {
			visit(o.m.keys[i])
			visit(o.m.vals[i])
		}
	}
	if o.ch != nil {
		for _, c := range o.ch.buffer {
			visit(c)
		}
	}
}

// refs calls visit with all values that a goroutine holds.
func (g *goroutine) refs(visit func(Value)) {
	visit(g.asleep)
	for _, b := range g.buffer {
		visit(b.at)
		visit(b.v)
	}
	if g.crash != nil {
		visit(*g.crash)
	}
	for _, f := range g.frames {
		for _, r := range f.regs {
			visit(r)
		}
		for _, r := range f.free {
			visit(r)
		}
		for _, d := range f.defers {
			visit(d.fn)
			for _, a := range d.args {
				visit(a)
			}
		}
		if f.panic != nil {
			visit(f.panic.value)
		}
	}
}
