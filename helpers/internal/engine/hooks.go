package engine

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// Hooks is a part of a run as package replay counts it: a goroutine, 0 for main, passes Count
// hooks, and makes a choice at the last of them (0: none).
type Hooks struct{ Goroutine, Count, Choice int }

// trail is the hooks that a run has passed. A call of a library is passed when the machine takes
// the library's first step, where it has one, and else when the call has been made.
type trail []Hooks

// mark finds out whether a hook stands before ins.
func (ins *instr) mark(in ssa.Instruction) {
	if !hook.Is(in) {
		return
	}
	ins.hook = true
	if c, ok := in.(*ssa.Call); ok {
		_, builtin := c.Call.Value.(*ssa.Builtin)
		ins.enters = !builtin
	}
}

// passes notes that a goroutine passes a hook.
func (s *state) passes(id, choice int) {
	if s.trail == nil {
		return
	}
	l := *s.trail
	if n := len(l); n > 0 && l[n-1].Goroutine == id && l[n-1].Choice == 0 {
		l[n-1].Count++
		l[n-1].Choice = choice
		return
	}
	*s.trail = append(l, Hooks{id, 1, choice})
}

// passesBefore notes that the other party of an exchange passes its hook, just before the one that
// was noted last: it must be there when the exchange is made.
func (s *state) passesBefore(me, id, choice int) {
	if s.trail == nil {
		return
	}
	l := *s.trail
	n := len(l)
	if n == 0 || l[n-1].Goroutine != me {
		s.passes(id, choice)
		return
	}
	mine := l[n-1].Choice
	if l[n-1].Count--; l[n-1].Count == 0 {
		*s.trail = l[:n-1]
	} else {
		l[n-1].Choice = 0
	}
	s.passes(id, choice)
	s.passes(me, mine)
}

// chooses notes the choice made at the hook that this goroutine has passed last.
func (t *thread) chooses(choice int) {
	if t.s.trail == nil {
		return
	}
	if l := *t.s.trail; len(l) > 0 && l[len(l)-1].Goroutine == t.g.id {
		l[len(l)-1].Choice = choice
	}
}

// enters notes that calls of a library which the goroutine had begun have got through, or are done.
func (t *thread) enters() {
	for ; t.g.entering > 0; t.g.entering-- {
		t.s.passes(t.g.id, 0)
	}
}

// hooks is the trail as replay wants it: its goroutines are numbered without timers.
func (s *state) hooks() []Hooks {
	number := make([]int, len(s.gs))
	n := 0
	for i, g := range s.gs {
		number[i] = n
		if g.timer {
			number[i] = -1
		} else {
			n++
		}
	}
	var all []Hooks
	for _, h := range *s.trail {
		if h.Goroutine = number[h.Goroutine]; h.Goroutine >= 0 {
			all = append(all, h)
		}
	}
	return all
}

// among is the place of a chosen key among those left, as replay counts it: by size, from 1. Keys
// that have no order are all in the first.
func among(keys []Value, chosen int) int {
	place := 1
	for _, k := range keys {
		if compareKeys(k, keys[chosen]) < 0 {
			place++
		}
	}
	return place
}

// begun is a copy of what main's goroutine passed before main.
func (p *Program) begun() *trail {
	t := slices.Clone(p.before)
	return &t
}

// deferredHook notes that a deferred call is made.
func (t *thread) deferredHook(d deferred) {
	t.enters()
	if d.hook {
		t.g.entering++
	}
}
