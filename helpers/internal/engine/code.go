package engine

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// code is a function made ready to run: a flat list of instructions over numbered registers.
type code struct {
	fn      *ssa.Function // nil where the machine made it
	id      int
	name    string
	params  int
	regs    int
	instrs  []instr
	entry   int   // of the first instruction
	rescue  int   // where a recovered panic goes on; -1: zero results
	rescues []int // registers that live there, and so everywhere
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
	kind byte // 'r' register, 'f' free variable, 'c' constant
	n    int
	v    Value
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
	from   []operand
	to     []int
	kills  []int
}

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
	c.id = len(p.codeList)
	p.codeList = append(p.codeList, c)
	p.codes[fn] = c
	return c
}

func (p *Program) compile(fn *ssa.Function) *code {
	c := &code{fn: fn, name: fn.String(), params: len(fn.Params), rescue: -1, slot: map[ssa.Value]int{}}
	p.codes[fn] = c // for a function that names itself
	for _, r := range fn.Params {
		c.slot[r] = c.regs
		c.regs++
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok && worthRegister(v) {
				c.slot[v] = c.regs
				c.regs++
			}
		}
	}
	results := fn.Signature.Results()
	for i := range results.Len() {
		c.zero = append(c.zero, zero(results.At(i).Type()))
	}
	if len(fn.Blocks) == 0 {
		panic(refusal{fn.Pos(), fmt.Sprintf("explore does not know the function %s", fn)})
	}
	c.hooked = hook.In(fn)
	live := livenessOf(fn, c)
	if fn.Recover != nil {
		for r := range live.in[fn.Recover.Index] {
			c.rescues = append(c.rescues, r)
		}
	}
	starts := make([]int, len(fn.Blocks))
	edges := make([][]*branch, len(fn.Blocks))
	for _, b := range fn.Blocks {
		starts[b.Index] = len(c.instrs)
		for _, s := range b.Succs {
			edges[b.Index] = append(edges[b.Index], p.edgeOf(c, live, b, s))
		}
		for i, in := range b.Instrs {
			switch in.(type) {
			case *ssa.Phi, *ssa.DebugRef:
				continue
			}
			ins := instr{in: in, dst: -1, kills: live.kills(b, i)}
			if v, ok := in.(ssa.Value); ok {
				if r, ok := c.slot[v]; ok {
					ins.dst = r
				}
			}
			p.translate(c, &ins, in, edges[b.Index])
			ins.mark(in)
			c.instrs = append(c.instrs, ins)
		}
	}
	for _, es := range edges {
		for _, e := range es {
			e.pc = starts[e.target]
		}
	}
	c.entry = starts[0]
	for r := range c.params {
		if !live.in[0][r] {
			c.unread = append(c.unread, r)
		}
	}
	if fn.Recover != nil {
		c.rescue = starts[fn.Recover.Index]
	}
	return c
}

func worthRegister(v ssa.Value) bool {
	t, ok := v.Type().(*types.Tuple)
	return !ok || t.Len() > 0
}

func (p *Program) edgeOf(c *code, live *liveness, from, to *ssa.BasicBlock) *branch {
	e := &branch{target: to.Index}
	index := 0
	for i, pred := range to.Preds {
		if pred == from {
			index = i
		}
	}
	dead := map[int]bool{}
	for r := range live.out[from.Index] {
		if !live.in[to.Index][r] {
			dead[r] = true
		}
	}
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			if _, ok := in.(*ssa.DebugRef); ok {
				continue
			}
			break
		}
		r := c.slot[phi]
		if !live.in[to.Index][r] && !live.phiUsed[r] {
			continue
		}
		e.to = append(e.to, r)
		e.from = append(e.from, p.operand(c, phi.Edges[index]))
		delete(dead, r)
	}
	for r := range dead {
		e.kills = append(e.kills, r)
	}
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
	pos  token.Pos
	what string
}

// liveness tells which registers are read later.
type liveness struct {
	c       *code
	in, out []map[int]bool
	phiUsed map[int]bool
	always  map[int]bool
}

func livenessOf(fn *ssa.Function, c *code) *liveness {
	l := &liveness{c: c, in: make([]map[int]bool, len(fn.Blocks)), out: make([]map[int]bool, len(fn.Blocks)), phiUsed: map[int]bool{}, always: map[int]bool{}}
	for i := range fn.Blocks {
		l.in[i], l.out[i] = map[int]bool{}, map[int]bool{}
	}
	for changed := true; changed; {
		changed = false
		for i := len(fn.Blocks) - 1; i >= 0; i-- {
			b := fn.Blocks[i]
			out := map[int]bool{}
			for _, s := range b.Succs {
				for r := range l.in[s.Index] {
					out[r] = true
				}
				index := 0
				for i, pred := range s.Preds {
					if pred == b {
						index = i
					}
				}
				for _, in := range s.Instrs {
					if phi, ok := in.(*ssa.Phi); ok {
						delete(out, c.slot[phi])
					}
				}
				for _, in := range s.Instrs {
					if phi, ok := in.(*ssa.Phi); ok {
						if r, ok := c.slot[phi.Edges[index]]; ok {
							out[r] = true
						}
					}
				}
			}
			for r := range l.always {
				out[r] = true
			}
			now := map[int]bool{}
			for r := range out {
				now[r] = true
			}
			for i := len(b.Instrs) - 1; i >= 0; i-- {
				l.before(b.Instrs[i], now)
			}
			for r := range l.always {
				now[r] = true
			}
			if len(now) != len(l.in[b.Index]) || len(out) != len(l.out[b.Index]) {
				changed = true
			}
			l.in[b.Index], l.out[b.Index] = now, out
		}
		if fn.Recover != nil {
			for r := range l.in[fn.Recover.Index] {
				if !l.always[r] {
					l.always[r] = true
					changed = true
				}
			}
		}
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if phi, ok := in.(*ssa.Phi); ok {
				if refs := phi.Referrers(); refs != nil {
					for _, ref := range *refs {
						if _, ok := ref.(*ssa.DebugRef); !ok {
							l.phiUsed[c.slot[phi]] = true
						}
					}
				}
			}
		}
	}
	return l
}

// before changes what lives after in to what lives before it.
func (l *liveness) before(in ssa.Instruction, now map[int]bool) {
	if v, ok := in.(ssa.Value); ok {
		if r, ok := l.c.slot[v]; ok {
			if _, phi := in.(*ssa.Phi); !phi {
				delete(now, r)
			} else {
				// A phi's value comes with the edge, and so lives at the block's start.
				return
			}
		}
	}
	switch in.(type) {
	case *ssa.DebugRef, *ssa.Phi:
		return
	}
	for _, o := range in.Operands(nil) {
		if *o == nil {
			continue
		}
		if r, ok := l.c.slot[*o]; ok {
			now[r] = true
		}
	}
}

// kills lists the registers that die at instruction i of b: its operands that nobody reads later, and its
// result if nobody does.
func (l *liveness) kills(b *ssa.BasicBlock, i int) []int {
	now := map[int]bool{}
	for r := range l.out[b.Index] {
		now[r] = true
	}
	for j := len(b.Instrs) - 1; j > i; j-- {
		l.before(b.Instrs[j], now)
	}
	var dead []int
	in := b.Instrs[i]
	seen := map[int]bool{}
	for _, o := range in.Operands(nil) {
		if *o == nil {
			continue
		}
		if r, ok := l.c.slot[*o]; ok && !now[r] && !seen[r] {
			seen[r] = true
			dead = append(dead, r)
		}
	}
	if v, ok := in.(ssa.Value); ok {
		if r, ok := l.c.slot[v]; ok && !now[r] && !seen[r] {
			dead = append(dead, r)
		}
	}
	return dead
}
