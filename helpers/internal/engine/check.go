package engine

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// exercisePath is the package whose scenarios a check runs. Its own variables are nobody's data race.
const exercisePath = "example.com/multithreading/helpers/exercise"

// Check asks for one scenario of one of the checks of package exercise that main comes to. The zero
// value asks for none.
//
// While a scenario is explored, but for the rest of a student's own main, printing is no step and its text is not kept, and exploring
// stops at the first outcome that is not [Outcome.Right].
type Check struct {
	Call     int // which check, counted from 1
	Scenario int // from 0
}

// Checked is what a check of package exercise is, as [Program.Checks] finds it.
type Checked struct {
	Exercise  string     // its name, such as "mutex"; empty: main has come to no such check
	Scenarios []Scenario // in order
	Scheduled bool       // the student gives a schedule, for the only scenario
	Schedule  string     // and this is it
	Own       bool       // the scenario is the rest of main
}

// Scenario is a small program around the student's function.
type Scenario struct {
	Title string
	Clock bool // it is explored with Options.Clock
	Stays bool // who is left behind in it may be
	Large bool // there are too many orders to look at: one is enough
}

type checking struct {
	Check
	asked bool // a check is being judged
	told  Checked

	known   map[settling]bool // of states: whether they are settled; nil: none is known
	encoder *encoder          // of these keys
}

// quiet tells whether printing is no step and its text not kept.
func (c *checking) quiet() bool { return c.asked && !c.told.Own }

// Checks finds what the call'th check is that main comes to, counted from 1, when each goroutine runs
// as long as it can.
func (p *Program) Checks(call int) (Checked, error) {
	p.Set(Options{Check: Check{Call: call, Scenario: survey}})
	p.check.told = Checked{}
	_, err := p.Follow(nil, false)
	return p.check.told, err
}

// survey is asked for in place of a scenario's number, to learn which scenarios there are.
const survey = -2

// What stands before the words of a verdict, in an outcome's message.
const rightMark, shownMark, wrongMark = "\x00right ", "\x00shown ", "\x00wrong "

// Right tells whether the outcome is one that a check of package exercise calls right.
func (o *Outcome) Right() bool {
	return o.Kind == Ends && (strings.HasPrefix(o.Message, rightMark) || o.Shown())
}

// Shown tells whether it is right, and the way to it worth being seen.
func (o *Outcome) Shown() bool { return o.Kind == Ends && strings.HasPrefix(o.Message, shownMark) }

// Failed tells whether a check called it wrong.
func (o *Outcome) Failed() bool { return o.Kind == Ends && strings.HasPrefix(o.Message, wrongMark) }

// Verdict is the words that the check has for it; empty where it came to none.
func (o *Outcome) Verdict() string {
	for _, mark := range []string{rightMark, shownMark, wrongMark} {
		if text, ok := strings.CutPrefix(o.Message, mark); ok && o.Kind == Ends {
			return text
		}
	}
	return ""
}

func init() {
	text := func(v Value) string { s, _ := v.(string); return s }
	m := func(name string, n *native) { natives[machinePath+"."+name] = n }
	m("Scenario", &native{run: func(t *thread, a []Value) Value {
		c, n := &t.s.p.check, mustInt(a[2])
		if !c.asked || c.Call != int(mustInt(a[1])) {
			c.told.Scheduled, c.told.Schedule = false, "" // what was said of another check
			return -1
		}
		c.told.Exercise, c.told.Own = text(a[0]), n < 0
		if c.Scenario == survey {
			c.told.Scenarios = nil
			return int(max(n, 1))
		}
		return c.Scenario
	}})
	m("Announce", &native{run: func(t *thread, a []Value) Value {
		clock, _ := a[1].(bool)
		stays, _ := a[2].(bool)
		large, _ := a[3].(bool)
		told := &t.s.p.check.told
		told.Scenarios = append(told.Scenarios, Scenario{text(a[0]), clock, stays, large})
		return nil
	}})
	m("Schedule", &native{run: func(t *thread, a []Value) Value {
		t.s.p.check.told.Scheduled, t.s.p.check.told.Schedule = true, text(a[0])
		return nil
	}})
	m("Verdict", &native{
		step: always,
		tell: func(_ *thread, a []Value) string { return "comes to the end" },
		run: func(t *thread, a []Value) Value {
			mark := wrongMark
			if right, _ := a[0].(bool); right {
				mark = rightMark
			}
			if show, _ := a[2].(bool); show {
				mark = shownMark
			}
			t.s.exit(t.g.id)
			t.s.ended.message = mark + text(a[1])
			return nil
		},
	})
	m("Self", &native{run: func(t *thread, _ []Value) Value { return t.g.id }})
	m("Sharing", &native{
		step: func(t *thread, _ []Value) bool { return t.s.live() > 1 },
		tell: func(*thread, []Value) string { return "looks who has written what" },
		run: func(t *thread, _ []Value) Value {
			if p := t.s.p; !p.watches {
				p.watches, p.learned = true, true // states seen before do not know it
			}
			return t.s.sharing
		},
	})
	m("Settle", &native{
		step: func(t *thread, _ []Value) bool { return t.s.live() > 1 },
		choices: func(t *thread, _ []Value) int {
			if t.s.settled(t.g.id) {
				return 1
			}
			return 0
		},
		tell: func(*thread, []Value) string { return "waits until nobody else goes on" },
		run:  func(*thread, []Value) Value { return nil },
	})
	m("Rounds", &native{run: func(t *thread, _ []Value) Value {
		var all []string
		for _, g := range t.s.gs {
			if !g.done && !g.timer && g.id != t.g.id && t.s.choices(g.id) > 0 {
				all = append(all, g.name+" at "+t.s.p.line(t.s.p.position(g)))
			}
		}
		return strings.Join(all, ", ")
	}})
	m("Await", &native{
		step: always,
		choices: func(t *thread, a []Value) int {
			if t.s.holds(t.g.id, a[1].(*Closure)) || t.s.settled(t.g.id) {
				return 1
			}
			return 0
		},
		tell: func(_ *thread, a []Value) string { return text(a[0]) },
		run:  func(t *thread, _ []Value) Value { t.g.atomic++; return nil },
	})
}

// watch keeps who writes which of the student's variables, and notes the first in which a goroutine
// overwrites what another one has put there, main aside. What the library does with a lock or the like
// is no writing. A flag, or a small number, says who has come or gone, and so is for keeping order, as a
// WaitGroup is.
func (t *thread) watch(op operation) {
	a := op.access(t)
	if t.g.id == 0 || t.g.timer || !a.write || a.at.Obj == 0 || !t.s.shared[a.at.Obj] || t.s.sharing != "" {
		return
	}
	if t.f.code.fn == nil {
		return
	}
	if pkg := packageOf(t.f.code.fn); pkg != t.s.p.Main && (pkg == nil || pkg.Pkg.Path() != "sync/atomic") {
		return
	}
	o := t.s.objs[a.at.Obj]
	of := o.site.global != nil && o.site.global.Pkg == t.s.p.Main ||
		o.site.instr != nil && packageOf(o.site.instr.Parent()) == t.s.p.Main
	if !of || o.ch != nil {
		return
	}
	o = t.s.writable(a.at.Obj)
	if o.writers == nil {
		o.writers = make([]GRef, max(1, len(o.cells)))
	}
	for i := a.at.Off; i < a.at.Off+a.n; i++ {
		if w := o.writers[i]; w != 0 && w != GRef(t.g.id) && (o.m != nil || !small(o.cells[i])) {
			t.s.sharing = t.s.name(Ptr{a.at.Obj, i})
			return
		}
		o.writers[i] = GRef(t.g.id)
	}
}

// small tells whether a value is a flag or a number below 1000.
func small(v Value) bool {
	switch v.(type) {
	case bool:
		return true
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr:
		n := mustInt(v)
		return -1000 < n && n < 1000
	}
	return false
}

// settled tells whether nobody but one goroutine gets any further by themselves, now or when time has
// passed: all wait, or some look again and again for what only that one can change. Timers do not
// count where no other goroutine lives that they could wake.
func (s *state) settled(but int) bool {
	others, moves, sleeps := false, false, false
	for _, g := range s.gs {
		if g.done || g.id == but {
			continue
		}
		others = others || !g.timer
		moves = moves || s.movesUnsettled(g.id)
		sleeps = sleeps || g.wake > s.clock
	}
	return !others || !sleeps && (!moves || s.roundabout(but))
}

// roundabout tells whether the others, whatever they do, can always come back to this very state. What is
// found out of the states on the way is kept until the next run.
func (s *state) roundabout(but int) bool {
	c := &s.p.check
	if c.known == nil {
		c.known, c.encoder = map[settling]bool{}, newEncoder(s.p)
	}
	found := func(s *state) settling {
		k, order := c.encoder.encode(s)
		return settling{k, slices.Index(order, but)}
	}
	k := found(s)
	if settled, ok := c.known[k]; ok {
		return settled
	}
	// This is Tarjan's algorithm: states from each of which all the others can be reached are a circle.
	// What is asked is whether something leads out of it.
	type visit struct {
		key        settling
		next       []*state
		index, low int
		out        bool
	}
	var path []visit
	var circles []settling // of those that are not complete
	index := map[settling]int{}
	open := map[settling]bool{} // in circles
	push := func(k settling, next []*state) {
		index[k], open[k] = len(index), true
		path = append(path, visit{key: k, next: next, index: index[k], low: index[k]})
		circles = append(circles, k)
	}
	asIs := s.clone()
	asIs.trail = nil // nobody asks what they pass or print
	push(k, asIs.byOthers(but))
	for len(path) > 0 {
		at := &path[len(path)-1]
		if n := len(at.next); n > 0 {
			next := at.next[n-1]
			at.next = at.next[:n-1]
			if next.ended != nil || next.refused != nil || s.p.learned || len(index) > mostRoundabout {
				at.out = true
				continue
			}
			k := found(next)
			_, known := c.known[k]
			i, met := index[k]
			switch {
			case open[k]:
				at.low = min(at.low, i)
			case known || met:
				at.out = true
			default:
				push(k, next.byOthers(but))
			}
			continue
		}
		v := *at
		path = path[:len(path)-1]
		if v.low == v.index { // its circle is complete
			i := slices.Index(circles, v.key)
			for _, k := range circles[i:] {
				c.known[k] = !v.out
				delete(open, k)
			}
			circles = circles[:i]
			v.out = true // of that before it
		}
		if len(path) > 0 {
			last := &path[len(path)-1]
			last.low, last.out = min(last.low, v.low), last.out || v.out
		}
	}
	return c.known[k]
}

// settling is a state and the goroutine that waits in it until the others settle.
type settling struct {
	key   key
	place int // in the order of that state
}

// mostRoundabout is how many states are looked at.
const mostRoundabout = 5000

// byOthers is the states that one step of another goroutine leads to.
func (s *state) byOthers(but int) []*state {
	var all []*state
	for _, g := range s.gs {
		if g.id == but || !s.movesUnsettled(g.id) {
			continue
		}
		for choice := range s.choices(g.id) {
			all = append(all, s.step(g.id, choice))
		}
	}
	return all
}

// movesUnsettled tells whether a goroutine can go on, but for one that may do so only when all others
// cannot.
func (s *state) movesUnsettled(id int) bool {
	if t := s.look(id); t.in != nil {
		if op, ok := t.in.op.(*nativeOp); ok {
			switch op.name {
			case machinePath + ".Settle":
				return false
			case machinePath + ".Await":
				return s.holds(id, op.a(t)[1].(*Closure))
			}
		}
	}
	return s.choices(id) > 0
}

// Uses finds where, in what has run of the student's functions, but for main, a value is used of a type for
// which is says so, or which has a part of such a type. It returns the type and the first such line.
func (p *Program) Uses(is func(types.Type) bool) (used types.Type, line int) {
	parts := map[types.Type]types.Type{}
	for fn := range p.codes {
		if packageOf(fn) != p.Main || fn == p.Main.Func("main") || strings.HasPrefix(fn.Name(), "init") {
			continue
		}
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				values := in.Operands(nil)
				if v, ok := in.(ssa.Value); ok {
					values = append(values, &v)
				}
				for _, v := range values {
					if *v == nil {
						continue
					}
					t := within((*v).Type(), is, parts)
					if at := p.lineOf(in.Pos()); t != nil && p.inProgram(in.Pos()) && (line == 0 || at < line) {
						used, line = t, at
					}
				}
			}
		}
	}
	return used, line
}

// within is a type for which is says so, in t or in what t is made of; nil if there is none. known is what
// was found out before.
func within(t types.Type, is func(types.Type) bool, known map[types.Type]types.Type) types.Type {
	if found, ok := known[t]; ok {
		return found
	}
	known[t] = nil // while it is looked for
	var found types.Type
	if is(t) {
		found = t
	} else {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			found = within(u.Elem(), is, known)
		case *types.Slice:
			found = within(u.Elem(), is, known)
		case *types.Array:
			found = within(u.Elem(), is, known)
		case *types.Struct:
			for i := range u.NumFields() {
				if found == nil {
					found = within(u.Field(i).Type(), is, known)
				}
			}
		}
	}
	known[t] = found
	return found
}
