package interleaving

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// start is the state before the first turn: registers' steps at the head of a
// thread have already run.
func (m *machine) start() ([]int, error) {
	s := make([]int, m.width)
	for i, name := range m.vars {
		s[i] = m.program.Shared[name]
	}
	for t := range m.threads {
		if err := m.settle(s, t); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (m *machine) get(s []int, t int, a arg) int {
	if a.reg {
		return s[m.threads[t].base+atRegs+a.n]
	}
	return a.n
}

func (m *machine) set(s []int, t, reg, value int) { s[m.threads[t].base+atRegs+reg] = value }

// owner is the thread that holds a mutex, or -1.
func (m *machine) owner(s []int, mutex int) int {
	for t := range m.threads {
		if s[m.threads[t].base+atHeld]>>mutex&1 == 1 {
			return t
		}
	}
	return -1
}

// next is the step at a thread's place, nil after the last.
func (m *machine) next(s []int, t int) *instr {
	th := &m.threads[t]
	if pc := s[th.base+atPlace]; pc < len(th.code) {
		return &th.code[pc]
	}
	return nil
}

func (m *machine) sleeps(s []int, t, cond int) bool {
	return s[m.threads[t].base+atPhase] == sleeping && m.next(s, t).obj == cond
}

// enabled says whether a thread can take a turn.
func (m *machine) enabled(s []int, t int) bool {
	in := m.next(s, t)
	if in == nil {
		return false
	}
	if c := s[m.pending]; c != 0 { // a signal has to choose whom it wakes
		return m.sleeps(s, t, c-1)
	}
	switch s[m.threads[t].base+atPhase] {
	case sleeping, offering:
		return false
	case woken:
		return m.owner(s, in.second) < 0
	}
	switch in.op {
	case opLock:
		return m.owner(s, in.obj) < 0
	case opSend:
		return s[m.chanBase[in.obj]] < max(m.caps[in.obj], 1)
	case opReceive:
		return s[m.chanBase[in.obj]] > 0
	}
	return true
}

// step takes an enabled thread's turn, in place.
func (m *machine) step(s []int, t int) error {
	th := &m.threads[t]
	block := s[th.base:]
	in := &th.code[block[atPlace]]
	switch block[atPhase] {
	case sleeping: // chosen by a signal
		s[m.pending] = 0
		block[atPhase] = woken
		return nil
	case woken:
		block[atHeld] |= 1 << in.second
		block[atPhase] = ready
		return m.advance(s, t)
	}
	switch in.op {
	case opLoad:
		m.set(s, t, in.reg, s[in.obj])
	case opStore:
		s[in.obj] = m.get(s, t, in.a)
	case opTestAndSet:
		m.set(s, t, in.reg, s[in.obj])
		s[in.obj] = 1
	case opFetchAndAdd:
		add, old := m.get(s, t, in.a), s[in.obj]
		s[in.obj] += add
		m.set(s, t, in.reg, old)
	case opCompareAndSwap:
		old, new := m.get(s, t, in.a), m.get(s, t, in.b)
		m.set(s, t, in.reg, 0)
		if s[in.obj] == old {
			s[in.obj] = new
			m.set(s, t, in.reg, 1)
		}
	case opLock:
		block[atHeld] |= 1 << in.obj
	case opUnlock:
		if err := m.mustHold(s, t, in.obj); err != nil {
			return err
		}
		block[atHeld] &^= 1 << in.obj
	case opSend:
		ch := s[m.chanBase[in.obj]:]
		ch[1+ch[0]] = m.get(s, t, in.a)
		ch[0]++
		if m.caps[in.obj] == 0 {
			block[atPhase] = offering
			return nil
		}
	case opReceive:
		ch := s[m.chanBase[in.obj]:]
		m.set(s, t, in.reg, ch[1])
		n := ch[0]
		copy(ch[1:n], ch[2:n+1])
		ch[n] = 0
		ch[0]--
		if m.caps[in.obj] == 0 {
			for other := range m.threads {
				o := s[m.threads[other].base:]
				if o[atPhase] == offering && m.next(s, other).obj == in.obj {
					o[atPhase] = ready
					if err := m.advance(s, other); err != nil {
						return err
					}
				}
			}
		}
	case opWait:
		if err := m.mustHold(s, t, in.second); err != nil {
			return err
		}
		block[atHeld] &^= 1 << in.second
		block[atPhase] = sleeping
		return nil
	case opSignal, opBroadcast:
		sleepers, first := 0, -1
		for other := range m.threads {
			if m.sleeps(s, other, in.obj) {
				if sleepers++; first < 0 {
					first = other
				}
				if in.op == opBroadcast {
					s[m.threads[other].base+atPhase] = woken
				}
			}
		}
		if in.op == opSignal && sleepers == 1 {
			s[m.threads[first].base+atPhase] = woken
		} else if in.op == opSignal && sleepers > 1 {
			s[m.pending] = in.obj + 1
		}
	}
	return m.advance(s, t)
}

func (m *machine) mustHold(s []int, t, mutex int) error {
	owner := m.owner(s, mutex)
	if owner == t {
		return nil
	}
	th := &m.threads[t]
	pc := s[th.base+atPlace]
	who := "nobody holds it"
	if owner >= 0 {
		who = m.threads[owner].name + " holds it"
	}
	return fmt.Errorf("%s, step %d (%s): %s does not hold mutex %q; %s", th.name, th.number[pc], opNames[th.code[pc].op], th.name, m.mutexes[mutex], who)
}

func (m *machine) advance(s []int, t int) error {
	s[m.threads[t].base+atPlace]++
	return m.settle(s, t)
}

// settle runs the steps that nobody else can see, up to the next turn, and
// forgets registers that will not be read again.
func (m *machine) settle(s []int, t int) error {
	th := &m.threads[t]
	pc := s[th.base+atPlace]
	for run := 0; pc < len(th.code) && !th.code[pc].op.visible(); run++ {
		if run == maxLocalRun {
			return fmt.Errorf("%s, step %d (%s): %d steps without one that another thread could see; is it an endless loop?", th.name, th.number[pc], opNames[th.code[pc].op], maxLocalRun)
		}
		in, at := &th.code[pc], pc
		pc++
		jumped := in.op == opJump
		switch in.op {
		case opLet:
			m.set(s, t, in.reg, m.get(s, t, in.a))
		case opAdd:
			m.set(s, t, in.reg, s[th.base+atRegs+in.reg]+m.get(s, t, in.a))
		case opJumpIf:
			jumped = compare(m.get(s, t, in.a), in.second, m.get(s, t, in.b))
		}
		if jumped {
			pc = in.target
		}
		if m.trace != nil {
			m.trace(t, &th.source[at], jumped)
		}
	}
	s[th.base+atPlace] = pc
	live := th.live[pc]
	for r := range th.regs {
		if live>>r&1 == 0 {
			s[th.base+atRegs+r] = 0
		}
	}
	return nil
}

func compare(a, comparison, b int) bool {
	switch comparison {
	case 0:
		return a == b
	case 1:
		return a != b
	case 2:
		return a < b
	case 3:
		return a <= b
	case 4:
		return a > b
	}
	return a >= b
}

func (m *machine) finished(s []int) bool {
	for t := range m.threads {
		if m.next(s, t) != nil {
			return false
		}
	}
	return true
}

// why says what keeps a thread from taking a turn.
func (m *machine) why(s []int, t int) string {
	in := m.next(s, t)
	if in == nil {
		return "has finished"
	}
	mutex := func(i int) string {
		switch owner := m.owner(s, i); owner {
		case -1:
			return "waits for its turn"
		case t:
			return fmt.Sprintf("waits for %s, which it holds itself", m.mutexes[i])
		default:
			return fmt.Sprintf("waits for %s, held by %s", m.mutexes[i], m.threads[owner].name)
		}
	}
	switch s[m.threads[t].base+atPhase] {
	case sleeping:
		return "sleeps on " + m.conds[in.obj]
	case offering:
		return "waits for a receiver on " + m.chans[in.obj]
	case woken:
		return mutex(in.second)
	}
	switch in.op {
	case opLock:
		return mutex(in.obj)
	case opSend:
		return fmt.Sprintf("waits for room in %s", m.chans[in.obj])
	case opReceive:
		return fmt.Sprintf("waits for a value from %s", m.chans[in.obj])
	}
	return "waits for its turn"
}

// block is the part of a state that belongs to one thread.
func (m *machine) block(s []int, t int) []int {
	th := &m.threads[t]
	return s[th.base : th.base+atRegs+len(th.regs)]
}

// normalise sorts the blocks of interchangeable threads, which makes all states
// that differ only in which of them is where into one. Equal blocks then stand
// together.
func (m *machine) normalise(s []int) {
	for _, members := range m.classes {
		for i := 1; i < len(members); i++ {
			for j := i; j > 0; j-- {
				a, b := m.block(s, members[j-1]), m.block(s, members[j])
				if slices.Compare(a, b) <= 0 {
					break
				}
				for k := range a {
					a[k], b[k] = b[k], a[k]
				}
			}
		}
	}
}

// encode makes a state a short map key: most numbers in it are small, so they
// take a byte each.
func encode(key []byte, s []int) []byte {
	key = key[:0]
	for _, v := range s {
		key = binary.AppendVarint(key, int64(v))
	}
	return key
}

func decode(s []int, key string) {
	for i := range s {
		var u uint64
		var shift uint
		for {
			c := key[0]
			key = key[1:]
			u |= uint64(c&0x7f) << shift
			if c < 0x80 {
				break
			}
			shift += 7
		}
		s[i] = int(int64(u>>1) ^ -int64(u&1)) // as binary.Varint
	}
}

// State is what Program.Always may ask about. It knows no thread by name, because
// states are merged where interchangeable threads are swapped.
type State struct {
	m *machine
	s []int
}

// Shared is the value of a shared variable. One that does not exist counts as 0
// here and makes Explore and Follow return an error.
func (s State) Shared(name string) int {
	i := slices.Index(s.m.vars, name)
	if i < 0 {
		s.m.misused = fmt.Errorf("Always asks for shared variable %q; %s", name, have(s.m.vars))
		return 0
	}
	return s.s[i]
}

// Inside is how many threads are inside a section. One that does not exist counts
// as 0 here and makes Explore and Follow return an error.
func (s State) Inside(section string) int {
	i := slices.Index(s.m.sections, section)
	if i < 0 {
		s.m.misused = fmt.Errorf("Always asks for section %q; %s", section, have(s.m.sections))
		return 0
	}
	n := 0
	for t := range s.m.threads {
		th := &s.m.threads[t]
		if th.sections[s.s[th.base+atPlace]]>>i&1 == 1 {
			n++
		}
	}
	return n
}

// AtMostOne is the condition for Program.Always that no two threads are inside a
// section at the same time: mutual exclusion.
func AtMostOne(section string) func(State) bool {
	return func(s State) bool { return s.Inside(section) <= 1 }
}
