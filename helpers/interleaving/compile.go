package interleaving

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Bounds of a program. They keep a state small; no lesson comes near them.
const (
	maxThreads   = 64
	maxCode      = 200_000
	maxNames     = 32 // of registers a thread, mutexes, conditions, sections, shared variables, channels
	maxCapacity  = 16
	maxLocalRun  = 100_000 // steps over registers alone between two turns
	defaultLimit = 500_000
)

// Program is a model of a few threads. Only Threads must be given. Explore, Follow
// and Show check it and say in one sentence what is wrong.
type Program struct {
	Title    string         // for pictures and texts
	Shared   map[string]int // shared variables with the value each starts with, up to 32
	Channels map[string]int // channels with their capacity, 0 to 16, up to 32
	Threads  []Code         // 1 to 64 threads
	Names    []string       // of the threads; one that is missing is T0, T1, …

	// Watch is the shared variable whose final values count. "" means all shared
	// variables together.
	Watch string
	// Always, if given, should hold in every state; see AtMostOne.
	Always func(State) bool
	// MaxStates is where Explore stops; 0 means 500,000, and less in proportion for
	// more than 8 threads, whose states cost more.
	MaxStates int
}

// instr is a compiled step: names have become indices.
type instr struct {
	op     op
	reg    int // -1 for none
	obj    int
	second int // Wait's mutex; JumpIf's comparison
	a, b   arg
	target int // of a jump
}

type arg struct {
	reg bool
	n   int // register's index or the number
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

type thread struct {
	name     string
	code     []instr
	source   []instruction // in step with code
	number   []int         // what the author would count as this step's number, from 1
	sections []uint32      // which sections a place is in; one more than code
	live     []uint32      // which registers are still read from a place on; one more than code
	regs     []string
	class    int
	base     int // where its block starts in a state
}

// machine is a checked program and the layout of its states. A state is one
// []int: shared variables, pending signal, channels (length and slots), and a
// block a thread (place, phase, mutexes held, registers). All that tells one
// thread from another is in its block, so two threads with the same steps are
// swapped by swapping blocks.
type machine struct {
	program  Program
	vars     []string
	mutexes  []string
	conds    []string
	chans    []string
	caps     []int
	chanBase []int
	sections []string
	threads  []thread
	classes  [][]int // threads with the same steps, ascending
	pending  int     // index in a state: 1 + condition whose signal has yet to choose a sleeper
	blocks   int     // index of the first block
	width    int
	watch    []int
	trace    func(t int, in *instruction, jumped bool) // called for each local step, if set
	misused  error                                     // what Always asked for and does not exist
}

const ( // a block's layout
	atPlace = iota
	atPhase
	atHeld
	atRegs
)

const ( // phases of a thread at its place
	ready    = iota
	sleeping // in Wait, not yet woken
	woken    // in Wait, has to take the mutex again
	offering // in Send on a channel of capacity 0, not yet taken
)

func compile(p Program) (*machine, error) {
	m := &machine{program: p}
	if len(p.Threads) < 1 || len(p.Threads) > maxThreads {
		return nil, fmt.Errorf("a program has 1 to %d threads, not %d", maxThreads, len(p.Threads))
	}
	if len(p.Names) > len(p.Threads) {
		return nil, fmt.Errorf("%d names for %s", len(p.Names), plural(len(p.Threads), "thread"))
	}
	if p.MaxStates < 0 {
		return nil, fmt.Errorf("MaxStates is %d; it must be 0 or more", p.MaxStates)
	}
	if m.vars = sorted(p.Shared); len(m.vars) > maxNames {
		return nil, fmt.Errorf("a program has at most %d shared variables, not %d", maxNames, len(m.vars))
	}
	if m.chans = sorted(p.Channels); len(m.chans) > maxNames {
		return nil, fmt.Errorf("a program has at most %d channels, not %d", maxNames, len(m.chans))
	}
	for _, name := range m.chans {
		c := p.Channels[name]
		if c < 0 || c > maxCapacity {
			return nil, fmt.Errorf("channel %q has capacity %d; it must be 0 to %d", name, c, maxCapacity)
		}
		m.caps = append(m.caps, c)
	}
	for i, v := range m.vars {
		if p.Watch == "" || p.Watch == v {
			m.watch = append(m.watch, i)
		}
	}
	if p.Watch != "" && len(m.watch) == 0 {
		return nil, fmt.Errorf("Watch: no shared variable %q; %s", p.Watch, have(m.vars))
	}
	for i, code := range p.Threads {
		name := fmt.Sprint("T", i)
		if i < len(p.Names) && p.Names[i] != "" {
			name = p.Names[i]
		}
		th, err := m.compileThread(name, code)
		if err != nil {
			return nil, err
		}
		m.threads = append(m.threads, th)
	}
	for _, names := range []struct {
		what  string
		names []string
	}{{"mutexes", m.mutexes}, {"conditions", m.conds}, {"sections", m.sections}} {
		if len(names.names) > maxNames {
			return nil, fmt.Errorf("a program has at most %d %s, not %d", maxNames, names.what, len(names.names))
		}
	}
	m.layout()
	return m, nil
}

// layout says where in a state everything stands, and finds the interchangeable
// threads.
func (m *machine) layout() {
	at := len(m.vars)
	m.pending = at
	at++
	for _, c := range m.caps {
		m.chanBase = append(m.chanBase, at)
		at += 1 + max(c, 1) // a channel of capacity 0 has a slot for the value on offer
	}
	m.blocks = at
	for i := range m.threads {
		th := &m.threads[i]
		th.base = at
		at += atRegs + len(th.regs)
		th.class = -1
		for c, members := range m.classes {
			first := &m.threads[members[0]]
			if len(first.regs) == len(th.regs) && slices.Equal(first.code, th.code) && slices.Equal(first.sections, th.sections) {
				th.class = c
				m.classes[c] = append(m.classes[c], i)
			}
		}
		if th.class < 0 {
			th.class = len(m.classes)
			m.classes = append(m.classes, []int{i})
		}
	}
	m.width = at
}

func (m *machine) compileThread(name string, code Code) (thread, error) {
	th := thread{name: name}
	if len(code) > maxCode {
		return th, fmt.Errorf("%s has %d steps; a thread has at most %d", name, len(code), maxCode)
	}
	labels := map[string]int{}
	written := map[string]bool{}
	places := 0
	placeOf := make([]int, len(code)) // the place of a source line, of the next step where it is none
	for i, in := range code {
		placeOf[i] = places
		switch in.op {
		case opMisuse:
			return th, fmt.Errorf("%s: %s", name, in.object)
		case opLabel:
			if in.object == "" { // Repeat has used it up
				continue
			}
			if _, twice := labels[in.object]; twice {
				return th, fmt.Errorf("%s: label %q stands twice; Repeat(1, …) around a part gives it labels of its own", name, in.object)
			}
			labels[in.object] = places
		case opSection, opSectionEnd:
		default:
			if in.register != "" && !written[in.register] {
				written[in.register] = true
				th.regs = append(th.regs, in.register)
			}
			places++
		}
	}
	if len(th.regs) > maxNames {
		return th, fmt.Errorf("%s has %d registers; a thread has at most %d", name, len(th.regs), maxNames)
	}

	var inside uint32
	var open []string
	var filled []bool
	step := 0
	for i, in := range code {
		where := func(format string, args ...any) error {
			return fmt.Errorf("%s, step %d (%s): %s", name, step, opNames[in.op], fmt.Sprintf(format, args...))
		}
		switch in.op {
		case opLabel:
			continue
		case opSection:
			i := index(&m.sections, in.object)
			if i < maxNames {
				inside |= 1 << i
			}
			open, filled = append(open, in.object), append(filled, false)
			continue
		case opSectionEnd:
			last := len(open) - 1
			if !filled[last] {
				return th, fmt.Errorf("%s: section %q has no step that another thread could see", name, in.object)
			}
			open, filled = open[:last], filled[:last]
			if !slices.Contains(open, in.object) {
				inside &^= 1 << index(&m.sections, in.object)
			}
			continue
		}
		step++
		if in.op.visible() {
			for i := range filled {
				filled[i] = true
			}
		}
		out := instr{op: in.op, reg: -1}
		var err error
		value := func(o operand) arg {
			if !o.named {
				return arg{n: o.number}
			}
			i := slices.Index(th.regs, o.register)
			if i < 0 && err == nil {
				err = where("no register %q; %s", o.register, have(th.regs))
			}
			return arg{reg: true, n: i}
		}
		known := func(what string, names []string, name string) int {
			i := slices.Index(names, name)
			if i < 0 && err == nil {
				err = where("no %s %q; %s", what, name, have(names))
			}
			return i
		}
		switch in.op { // the register that is written
		case opLoad, opTestAndSet, opFetchAndAdd, opCompareAndSwap, opReceive, opLet, opAdd:
			if in.register == "" {
				return th, where("the register has no name")
			}
			out.reg = slices.Index(th.regs, in.register)
		}
		switch in.op { // what it works on
		case opLoad, opStore, opTestAndSet, opFetchAndAdd, opCompareAndSwap:
			out.obj = known("shared variable", m.vars, in.object)
		case opSend, opReceive:
			out.obj = known("channel", m.chans, in.object)
		case opLock, opUnlock:
			out.obj = index(&m.mutexes, in.object)
		case opWait:
			out.obj, out.second = index(&m.conds, in.object), index(&m.mutexes, in.second)
		case opSignal, opBroadcast:
			out.obj = index(&m.conds, in.object)
		case opJump, opJumpIf:
			target, ok := labels[in.object]
			if in.offset != 0 {
				target, ok = placeOf[i+in.offset], true
			}
			if !ok {
				return th, where("no label %q; %s", in.object, have(sorted(labels)))
			}
			out.target = target
		}
		switch in.op { // what it works with
		case opStore, opFetchAndAdd, opSend, opLet, opAdd:
			out.a = value(in.a)
		case opCompareAndSwap, opJumpIf:
			out.a, out.b = value(in.a), value(in.b)
		}
		if in.op == opJumpIf {
			if out.second = slices.Index(comparisons, in.second); out.second < 0 {
				return th, where("comparison %q is none of %s", in.second, strings.Join(comparisons, " "))
			}
		}
		if err != nil {
			return th, err
		}
		th.code = append(th.code, out)
		th.source = append(th.source, in)
		th.number = append(th.number, step)
		th.sections = append(th.sections, inside)
	}
	th.sections = append(th.sections, 0)
	th.live = liveness(th.code)
	return th, nil
}

// liveness says for each place which registers may still be read before they are
// written again: the usual backward pass of a compiler, repeated until nothing
// changes, which loops need. The other registers are forgotten (set to 0), so
// that states which differ in nothing that matters are one.
func liveness(code []instr) []uint32 {
	live := make([]uint32, len(code)+1)
	for changed := true; changed; {
		changed = false
		for pc := len(code) - 1; pc >= 0; pc-- {
			in := &code[pc]
			out := live[pc+1]
			switch in.op {
			case opJump:
				out = live[in.target]
			case opJumpIf:
				out |= live[in.target]
			}
			if in.reg >= 0 {
				out &^= 1 << in.reg
			}
			if in.op == opAdd { // reads what it writes
				out |= 1 << in.reg
			}
			for _, a := range []arg{in.a, in.b} {
				if a.reg {
					out |= 1 << a.n
				}
			}
			if out != live[pc] {
				live[pc], changed = out, true
			}
		}
	}
	return live
}

// index finds a name, or adds it.
func index(names *[]string, name string) int {
	if i := slices.Index(*names, name); i >= 0 {
		return i
	}
	*names = append(*names, name)
	return len(*names) - 1
}

func sorted(m map[string]int) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// have says which names there are, the end of a sentence about one there is not.
func have(names []string) string {
	const most = 8
	switch {
	case len(names) == 0:
		return "there is none"
	case len(names) > most:
		return fmt.Sprintf("there are %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	case len(names) == 1:
		return "there is only " + names[0]
	}
	return "there are " + strings.Join(names, ", ")
}

func plural(n int, word string) string {
	switch {
	case n == 1:
		return "1 " + word
	case strings.HasSuffix(word, "ch"):
		return fmt.Sprint(n, " ", word, "es")
	}
	return fmt.Sprint(n, " ", word, "s")
}
