package engine

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// key tells states apart: 128 bits of two hashes. Two different states with one key are to be
// expected once in 10²⁷ explorations of a million states.
type key [2]uint64

// encoder writes a state as bytes, so that equal states give equal bytes. Objects are numbered in
// the order in which they are reached, so where they lie in the heap does not matter, and what
// nobody can reach is left out. Goroutines that run the same function stand in the order of what
// they hold, so which is which does not matter.
type encoder struct {
	p     *Program
	s     *state
	buf   []byte
	num   []int32 // by object, 0: not yet reached
	next  int32
	queue []int32
	local bool  // a goroutine by itself is written, to sort it
	self  int   // whose
	place []int // by goroutine: its place in the order, -1 once it has ended
	order []int

	seeds [2]maphash.Seed
}

func newEncoder(p *Program) *encoder {
	return &encoder{p: p, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// encode returns the state's key, and its goroutines in their order, which holds until the next
// call.
func (e *encoder) encode(s *state) (key, []int) {
	e.s = s
	e.sort()
	e.reset()
	if s.ended != nil { // what else there is does not matter any more
		e.byte('E')
		e.int(int64(s.ended.kind))
		e.string(s.ended.message)
		e.string(s.ended.where)
		e.string(s.output)
		e.uint(uint64(len(s.ended.left)))
		return e.key(), e.order
	}
	for _, id := range s.dirty {
		o := s.objs[id]
		if sameObject(o, s.p.initial.objs[id]) {
			continue
		}
		e.uint(uint64(id))
		e.object(o, false)
	}
	e.byte('|')
	for _, id := range e.order {
		e.goroutine(s.gs[id])
	}
	for len(e.queue) > 0 {
		id := e.queue[0]
		e.queue = e.queue[1:]
		e.object(s.objs[id], s.once[id])
	}
	e.byte('>')
	e.string(s.output)
	e.string(s.sharing)
	if s.p.usesNow {
		e.uint(uint64(s.clock))
	}
	return e.key(), e.order
}

func (e *encoder) key() key {
	return key{maphash.Bytes(e.seeds[0], e.buf), maphash.Bytes(e.seeds[1], e.buf)}
}

func (e *encoder) reset() {
	e.buf, e.queue, e.next = e.buf[:0], e.queue[:0], 0
	if cap(e.num) < len(e.s.objs) {
		e.num = make([]int32, len(e.s.objs)*2)
	}
	e.num = e.num[:len(e.s.objs)]
	clear(e.num)
}

// sort puts the goroutines that live in order.
func (e *encoder) sort() {
	s := e.s
	e.order = e.order[:0]
	for _, g := range s.gs {
		if !g.done {
			e.order = append(e.order, g.id)
		}
	}
	entry := func(id int) int {
		if g := s.gs[id]; len(g.frames) > 0 {
			return g.frames[0].code.id
		}
		return -1
	}
	if !s.p.distinct && len(e.order) > 2 {
		many := false
		seen := map[int]bool{}
		for _, id := range e.order[1:] {
			many = many || seen[entry(id)]
			seen[entry(id)] = true
		}
		if many {
			signatures := make([][]byte, len(s.gs))
			for _, id := range e.order {
				e.reset()
				e.local, e.self = true, id
				e.goroutine(s.gs[id])
				signatures[id] = slices.Clone(e.buf)
			}
			e.local = false
			from := 0
			if e.order[0] == 0 {
				from = 1
			}
			slices.SortStableFunc(e.order[from:], func(a, b int) int {
				if d := entry(a) - entry(b); d != 0 {
					return d
				}
				return bytes.Compare(signatures[a], signatures[b])
			})
		}
	}
	e.place = slices.Grow(e.place[:0], len(s.gs))[:len(s.gs)]
	for i := range e.place {
		e.place[i] = -1
	}
	for i, id := range e.order {
		e.place[id] = i
	}
}

func (e *encoder) byte(b byte)     { e.buf = append(e.buf, b) }
func (e *encoder) uint(n uint64)   { e.buf = binary.AppendUvarint(e.buf, n) }
func (e *encoder) int(n int64)     { e.buf = binary.AppendVarint(e.buf, n) }
func (e *encoder) string(s string) { e.uint(uint64(len(s))); e.buf = append(e.buf, s...) }

func (e *encoder) flag(b bool) {
	if b {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

// ref writes which object a reference leads to.
func (e *encoder) ref(id int32) {
	if int(id) < e.p.frozen {
		e.byte('F')
		e.uint(uint64(id))
		return
	}
	if e.num[id] == 0 {
		e.next++
		e.num[id] = e.next
		if !e.local {
			e.queue = append(e.queue, id)
		}
	}
	e.byte('R')
	e.uint(uint64(e.num[id]))
}

func (e *encoder) object(o *object, once bool) {
	e.uint(uint64(o.site.index))
	e.flag(once)
	e.values(o.cells)
	if o.writers != nil {
		e.byte('w')
		for _, w := range o.writers {
			e.value(w)
		}
	}
	if o.m != nil {
		e.byte('m')
		e.uint(uint64(len(o.m.keys)))
		for i := range o.m.keys {
			e.value(o.m.keys[i])
			e.value(o.m.vals[i])
		}
	}
	if o.ch != nil {
		e.byte('c')
		e.flag(o.ch.closed)
		e.uint(uint64(o.ch.capacity))
		e.values(o.ch.buffer)
	}
}

func (e *encoder) goroutine(g *goroutine) {
	e.byte('G')
	if e.p.distinct {
		e.uint(uint64(g.id))
	}
	e.uint(uint64(g.atomic))
	e.flag(g.exits)
	e.flag(g.drains)
	e.uint(uint64(len(g.buffer)))
	for _, b := range g.buffer {
		e.value(b.at)
		e.value(b.v)
	}
	e.flag(g.timer)
	if g.wake != 0 {
		e.int(g.wake - e.s.clock)
	}
	if g.asleep.Obj != 0 {
		e.value(g.asleep)
	}
	if g.crash != nil {
		e.byte('!')
		e.value(*g.crash)
		e.uint(uint64(g.crashPos))
	}
	e.uint(uint64(len(g.frames)))
	for _, f := range g.frames {
		e.uint(uint64(f.code.id))
		e.uint(uint64(f.pc))
		e.flag(f.panicking)
		e.flag(f.recovered)
		e.flag(f.deferred)
		if f.panic != nil {
			e.flag(f.panic.goexit)
			e.value(f.panic.value)
		}
		for i, r := range f.regs {
			if r != nil {
				e.uint(uint64(i + 1))
				e.value(r)
			}
		}
		e.byte(0)
		for _, v := range f.free {
			e.value(v)
		}
		e.uint(uint64(len(f.defers)))
		for _, d := range f.defers {
			e.uint(uint64(d.code.id))
			e.value(d.fn)
			for _, a := range d.args {
				e.value(a)
			}
		}
	}
}

func (e *encoder) values(all []Value) {
	e.uint(uint64(len(all)))
	for _, v := range all {
		e.value(v)
	}
}

func (e *encoder) value(v Value) {
	switch x := v.(type) {
	case nil:
		e.byte('n')
	case bool:
		if x {
			e.byte('t')
		} else {
			e.byte('f')
		}
	case int:
		e.byte('i')
		e.int(int64(x))
	case string:
		e.byte('s')
		e.string(x)
	case Ptr:
		e.byte('p')
		e.ref(x.Obj)
		e.uint(uint64(x.Off))
	case Slice:
		e.byte('l')
		e.ref(x.Obj)
		e.uint(uint64(x.Off))
		e.uint(uint64(x.Len))
		e.uint(uint64(x.Cap))
	case MapRef:
		e.byte('M')
		e.ref(x.Obj)
	case ChanRef:
		e.byte('C')
		e.ref(x.Obj)
	case Tuple:
		e.byte('(')
		e.values(x)
	case Iface:
		e.byte('I')
		if x.T == nil {
			e.byte(0)
			return
		}
		e.uint(e.p.typeNumber(x.T))
		e.value(x.V)
	case *Closure:
		e.byte('K')
		if x == nil {
			e.byte(0)
			return
		}
		e.uint(uint64(e.p.codeOf(x.Fn).id + 1))
		for _, c := range x.Free {
			e.value(c)
		}
	case GRef:
		e.byte('g')
		switch {
		case int(x) >= len(e.s.gs):
			e.byte(0)
		case e.local:
			e.flag(int(x) == e.self)
		default:
			e.int(int64(e.place[x]))
		}
	case *mapIter:
		e.byte('r')
		e.ref(x.m.Obj)
		e.values(x.keys)
	case *stringIter:
		e.byte('S')
		e.string(x.s)
		e.uint(uint64(x.pos))
	case float32:
		e.byte('4')
		e.uint(floatBits(float64(x)))
	case float64:
		e.byte('8')
		e.uint(floatBits(x))
	case complex64:
		e.byte('x')
		e.uint(floatBits(float64(real(x))))
		e.uint(floatBits(float64(imag(x))))
	case complex128:
		e.byte('X')
		e.uint(floatBits(real(x)))
		e.uint(floatBits(imag(x)))
	default:
		e.byte('N')
		e.byte(kindByte(v))
		e.int(mustInt(v))
	}
}

func kindByte(v Value) byte {
	switch v.(type) {
	case int8:
		return 1
	case int16:
		return 2
	case int32:
		return 3
	case int64:
		return 4
	case uint:
		return 5
	case uint8:
		return 6
	case uint16:
		return 7
	case uint32:
		return 8
	case uint64:
		return 9
	}
	return 10
}

// sameObject tells whether two objects hold the very same values.
func sameObject(a, b *object) bool {
	same := func(a, b []Value) bool { return slices.EqualFunc(a, b, sameValue) }
	switch {
	case !slices.Equal(a.writers, b.writers), !same(a.cells, b.cells),
		(a.m == nil) != (b.m == nil), (a.ch == nil) != (b.ch == nil):
		return false
	case a.m != nil && !(same(a.m.keys, b.m.keys) && same(a.m.vals, b.m.vals)):
		return false
	}
	return a.ch == nil || a.ch.closed == b.ch.closed && same(a.ch.buffer, b.ch.buffer)
}

func sameValue(a, b Value) bool {
	switch x := a.(type) {
	case Tuple:
		y, ok := b.(Tuple)
		return ok && slices.EqualFunc(x, y, sameValue)
	case Iface:
		y, ok := b.(Iface)
		return ok && x.T == y.T && (x.T == nil || sameValue(x.V, y.V))
	case float64:
		y, ok := b.(float64)
		return ok && floatBits(x) == floatBits(y)
	case float32:
		y, ok := b.(float32)
		return ok && floatBits(float64(x)) == floatBits(float64(y))
	}
	return a == b
}
