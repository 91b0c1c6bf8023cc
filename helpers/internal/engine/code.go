package engine

import (
	"fmt"
	"go/token"
	"go/types"
	"iter"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// code is a function made ready to run: a flat list of instructions over numbered registers. A
// register that nobody reads any more is set to nil, so that states do not differ by what cannot
// matter.
type code struct {
	fn      *ssa.Function // nil where the machine made it
	id      int           // tells codes apart in what states hold
	name    string
	params  int
	regs    int
	instrs  []instr
	entry   int          // of the first instruction
	rescue  int          // where a recovered panic goes on; -1: zero results
	rescues map[int]bool // registers that live there, and so everywhere
	slot    map[ssa.Value]int
	zero    []Value // of the results
	hooked  bool    // package replay counts hooks in it
	unread  []int   // parameters that nobody reads
}

// native tells whether the machine itself is the function.
func (c *code) native() bool { return c.slot == nil }

// instr is one instruction. What may be a step has an operation.
type instr struct {
	in     ssa.Instruction
	op     operation
	run    func(t *thread)
	kills  []int // registers that nobody reads after it
	dst    int   // -1: none
	native bool  // the machine itself is the function
	hook   bool  // one that package replay counts
	enters bool  // it is a call of a library, and passed later
}

// operand is where an instruction finds a value.
type operand struct {
	kind byte  // 'r' register, 'f' free variable, 'c' constant
	n    int   // of the register or free variable
	v    Value // the constant
}

func (o operand) get(f *frame) Value {
	switch o.kind {
	case 'r':
		return f.regs[o.n]
	case 'f':
		return f.free[o.n]
	}
	return o.v
}

// branch is a jump: the phis of its target, and which registers die on it.
type branch struct {
	target int // block
	pc     int
	from   []operand // what the phis get
	to     []int     // their registers
	kills  []int
}

// take sets all phis at once, as one may be given what another was, and jumps.
func (e *branch) take(t *thread) {
	f := t.f
	switch len(e.to) {
	case 0:
	case 1:
		f.regs[e.to[0]] = e.from[0].get(f)
	default:
		values := make([]Value, len(e.to))
		for i, o := range e.from {
			values[i] = o.get(f)
		}
		for i, r := range e.to {
			f.regs[r] = values[i]
		}
	}
	for _, r := range e.kills {
		f.regs[r] = nil
	}
	f.pc = e.pc
}

// codeOf compiles fn where that has not been done.
func (p *Program) codeOf(fn *ssa.Function) *code {
	if c := p.codes[fn]; c != nil {
		return c
	}
	c := p.nativeCode(fn)
	if c == nil {
		c = p.compile(fn)
	}
	p.number(c)
	p.codes[fn] = c
	return c
}

// number gives code the number by which states name it.
func (p *Program) number(c *code) {
	c.id = p.numbered
	p.numbered++
}

// compile makes a function of the program, or of a library that is interpreted, ready to run.
func (p *Program) compile(fn *ssa.Function) *code {
	if len(fn.Blocks) == 0 {
		panic(refusal{pos: fn.Pos(), what: fmt.Sprintf("explore does not know the function %s", fn)})
	}
	c := &code{fn: fn, name: fn.String(), params: len(fn.Params), rescue: -1, slot: map[ssa.Value]int{}}
	p.codes[fn] = c // for a function that names itself
	c.hooked = hook.In(fn)
	c.assign()
	results := fn.Signature.Results()
	for i := range results.Len() {
		c.zero = append(c.zero, zero(results.At(i).Type()))
	}
	live := livenessOf(fn, c)
	starts := make([]int, len(fn.Blocks))
	var all []*branch
	for _, b := range fn.Blocks {
		starts[b.Index] = len(c.instrs)
		var edges []*branch
		for _, s := range b.Succs {
			edges = append(edges, p.edgeOf(c, live, b, s))
		}
		all = append(all, edges...)
		for i, in := range b.Instrs {
			switch in.(type) {
			case *ssa.Phi, *ssa.DebugRef:
				continue
			}
			ins := instr{in: in, dst: -1, kills: live.kills(b, i)}
			if r, ok := live.result(in); ok {
				ins.dst = r
			}
			p.translate(c, &ins, in, edges)
			ins.mark(in)
			c.instrs = append(c.instrs, ins)
		}
	}
	for _, e := range all {
		e.pc = starts[e.target]
	}
	c.entry = starts[0]
	for r := range c.params {
		if !live.in[0][r] {
			c.unread = append(c.unread, r)
		}
	}
	if fn.Recover != nil {
		c.rescue = starts[fn.Recover.Index]
		c.rescues = live.in[fn.Recover.Index]
	}
	return c
}

// assign gives each parameter and each instruction that has a value a register.
func (c *code) assign() {
	give := func(v ssa.Value) {
		c.slot[v] = c.regs
		c.regs++
	}
	for _, v := range c.fn.Params {
		give(v)
	}
	for _, b := range c.fn.Blocks {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok && hasValue(v) {
				give(v)
			}
		}
	}
}

// hasValue is false for a call of a function without results.
func hasValue(v ssa.Value) bool {
	t, ok := v.Type().(*types.Tuple)
	return !ok || t.Len() > 0
}

// edgeOf is the jump from one block to another. Where it goes on, its pc, is known once all blocks
// are made.
func (p *Program) edgeOf(c *code, live *liveness, from, to *ssa.BasicBlock) *branch {
	e := &branch{target: to.Index}
	dead := map[int]bool{}
	for r := range live.out[from.Index] {
		if !live.in[to.Index][r] {
			dead[r] = true
		}
	}
	index := slices.Index(to.Preds, from)
	for _, phi := range phisOf(to) {
		r := c.slot[phi]
		if !live.in[to.Index][r] && !live.phiUsed[r] {
			continue
		}
		e.to = append(e.to, r)
		e.from = append(e.from, p.operand(c, phi.Edges[index]))
		delete(dead, r)
	}
	e.kills = slices.Sorted(maps.Keys(dead))
	return e
}

// operand tells where v is found.
func (p *Program) operand(c *code, v ssa.Value) operand {
	switch v := v.(type) {
	case *ssa.Const:
		return operand{kind: 'c', v: constantValue(v)}
	case *ssa.Global:
		return operand{kind: 'c', v: Ptr{Obj: p.globalID(v)}}
	case *ssa.Function:
		return operand{kind: 'c', v: p.closureOf(v)}
	case *ssa.FreeVar:
		for i, f := range c.fn.FreeVars {
			if f == v {
				return operand{kind: 'f', n: i}
			}
		}
	case *ssa.Builtin:
		return operand{kind: 'c'}
	}
	return operand{kind: 'r', n: c.slot[v]}
}

// closureOf is a function as a value: the same Closure each time, so that equal values are equal.
func (p *Program) closureOf(fn *ssa.Function) *Closure {
	f := p.closures[fn]
	if f == nil {
		f = &Closure{Fn: fn}
		p.closures[fn] = f
	}
	return f
}

// refusal is what the machine does not take, with where it stands.
type refusal struct {
	pos    token.Pos
	what   string
	excess bool // it is not the kind of what is done, but too much of it
}

// liveness tells which registers are read later.
type liveness struct {
	c       *code
	in, out []map[int]bool // by block: what lives at its start, and at its end
	phiUsed map[int]bool   // phis that anything reads
	always  map[int]bool   // what lives where a recovered panic goes on: it may be read after any instruction
}

// livenessOf finds the liveness of fn's registers. It goes over the blocks until nothing more is
// found to live.
func livenessOf(fn *ssa.Function, c *code) *liveness {
	n := len(fn.Blocks)
	l := &liveness{c: c, in: make([]map[int]bool, n), out: make([]map[int]bool, n), always: map[int]bool{}}
	for changed := true; changed; {
		changed = false
		for _, b := range slices.Backward(fn.Blocks) {
			out := l.atEnd(b)
			now := maps.Clone(out)
			for _, in := range slices.Backward(b.Instrs) {
				l.before(in, now)
			}
			maps.Copy(now, l.always)
			changed = changed || len(now) != len(l.in[b.Index]) || len(out) != len(l.out[b.Index])
			l.in[b.Index], l.out[b.Index] = now, out
		}
		if fn.Recover != nil {
			known := len(l.always)
			maps.Copy(l.always, l.in[fn.Recover.Index])
			changed = changed || len(l.always) > known
		}
	}
	l.phiUsed = map[int]bool{}
	for _, b := range fn.Blocks {
		for _, phi := range phisOf(b) {
			l.phiUsed[c.slot[phi]] = slices.ContainsFunc(*phi.Referrers(), func(in ssa.Instruction) bool {
				_, debug := in.(*ssa.DebugRef)
				return !debug
			})
		}
	}
	return l
}

// atEnd is what lives at the end of b, as far as it is known what lives at the start of the blocks
// after it.
func (l *liveness) atEnd(b *ssa.BasicBlock) map[int]bool {
	out := map[int]bool{}
	for _, s := range b.Succs {
		maps.Copy(out, l.in[s.Index])
		phis, edge := phisOf(s), slices.Index(s.Preds, b)
		for _, phi := range phis {
			delete(out, l.c.slot[phi])
		}
		for _, phi := range phis {
			if r, ok := l.c.slot[phi.Edges[edge]]; ok {
				out[r] = true
			}
		}
	}
	maps.Copy(out, l.always)
	return out
}

// phisOf lists the phis of a block, which stand at its start.
func phisOf(b *ssa.BasicBlock) []*ssa.Phi {
	var phis []*ssa.Phi
	for _, in := range b.Instrs {
		switch in := in.(type) {
		case *ssa.Phi:
			phis = append(phis, in)
		case *ssa.DebugRef:
		default:
			return phis
		}
	}
	return phis
}

// before changes what lives after in to what lives before it.
func (l *liveness) before(in ssa.Instruction, now map[int]bool) {
	switch in.(type) {
	case *ssa.DebugRef, *ssa.Phi: // a phi's value comes with the edge, and so lives at the block's start
		return
	}
	if r, ok := l.result(in); ok {
		delete(now, r)
	}
	for r := range l.operands(in) {
		now[r] = true
	}
}

// kills lists the registers that die at instruction i of b: its operands that nobody reads later,
// and its result if nobody does.
func (l *liveness) kills(b *ssa.BasicBlock, i int) []int {
	now := maps.Clone(l.out[b.Index])
	for j := len(b.Instrs) - 1; j > i; j-- {
		l.before(b.Instrs[j], now)
	}
	ends := maps.Collect(l.operands(b.Instrs[i]))
	if r, ok := l.result(b.Instrs[i]); ok {
		ends[r] = true
	}
	maps.DeleteFunc(ends, func(r int, _ bool) bool { return now[r] })
	return slices.Sorted(maps.Keys(ends))
}

// result is the register that an instruction sets, if there is one.
func (l *liveness) result(in ssa.Instruction) (int, bool) {
	v, ok := in.(ssa.Value)
	if !ok {
		return 0, false
	}
	r, ok := l.c.slot[v]
	return r, ok
}

// operands are the registers that an instruction reads.
func (l *liveness) operands(in ssa.Instruction) iter.Seq2[int, bool] {
	return func(yield func(int, bool) bool) {
		for _, o := range in.Operands(nil) {
			if *o == nil {
				continue
			}
			if r, ok := l.c.slot[*o]; ok && !yield(r, true) {
				return
			}
		}
	}
}
