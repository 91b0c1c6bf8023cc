package engine

import "strings"

// exercisePath is the package whose scenarios a check runs. Its own variables are nobody's data race.
const exercisePath = "example.com/multithreading/helpers/exercise"

// Check asks for one scenario of one of the checks of package exercise that main comes to. The zero
// value asks for none.
//
// While a scenario is explored, but for the rest of a student's own main, printing is no step and its text is not kept, and exploring stops at
// the first outcome that is not [Outcome.Right].
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
}

type checking struct {
	Check
	asked bool // a check is being judged
	told  Checked
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
		told := &t.s.p.check.told
		told.Scenarios = append(told.Scenarios, Scenario{text(a[0]), clock, stays})
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

// settled tells whether nobody but one goroutine can go on, now or when time has passed. Timers do not
// count where no other goroutine lives that they could wake.
func (s *state) settled(but int) bool {
	others, moves := false, false
	for _, g := range s.gs {
		if g.done || g.id == but {
			continue
		}
		others = others || !g.timer
		moves = moves || s.movesUnsettled(g.id) || g.wake > s.clock
	}
	return !others || !moves
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
