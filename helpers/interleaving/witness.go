package interleaving

import (
	"fmt"
	"slices"
	"strings"

	"example.com/multithreading/helpers/columns"
)

// Witness is a run that shows what it is a witness of: a schedule, and how it ends.
type Witness struct {
	Threads  []int          // whose turn each step is, as indices into Program.Threads
	Switches int            // how often the turn goes to another thread than before
	Memory   map[string]int // shared variables at the end
	Ended    bool           // no thread can move any more: the run is an interleaving
	Finished bool           // all threads have finished

	m *machine
}

// take appends a turn.
func (w *Witness) take(t int) {
	if n := len(w.Threads); n > 0 && w.Threads[n-1] != t {
		w.Switches++
	}
	w.Threads = append(w.Threads, t)
}

func (w *Witness) end(s []int) {
	w.Memory = map[string]int{}
	for i, name := range w.m.vars {
		w.Memory[name] = s[i]
	}
	w.Finished = w.m.finished(s)
	w.Ended = true
	for t := range w.m.threads {
		if w.m.enabled(s, t) {
			w.Ended = false
		}
	}
}

// Follow runs p by a schedule, which need not go on to the end of the run: the
// thread with this index in Program.Threads takes each turn. A turn of a thread
// that does not exist, has finished or has to wait is an error that names the
// turn, counted from 1, and the reason. The cost grows with the schedule's length
// and with Program.Threads; 100,000 turns take some 10 ms.
func (p Program) Follow(schedule []int) (*Witness, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	return m.follow(schedule, nil)
}

// follow runs a schedule and calls each, if given, with the start and no thread (-1),
// and then after each turn.
func (m *machine) follow(schedule []int, each func(before, after []int, t int)) (*Witness, error) {
	s, err := m.start()
	if err != nil {
		return nil, err
	}
	w := &Witness{m: m, Threads: make([]int, 0, len(schedule))}
	if each != nil {
		each(nil, s, -1)
	}
	before := make([]int, m.width)
	for i, t := range schedule {
		if t < 0 || t >= len(m.threads) {
			return nil, fmt.Errorf("turn %d: there is no thread %d; threads are 0 to %d", i+1, t, len(m.threads)-1)
		}
		if !m.enabled(s, t) {
			return nil, fmt.Errorf("turn %d: %s %s", i+1, m.threads[t].name, m.why(s, t))
		}
		copy(before, s)
		if err := m.step(s, t); err != nil {
			return nil, fmt.Errorf("turn %d: %w", i+1, err)
		}
		w.take(t)
		if each != nil {
			each(before, s, t)
		}
		if m.program.Always != nil {
			m.program.Always(State{m, s})
			if m.misused != nil {
				return nil, m.misused
			}
		}
	}
	w.end(s)
	return w, nil
}

// Show shows the run as columns, one a thread; see columns.Schedule.
func (w *Witness) Show() { w.Schedule().Show() }

// version says which write to a shared variable a value comes from.
type version struct {
	shared, write int
}

// Schedule is the run as columns, with what each turn did, memory after it, lost
// updates and the turn from which Program.Always does not hold. A lost update is
// a Store whose value was made from a Load of the same variable, which another
// thread has written since. The cost grows with the run; the picture does not.
func (w *Witness) Schedule() columns.Schedule {
	m := w.m
	out := columns.Schedule{Title: m.program.Title, Steps: make([]columns.Step, 0, len(w.Threads))}
	if out.Title == "" {
		out.Title = fmt.Sprintf("A run of %s", plural(len(m.threads), "thread"))
	}
	for _, th := range m.threads {
		out.Threads = append(out.Threads, th.name)
	}

	// Which load each register was made from, and who wrote each variable last.
	from := make([]map[int]version, len(m.threads))
	for t := range from {
		from[t] = map[int]version{}
	}
	writes := make([]int, len(m.vars))
	writer := make([]int, len(m.vars))
	local := map[int][]string{} // what each thread did with its registers in this turn
	m.trace = func(t int, in *instruction, jumped bool) {
		reg := slices.Index(m.threads[t].regs, in.register)
		switch in.op {
		case opLet:
			local[t] = append(local[t], caption(in))
			if in.a.named {
				from[t][reg] = from[t][slices.Index(m.threads[t].regs, in.a.register)]
			} else {
				delete(from[t], reg)
			}
		case opAdd:
			local[t] = append(local[t], caption(in))
		case opJump, opJumpIf:
			if jumped {
				local[t] = append(local[t], caption(in))
			}
		}
	}
	defer func() { m.trace = nil }()

	broken := false
	var last []int
	end, err := m.follow(w.Threads, func(before, after []int, t int) {
		last = append(last[:0], after...)
		if t < 0 { // what threads did with registers before their first turn is no turn's
			clear(local)
			return
		}
		in := m.next(before, t)
		phase := before[m.threads[t].base+atPhase]
		st := columns.Step{Thread: t, Text: m.text(before, after, t)}
		if phase == ready {
			switch in.op {
			case opStore, opTestAndSet, opFetchAndAdd, opCompareAndSwap:
				if in.op == opStore && in.a.reg {
					made, ok := from[t][in.a.n]
					if ok && made.shared == in.obj && made.write != writes[in.obj] && writer[in.obj] != t {
						st.Mark = fmt.Sprintf("overwrites %d: lost update", before[in.obj])
					}
				}
				if in.op != opCompareAndSwap || before[in.obj] != after[in.obj] {
					writes[in.obj]++
					writer[in.obj] = t
				}
			}
			if in.op == opLoad {
				from[t][in.reg] = version{in.obj, writes[in.obj]}
			} else if in.reg >= 0 {
				delete(from[t], in.reg)
			}
		}
		if did := local[t]; len(did) > 0 {
			st.Text += "; " + strings.Join(did, "; ")
		}
		clear(local)
		st.Memory = m.memory(after)
		if always := m.program.Always; always != nil && !broken && !always(State{m, after}) {
			broken = true
			st.Mark = m.condition(after)
		}
		out.Steps = append(out.Steps, st)
	})
	if err != nil { // cannot be: the schedule was followed before
		out.Outcome = err.Error()
		return out
	}
	out.Outcome = m.outcome(last, end)
	return out
}

// outcome is how a run ends, in words.
func (m *machine) outcome(s []int, w *Witness) string {
	var waits []string
	for t := range m.threads {
		if m.next(s, t) != nil {
			waits = append(waits, m.threads[t].name+" "+m.why(s, t))
		}
	}
	switch {
	case w.Finished:
		return m.watched(s)
	case w.Ended:
		return "deadlock: " + strings.Join(waits, "; ")
	}
	return m.watched(s) + " so far"
}

// condition says what is wrong where Always does not hold.
func (m *machine) condition(s []int) string {
	for _, name := range m.sections {
		if n := (State{m, s}).Inside(name); n > 1 {
			return fmt.Sprintf("%d threads in %s", n, name)
		}
	}
	return "condition does not hold"
}

// watched is the watched shared variables with their values.
func (m *machine) watched(s []int) string {
	var parts []string
	for _, v := range m.watch {
		parts = append(parts, fmt.Sprintf("%s=%d", m.vars[v], s[v]))
	}
	if len(parts) == 0 {
		return "all finished"
	}
	return strings.Join(parts, " ")
}

// memory is all that threads share: variables, who holds which mutex, channels.
func (m *machine) memory(s []int) string {
	var parts []string
	for i, name := range m.vars {
		parts = append(parts, fmt.Sprintf("%s=%d", name, s[i]))
	}
	for i, name := range m.mutexes {
		if owner := m.owner(s, i); owner >= 0 {
			parts = append(parts, fmt.Sprintf("%s:%s", name, m.threads[owner].name))
		}
	}
	for i, name := range m.chans {
		n := s[m.chanBase[i]]
		parts = append(parts, fmt.Sprintf("%s:%v", name, s[m.chanBase[i]+1:m.chanBase[i]+1+n]))
	}
	return strings.Join(parts, " ")
}

// text is what a turn did. A value in brackets is the one that moved.
func (m *machine) text(before, after []int, t int) string {
	th := &m.threads[t]
	pc := before[th.base+atPlace]
	in := &th.code[pc]
	switch before[th.base+atPhase] {
	case sleeping:
		return "woken by " + m.conds[in.obj]
	case woken:
		return "woken: lock " + m.mutexes[in.second]
	}
	text := caption(&th.source[pc])
	switch in.op {
	case opLoad, opTestAndSet, opFetchAndAdd:
		text += fmt.Sprintf(" (%d)", before[in.obj])
	case opStore:
		if in.a.reg {
			text += fmt.Sprintf(" (%d)", after[in.obj])
		}
	case opCompareAndSwap:
		swapped := 0
		if before[in.obj] == m.get(before, t, in.a) {
			swapped = 1
		}
		text += fmt.Sprintf(" (%d)", swapped)
	case opSend:
		if in.a.reg {
			text += fmt.Sprintf(" (%d)", m.get(before, t, in.a))
		}
	case opReceive:
		text += fmt.Sprintf(" (%d)", before[m.chanBase[in.obj]+1])
	}
	return text
}

// caption is a step as it stands in the program.
func caption(in *instruction) string {
	switch in.op {
	case opLoad:
		return in.register + " = " + in.object
	case opStore:
		return in.object + " = " + in.a.String()
	case opTestAndSet:
		return in.register + " = TestAndSet " + in.object
	case opFetchAndAdd:
		return fmt.Sprintf("%s = FetchAndAdd %s %s", in.register, in.object, in.a)
	case opCompareAndSwap:
		return fmt.Sprintf("%s = CompareAndSwap %s %s %s", in.register, in.object, in.a, in.b)
	case opLock:
		return "lock " + in.object
	case opUnlock:
		return "unlock " + in.object
	case opSend:
		return fmt.Sprintf("send %s to %s", in.a, in.object)
	case opReceive:
		return fmt.Sprintf("%s = receive %s", in.register, in.object)
	case opWait:
		return fmt.Sprintf("wait %s, unlock %s", in.object, in.second)
	case opSignal:
		return "signal " + in.object
	case opBroadcast:
		return "broadcast " + in.object
	case opYield:
		return "yield"
	case opLet:
		return in.register + " = " + in.a.String()
	case opAdd:
		return in.register + " += " + in.a.String()
	case opJump, opJumpIf:
		return strings.TrimSuffix("go to "+in.object, " ")
	}
	return ""
}
