package engine

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// With Options.StoreBuffers each goroutine has a queue of writes that the others do not see yet, as
// each core of an x86 processor has (Sewell and others, "x86-TSO", CACM 2010). Its own reads find
// them; the oldest of them reaches memory by a step of its own, which is one more choice of the
// goroutine. What is no plain read or write (atomics, locks, channels, go statements) waits until
// the queue is empty.

// buffered is a write on its way to memory.
type buffered struct {
	at Ptr
	v  Value
}

// fences tells whether an instruction waits until the goroutine's writes have reached memory.
func fences(in *instr) bool {
	switch op := in.op.(type) {
	case nil:
		_, isGo := in.in.(*ssa.Go)
		return isGo || in.native
	case *memoryOp:
		return false
	case *nativeOp:
		return !op.n.loads
	}
	return true
}

// buffers tells whether a goroutine has writes that have not reached memory.
func (g *goroutine) buffers() bool { return len(g.buffer) > 0 }

// drain lets the oldest write of a goroutine reach memory.
func (t *thread) drain() {
	b := t.g.buffer[0]
	t.g.buffer = slices.Clone(t.g.buffer[1:])
	t.s.store(b.at, b.v)
}

// read is what a goroutine finds in memory, and before that among its own writes.
func (t *thread) read(at Ptr, typ types.Type) Value {
	v := t.s.load(at, typ)
	if len(t.g.buffer) == 0 {
		return v
	}
	all, isFlat := v.(Tuple)
	if !isFlat {
		all = Tuple{v}
	}
	for _, b := range t.g.buffer {
		if b.at.Obj != at.Obj {
			continue
		}
		written, flat := b.v.(Tuple)
		if !flat {
			written = Tuple{b.v}
		}
		for i, w := range written {
			if off := int(b.at.Off-at.Off) + i; off >= 0 && off < len(all) {
				all[off] = w
			}
		}
	}
	if isFlat {
		return all
	}
	return all[0]
}

func (s *state) tellDrain(g *goroutine) string {
	b := g.buffer[0]
	return fmt.Sprintf("its write of %s = %s reaches memory", s.name(b.at), s.show(b.v))
}

// readCell is the cell that p points to as the goroutine sees it.
func (t *thread) readCell(p Ptr) Value {
	v := t.s.cell(p, 0)
	for _, b := range t.g.buffer {
		if b.at == p {
			v = b.v
		}
	}
	return v
}

// write stores a value, or puts it at the end of the goroutine's queue where others could see it.
func (t *thread) write(at Ptr, v Value) {
	if t.s.p.buffers && t.s.shared[at.Obj] && t.g.atomic == 0 {
		t.g.buffer = append(slices.Clip(t.g.buffer), buffered{at, v})
		return
	}
	t.s.store(at, v)
}
