package engine

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// memoryOp reads or writes a variable.
type memoryOp struct {
	at    operand
	off   int32 // from at
	n     int32
	write bool
	value *operand
}

func (o *memoryOp) ptr(t *thread) Ptr {
	p, _ := o.at.get(t.f).(Ptr)
	if p.Obj != 0 {
		p.Off += o.off
	}
	return p
}

func (o *memoryOp) is(t *thread) bool {
	p := o.ptr(t)
	return p.Obj != 0 && t.s.touches(p.Obj, p.Off, o.n, o.write)
}

// touches tells whether another goroutine could notice a read or write of these cells, and
// remembers what is written while shared.
func (s *state) touches(obj, off, n int32, write bool) bool {
	if !s.shared[obj] {
		return false
	}
	site := s.objs[obj].site
	if write {
		s.p.change(site, off, n)
		return true
	}
	for i := range n {
		if site.changing(off + i) {
			return true
		}
	}
	if s.p.reads != nil {
		s.p.reads = append(s.p.reads, read{site, off, n})
	}
	return n == 0
}

// read is a read of what has not been seen to change.
type read struct {
	site   *site
	off, n int32
}

// change remembers that cells of a site are written while shared. What was explored before did not
// know it.
func (p *Program) change(s *site, off, n int32) {
	if s.changes == nil {
		s.changes = map[int32]bool{}
	}
	for i := range n {
		if c := s.class(off + i); !s.changes[c] {
			s.changes[c] = true
			p.learned = true
		}
	}
}

func (o *memoryOp) choices(*thread) int { return 1 }
func (o *memoryOp) access(t *thread) access {
	return access{at: o.ptr(t), n: o.n, write: o.write}
}

func (o *memoryOp) tell(t *thread) string {
	name := t.s.name(o.ptr(t))
	if !o.write {
		p := o.ptr(t)
		if o.n == 1 {
			return fmt.Sprintf("reads %s (%s)", name, t.s.show(t.s.objs[p.Obj].cells[p.Off]))
		}
		return "reads " + name
	}
	if o.n == 1 {
		return fmt.Sprintf("writes %s = %s", name, t.s.show(o.value.get(t.f)))
	}
	return "writes " + name
}

// mapOp reads, writes or ranges over a map; to a data race, a map is one place.
type mapOp struct {
	m     operand
	write bool
	what  string
}

func (o *mapOp) ref(t *thread) MapRef {
	m, _ := o.m.get(t.f).(MapRef)
	return m
}

func (o *mapOp) is(t *thread) bool {
	m := o.ref(t)
	return m.Obj != 0 && t.s.touches(m.Obj, 0, 1, o.write)
}

func (o *mapOp) choices(*thread) int { return 1 }
func (o *mapOp) access(t *thread) access {
	return access{at: Ptr{Obj: o.ref(t).Obj}, n: 1, write: o.write}
}
func (o *mapOp) tell(t *thread) string { return o.what + " " + t.s.name(Ptr{Obj: o.ref(t).Obj}) }

// nextOp takes the next key of a map, in any order where that can be told.
type nextOp struct {
	iter  int
	tells bool
}

func (o *nextOp) at(t *thread) *mapIter { return t.f.regs[o.iter].(*mapIter) }

func (o *nextOp) is(t *thread) bool {
	i := o.at(t)
	return o.tells && len(i.keys) > 1 || i.m.Obj != 0 && t.s.touches(i.m.Obj, 0, 1, false)
}

func (o *nextOp) choices(t *thread) int {
	if i := o.at(t); o.tells {
		return max(1, len(i.keys))
	}
	return 1
}

func (o *nextOp) access(t *thread) access {
	return access{at: Ptr{Obj: o.at(t).m.Obj}, n: 1}
}
func (o *nextOp) tell(t *thread) string {
	return "takes the next key of " + t.s.name(Ptr{Obj: o.at(t).m.Obj})
}

// orderMatters tells whether the body of a loop over a map does more than what comes out the same
// in any order: it calls something, sends, leaves the loop early or puts together a string or a
// slice.
func orderMatters(next *ssa.Next) bool {
	head := next.Block()
	body := loopOf(head)
	if len(body) == 0 { // it is left in its first turn
		named := next.Type().(*types.Tuple)
		return named.At(1).Type() != types.Typ[types.Invalid] || named.At(2).Type() != types.Typ[types.Invalid]
	}
	for b := range body {
		if b != head && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return !body[s] }) {
			return true
		}
		if slices.ContainsFunc(b.Instrs, tellsOrder) {
			return true
		}
	}
	return false
}

// loopOf is the blocks of the loop that a block begins.
func loopOf(head *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	body := map[*ssa.BasicBlock]bool{}
	var back func(b *ssa.BasicBlock)
	back = func(b *ssa.BasicBlock) {
		if body[b] {
			return
		}
		body[b] = true
		if b != head {
			for _, p := range b.Preds {
				back(p)
			}
		}
	}
	for _, p := range head.Preds {
		if head.Dominates(p) {
			back(p)
		}
	}
	return body
}

// tellsOrder tells whether an instruction in a loop over a map may come out otherwise in another order.
func tellsOrder(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Call:
		b, ok := in.Call.Value.(*ssa.Builtin)
		return !ok || !slices.Contains([]string{"len", "delete", "max", "min"}, b.Name())
	case *ssa.Send, *ssa.Select, *ssa.Go, *ssa.Defer, *ssa.Panic, *ssa.Return:
		return true
	case *ssa.BinOp:
		basic, ok := in.Type().Underlying().(*types.Basic)
		return ok && basic.Info()&types.IsString != 0
	}
	return false
}

// A channel. Buffered: a send has room or waits, a receive has a value or waits. Unbuffered: the
// sender's step hands its value to a goroutine that stands before a receive, which goes on in the
// same step.

// partner is a goroutine that stands before the other end of a channel operation: state is the case
// of its select, -1 where it stands before a plain send or receive.
type partner struct{ g, state int }

// receivers lists who stands before a receive from ch and is bound to wait for it.
func (s *state) receivers(ch ChanRef, me int) []partner {
	return s.partners(ch, me, types.RecvOnly)
}

// partners lists who, other than the goroutine me, waits to do with ch what dir says.
func (s *state) partners(ch ChanRef, me int, dir types.ChanDir) []partner {
	var found []partner
	for _, g := range s.gs {
		if g.id == me || g.done || g.crash != nil || g.exits {
			continue
		}
		t := s.look(g.id)
		if t.in == nil {
			continue
		}
		switch op := t.in.op.(type) {
		case *receiveOp:
			if dir == types.RecvOnly && op.channel(t) == ch {
				found = append(found, partner{g.id, -1})
			}
		case *sendOp:
			if dir == types.SendOnly && op.channel(t) == ch {
				found = append(found, partner{g.id, -1})
			}
		case *selectOp:
			if !op.blocking {
				continue // it never waits, so nobody finds it waiting
			}
			for i, st := range op.states {
				if st.dir == dir && op.channel(t, i) == ch {
					found = append(found, partner{g.id, i})
				}
			}
		}
	}
	return found
}

type sendOp struct{ ch, v operand }

func (o *sendOp) channel(t *thread) ChanRef { return o.ch.get(t.f).(ChanRef) }
func (o *sendOp) is(*thread) bool           { return true }

// access: a send and a close that nothing orders are a data race, as Go's race detector has it.
func (o *sendOp) access(t *thread) access { return access{at: Ptr{Obj: o.channel(t).Obj}, n: 1} }

func (o *sendOp) choices(t *thread) int {
	ref := o.channel(t)
	if ref.Obj == 0 {
		return 0
	}
	ch := t.s.objs[ref.Obj].ch
	switch {
	case ch.closed || len(ch.buffer) < ch.capacity:
		return 1
	case ch.capacity > 0:
		return 0
	}
	return len(t.s.receivers(ref, t.g.id))
}

func (o *sendOp) tell(t *thread) string {
	return fmt.Sprintf("sends %s to %s", t.s.show(o.v.get(t.f)), t.s.chanName(o.channel(t)))
}

func (t *thread) send(in *instr, ref ChanRef, v Value) {
	ch := t.s.writable(ref.Obj).ch
	if ch.closed {
		panic(goPanic{t.s.p.plainError("send on closed channel")})
	}
	if ch.capacity > 0 {
		ch.buffer = append(ch.buffer, v)
	} else {
		t.hand(t.s.receivers(ref, t.g.id)[t.choice], v, true)
	}
	t.next(in)
	if refers(v) {
		t.s.share()
	}
}

// hand completes another goroutine's receive (or send, whose value it returns), so that it goes on.
func (t *thread) hand(to partner, v Value, ok bool) Value {
	other := t.s.thread(to.g)
	other.in = &other.f.code.instrs[other.f.pc]
	for ; other.g.entering > 0; other.g.entering-- {
		t.s.passesBefore(t.g.id, to.g, 0)
	}
	if other.in.hook {
		t.s.passesBefore(t.g.id, to.g, to.state+1)
	}
	t.woken = append(t.woken, to.g)
	switch op := other.in.op.(type) {
	case *receiveOp:
		other.received(other.in, v, ok, op.commaOk)
	case *sendOp:
		v = op.v.get(other.f)
		other.next(other.in)
	case *selectOp:
		if op.states[to.state].dir == types.SendOnly {
			v = op.states[to.state].send.get(other.f)
			op.complete(other, other.in, to.state, nil, false)
		} else {
			op.complete(other, other.in, to.state, v, ok)
		}
	}
	return v
}

type receiveOp struct {
	ch      operand
	commaOk bool
}

func (o *receiveOp) channel(t *thread) ChanRef { return o.ch.get(t.f).(ChanRef) }
func (o *receiveOp) is(*thread) bool           { return true }
func (o *receiveOp) access(*thread) access     { return access{} }

func (o *receiveOp) choices(t *thread) int {
	ref := o.channel(t)
	if ref.Obj == 0 {
		return 0
	}
	if ch := t.s.objs[ref.Obj].ch; ch.closed || len(ch.buffer) > 0 {
		return 1
	}
	return 0 // of a rendezvous, the step is the sender's
}

func (o *receiveOp) tell(t *thread) string {
	ref := o.channel(t)
	name := t.s.chanName(ref)
	if ref.Obj == 0 {
		return "receives from " + name
	}
	ch := t.s.objs[ref.Obj].ch
	if len(ch.buffer) > 0 {
		return fmt.Sprintf("receives %s from %s", t.s.show(ch.buffer[0]), name)
	}
	if ch.closed {
		return fmt.Sprintf("receives from %s, which is closed", name)
	}
	return "receives from " + name
}

func (t *thread) receive(in *instr, ref ChanRef, elem types.Type, commaOk bool) {
	ch := t.s.writable(ref.Obj).ch
	if len(ch.buffer) == 0 {
		t.received(in, zero(elem), false, commaOk)
		return
	}
	v := ch.buffer[0]
	ch.buffer = ch.buffer[1:]
	t.received(in, v, true, commaOk)
}

func (t *thread) received(in *instr, v Value, ok, commaOk bool) {
	if commaOk {
		v = tupleOf(v, ok)
	}
	t.set(in, v)
}

// selectOp is a select statement.
type selectOp struct {
	states   []selectState
	blocking bool
	recvs    []int // number of the state by received value
	zeros    []Value
}

type selectState struct {
	dir  types.ChanDir
	ch   operand
	send operand
	elem types.Type
}

func (o *selectOp) channel(t *thread, i int) ChanRef { return o.states[i].ch.get(t.f).(ChanRef) }
func (o *selectOp) is(*thread) bool                  { return true }
func (o *selectOp) access(*thread) access            { return access{} }

// option is one way to go on: a case, with a partner where it takes one; case -1 is the default.
type option struct {
	state int
	with  *partner
}

func (o *selectOp) options(t *thread) []option {
	var all []option
	sure := false // a case is ready for certain
	for i, st := range o.states {
		ref := o.channel(t, i)
		if ref.Obj == 0 {
			continue
		}
		ch := t.s.objs[ref.Obj].ch
		if st.dir == types.SendOnly {
			switch {
			case ch.closed || len(ch.buffer) < ch.capacity:
				all, sure = append(all, option{i, nil}), true
			case ch.capacity == 0:
				for _, p := range t.s.receivers(ref, t.g.id) {
					all = append(all, option{i, &p})
				}
			}
			continue
		}
		switch {
		case ch.closed || len(ch.buffer) > 0:
			all, sure = append(all, option{i, nil}), true
		case ch.capacity == 0 && !o.blocking:
			// A sender that waits already is taken; a select that waits is found by the sender.
			for _, p := range t.s.partners(ref, t.g.id, types.SendOnly) {
				all = append(all, option{i, &p})
			}
		}
	}
	// Without a ready case the default is taken; and where the partner has not come to wait yet.
	if !o.blocking && !sure {
		all = append(all, option{state: -1})
	}
	return all
}

func (o *selectOp) choices(t *thread) int { return len(o.options(t)) }

func (o *selectOp) tell(t *thread) string {
	options := o.options(t)
	if t.choice >= len(options) {
		return "selects"
	}
	switch opt := options[t.choice]; {
	case opt.state < 0:
		return "selects default"
	case o.states[opt.state].dir == types.SendOnly:
		value := t.s.show(o.states[opt.state].send.get(t.f))
		return fmt.Sprintf("selects: sends %s to %s", value, t.s.chanName(o.channel(t, opt.state)))
	default:
		return "selects: receives from " + t.s.chanName(o.channel(t, opt.state))
	}
}

func (o *selectOp) run(t *thread) {
	in := t.in
	opt := o.options(t)[t.choice]
	if opt.state < 0 {
		t.chooses(len(o.states) + 1)
		o.complete(t, in, -1, nil, false)
		return
	}
	t.chooses(opt.state + 1)
	st, ref := o.states[opt.state], o.channel(t, opt.state)
	ch := t.s.writable(ref.Obj).ch
	if st.dir == types.SendOnly {
		v := st.send.get(t.f)
		switch {
		case ch.closed:
			panic(goPanic{t.s.p.plainError("send on closed channel")})
		case opt.with != nil:
			t.hand(*opt.with, v, true)
		default:
			ch.buffer = append(ch.buffer, v)
		}
		o.complete(t, in, opt.state, nil, false)
		if refers(v) {
			t.s.share()
		}
		return
	}
	switch {
	case opt.with != nil:
		o.complete(t, in, opt.state, t.hand(*opt.with, nil, false), true)
		t.s.share()
	case len(ch.buffer) > 0:
		v := ch.buffer[0]
		ch.buffer = ch.buffer[1:]
		o.complete(t, in, opt.state, v, true)
	default:
		o.complete(t, in, opt.state, zero(st.elem), false)
	}
}

// complete gives the select's result: which case, whether a value was received, and the values.
func (o *selectOp) complete(t *thread, in *instr, state int, v Value, ok bool) {
	result := Tuple{state, ok}
	for i, r := range o.recvs {
		if r == state {
			result = tupleOf(result, v)
		} else {
			result = tupleOf(result, o.zeros[i])
		}
	}
	t.set(in, result)
}

func (p *Program) translateSelect(ins *instr, in *ssa.Select, get getter) {
	op := &selectOp{blocking: in.Blocking}
	for i, st := range in.States {
		s := selectState{dir: st.Dir, ch: get(st.Chan), elem: st.Chan.Type().Underlying().(*types.Chan).Elem()}
		if st.Dir == types.SendOnly {
			s.send = get(st.Send)
		} else {
			op.recvs = append(op.recvs, i)
			op.zeros = append(op.zeros, zero(s.elem))
		}
		op.states = append(op.states, s)
	}
	ins.op = op
	ins.run = op.run
}
