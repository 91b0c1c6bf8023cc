package engine

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"
)

// Variable is a name and its value, as text.
type Variable struct{ Name, Value string }

// memory lists what several goroutines can reach, as far as it changes: variables, locks, channels,
// maps. A variable of a model of the library is told as the student knows it, a mutex as free or
// held.
func (s *state) memory() []Variable {
	var all []Variable
	names := map[string]int{}
	for id, o := range s.objs {
		if id == 0 || !s.seen(int32(id)) {
			continue
		}
		for _, v := range s.variables(int32(id), o) {
			if names[v.Name]++; names[v.Name] > 1 {
				v.Name = fmt.Sprintf("%s (%d)", v.Name, names[v.Name])
			}
			all = append(all, v)
		}
	}
	return all
}

// seen tells whether an object is shown as memory: shared now or before, and made by the student, or by
// a check for what the student's function is given.
func (s *state) seen(id int32) bool {
	site := s.objs[id].site
	if site.global != nil { // anybody can reach it, though nobody may do so any more
		return site.global.Pkg == s.p.Main && !strings.HasPrefix(site.global.Name(), "init$") && s.p.uses(site.global)
	}
	if !s.shared[id] && !s.once[id] {
		return false
	}
	return site.instr != nil && packageOf(site.instr.Parent()) == s.p.Main || s.p.met[site]
}

// meets notes which variables of a scenario of package exercise a goroutine is about to touch in a
// function of the student's; or anywhere, where the student gives no function but a schedule.
func (s *state) meets(id int) {
	t := s.look(id)
	if t.in == nil || t.in.op == nil || s.inScenario(id) && !s.p.check.told.Scheduled {
		return
	}
	met := []Value{t.in.op.access(t).at}
	if native, ok := t.in.op.(*nativeOp); ok {
		met = append(met, native.a(t)...)
	}
	for _, v := range met {
		if p, ok := v.(Ptr); ok && p.Obj != 0 {
			s.p.met[s.objs[p.Obj].site] = true
		}
	}
}

// inScenario tells whether a goroutine is in a scenario of package exercise, and in no function of the
// student's that it has called.
func (s *state) inScenario(id int) bool {
	for _, f := range slices.Backward(s.gs[id].frames) {
		if f.code.fn == nil {
			continue
		}
		switch pkg := packageOf(f.code.fn); {
		case pkg == s.p.Main:
			return false
		case pkg != nil && pkg.Pkg.Path() == exercisePath:
			return true
		}
	}
	return false
}

// isScenarios tells whether a goroutine's next step is one of a scenario itself: none of the functions
// that it is in is the student's, but for main, which has called the check.
func (s *state) isScenarios(id int) bool {
	asked := false
	for _, f := range s.gs[id].frames {
		if f.code.fn == nil || f.code.fn == s.p.Main.Func("main") {
			continue
		}
		switch pkg := packageOf(f.code.fn); {
		case pkg == s.p.Main:
			return false
		case pkg != nil && pkg.Pkg.Path() == exercisePath:
			asked = true
		}
	}
	return asked
}

// preparing tells whether a goroutine's next step is of no interest to who wrote the answer: main waits for the
// others in a scenario, or writes something down.
func (s *state) preparing(id int) bool {
	if id != 0 || !s.p.check.quiet() || !s.isScenarios(id) {
		return false
	}
	t := s.look(id)
	if t.in == nil || t.in.op == nil {
		return false
	}
	op, ok := t.in.op.(*nativeOp)
	return !ok || !strings.HasPrefix(op.name, machinePath) // those tell what the scenario wants to be told
}

// brief leaves out of what is shown beside a step of a check what is free or empty, and begins with what is
// held, where all of it is too long to be read there.
func brief(all []Variable) []Variable {
	const long = 40
	n := 0
	for _, v := range all {
		n += len(v.Name) + len(v.Value) + len("=, ")
	}
	if n-len(", ") <= long {
		return all
	}
	var held, others []Variable
	for _, v := range all {
		switch {
		case strings.HasPrefix(v.Value, "held by "):
			held = append(held, v)
		case v.Value != "free" && v.Value != "nobody waits" && v.Value != "nil":
			others = append(others, v)
		}
	}
	return append(held, others...)
}

// packageOf is the package in whose text a function stands, be it a literal or made for the types
// of a generic one; nil for one that package ssa has made.
func packageOf(fn *ssa.Function) *ssa.Package {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return fn.Pkg
}

// uses tells whether the program refers to a variable of package main beyond giving it its first
// value. A notebook keeps the variables of earlier cells, and a cell that does not use them should
// not see them.
func (p *Program) uses(g *ssa.Global) bool {
	if p.used == nil {
		p.used = p.usedGlobals()
	}
	return p.used[g]
}

// usedGlobals finds the variables that main, init functions and methods, which may be called
// through an interface, refer to, and what these call.
func (p *Program) usedGlobals() map[*ssa.Global]bool {
	var todo []*ssa.Function
	for name, member := range p.Main.Members {
		switch m := member.(type) {
		case *ssa.Function:
			if name == "main" || strings.HasPrefix(name, "init#") {
				todo = append(todo, m)
			}
		case *ssa.Type:
			for _, t := range []types.Type{m.Type(), types.NewPointer(m.Type())} {
				methods := p.SSA.MethodSets.MethodSet(t)
				for i := range methods.Len() {
					if f := p.SSA.MethodValue(methods.At(i)); f != nil {
						todo = append(todo, f)
					}
				}
			}
		}
	}
	used, seen := map[*ssa.Global]bool{}, map[*ssa.Function]bool{}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[f] {
			continue
		}
		seen[f] = true
		for v := range operandsIn(f) {
			switch v := v.(type) {
			case *ssa.Function:
				todo = append(todo, v)
			case *ssa.Global:
				used[v] = true
			}
		}
	}
	return used
}

// operandsIn are the values that a function's instructions take.
func operandsIn(f *ssa.Function) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				for _, v := range in.Operands(nil) {
					if !yield(*v) {
						return
					}
				}
			}
		}
	}
}

// variables is what an object is shown as.
func (s *state) variables(id int32, o *object) []Variable {
	at := Ptr{Obj: id}
	switch {
	case o.ch != nil:
		return []Variable{{s.chanName(ChanRef{id}), s.channel(o.ch)}}
	case o.m != nil:
		return []Variable{{s.name(at), s.show(MapRef{id})}}
	}
	if t, ok := o.site.typ.Underlying().(*types.Slice); ok && o.site.elements() {
		size := int32(max(1, cells(t.Elem())))
		if n := int32(len(o.cells)) / size; namedPackage(t.Elem()) == "sync" && n <= 8 {
			var all []Variable
			for i := range n {
				all = append(all, s.leaves(Ptr{id, i * size}, t.Elem())...)
			}
			return all
		}
		if !o.site.anyChange() {
			return nil
		}
		return []Variable{{s.holder(id, elemName(t.Elem())+"s"), s.show(Slice{Obj: id, Len: int32(len(o.cells)) / size})}}
	}
	return s.leaves(at, o.site.typ)
}

func (s *site) anyChange() bool { return len(s.changes) > 0 }

// leaves lists the cells of a variable of type t that change.
func (s *state) leaves(at Ptr, t types.Type) []Variable {
	site := s.objs[at.Obj].site
	switch namedPackage(t) {
	case "sync":
		name := types.Unalias(t).(*types.Named).Obj().Name()
		if text := s.lock(name, at); text != "" {
			return []Variable{{s.name(at), text}}
		}
		return nil
	case "sync/atomic":
		return []Variable{{s.name(at), s.show(s.cell(at, 0))}}
	case "time":
		if !site.changing(at.Off) {
			return nil
		}
		switch types.Unalias(t).(*types.Named).Obj().Name() {
		case "Time":
			return []Variable{{s.name(at), s.time(at)}}
		case "Duration":
			return []Variable{{s.name(at), time.Duration(mustInt(s.cell(at, 0))).String()}}
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		var all []Variable
		off := at.Off
		for i := range u.NumFields() {
			all = append(all, s.leaves(Ptr{at.Obj, off}, u.Field(i).Type())...)
			off += int32(cells(u.Field(i).Type()))
		}
		return all
	case *types.Array:
		if _, isStruct := u.Elem().Underlying().(*types.Struct); isStruct && u.Len() <= 8 {
			var all []Variable
			for i := range int32(u.Len()) {
				all = append(all, s.leaves(Ptr{at.Obj, at.Off + i*int32(cells(u.Elem()))}, u.Elem())...)
			}
			return all
		}
		if !site.anyChange() {
			return nil
		}
		n := int32(cells(t))
		name, text := s.name(at), s.show(Tuple(s.objs[at.Obj].cells[at.Off:at.Off+n]))
		if i := strings.LastIndex(name, "[0]"); i > 0 { // what is shown is the whole of it
			name = name[:i]
		}
		return []Variable{{name, "[" + text[1:len(text)-1] + "]"}}
	}
	if !site.changing(at.Off) {
		return nil
	}
	return []Variable{{s.name(at), s.show(s.cell(at, 0))}}
}

// time is a time, as what has passed since the program began.
func (s *state) time(at Ptr) string {
	sec, nsec := mustInt(s.cell(at, 0)), mustInt(s.cell(at, 1))
	if sec == 0 && nsec == 0 {
		return "no time"
	}
	beginning := s.p.SSA.ImportedPackage("time").Const("beginning").Value.Int64()
	return (time.Duration(sec-beginning)*time.Second + time.Duration(nsec)).String()
}

// lock is how a lock, WaitGroup or condition stands; "" for what is not shown.
func (s *state) lock(name string, at Ptr) string {
	who := func(v Value) string {
		if g, ok := v.(GRef); ok && int(g) < len(s.gs) {
			return "held by " + s.gs[g].name
		}
		return "held"
	}
	switch name {
	case "Mutex":
		if count(s.cell(at, mutexHeld)) == 0 {
			return "free"
		}
		return who(s.cell(at, mutexOwner))
	case "RWMutex":
		n := count(s.cell(at, rwReaders))
		waits := ""
		if g, ok := s.cell(at, rwWaiting).(GRef); ok {
			waits = ", " + s.gs[g].name + " waits to write"
		}
		switch {
		case count(s.cell(at, rwWriter)) != 0:
			return who(s.cell(at, rwOwner))
		case n == 1:
			return "1 reader" + waits
		case n > 1:
			return fmt.Sprintf("%d readers", n) + waits
		}
		return "free"
	case "WaitGroup":
		return fmt.Sprint(count(s.cell(at, 0)))
	case "Cond":
		var names []string
		for _, id := range s.asleep(at) {
			names = append(names, s.gs[id].name)
		}
		if len(names) == 0 {
			return "nobody waits"
		}
		return strings.Join(names, ", ") + " waiting"
	}
	return ""
}

// channel is what a channel holds.
func (s *state) channel(ch *chanObject) string {
	text := "empty"
	if len(ch.buffer) > 0 {
		var parts []string
		for _, v := range ch.buffer {
			parts = append(parts, s.show(v))
		}
		text = strings.Join(parts, ", ")
		if ch.capacity > len(ch.buffer) {
			text += fmt.Sprintf(" (room for %d)", ch.capacity-len(ch.buffer))
		}
	} else if ch.capacity == 0 {
		text = "no buffer"
	}
	if ch.closed {
		text += ", closed"
	}
	return text
}

// locals lists the variables of the function in which a goroutine stands that it alone can reach.
func (s *state) locals(id int) []Variable {
	g := s.gs[id]
	for i := len(g.frames) - 1; i >= 0; i-- {
		f := g.frames[i]
		if f.code.fn != nil && !f.code.native() && packageOf(f.code.fn) == s.p.Main {
			return s.localsOf(f)
		}
	}
	return nil
}

func (s *state) localsOf(f *frame) []Variable {
	pc := min(f.pc, len(f.code.instrs)-1)
	in := f.code.instrs[pc].in
	if in == nil {
		return nil
	}
	order, values := lastSeen(in)
	// A variable that others may reach lives in memory, whatever it was last seen as here.
	inMemory := map[token.Pos]*ssa.Alloc{}
	for _, b := range in.Block().Parent().Blocks {
		for _, other := range b.Instrs {
			if a, ok := other.(*ssa.Alloc); ok {
				inMemory[a.Pos()] = a
			}
		}
	}
	var all []Variable
	for _, obj := range order {
		v := values[obj]
		if a := inMemory[obj.Pos()]; a != nil {
			v = a
		}
		if value, ok := s.localValue(f, obj, v); ok {
			all = append(all, Variable{obj.Name(), s.show(value)})
		}
	}
	return all
}

// localValue is the value of a variable that stands for v in a frame, if it is to be shown: it has
// one, nobody else can reach it, and it can be told in a word.
func (s *state) localValue(f *frame, obj types.Object, v ssa.Value) (value Value, ok bool) {
	switch v := v.(type) {
	case *ssa.Const:
		value = constantValue(v)
	case *ssa.FreeVar, *ssa.Global, *ssa.Function:
		return nil, false
	default:
		r, ok := f.code.slot[v]
		if !ok || f.regs[r] == nil {
			return nil, false
		}
		value = f.regs[r]
	}
	if _, isAlloc := v.(*ssa.Alloc); isAlloc {
		p, ok := value.(Ptr)
		if !ok || p.Obj == 0 || s.shared[p.Obj] || s.once[p.Obj] || flat(obj.Type()) {
			return nil, false
		}
		value = s.cell(p, 0)
	}
	switch value.(type) {
	case *Closure, Ptr, ChanRef:
		return nil, false
	}
	return value, true
}

// lastSeen finds the variables that the program has named on the way to an instruction, in order,
// and what each was last seen as: in the blocks that dominate the instruction's, and in that before
// the instruction.
func lastSeen(in ssa.Instruction) (order []types.Object, values map[types.Object]ssa.Value) {
	here := in.Block()
	values = map[types.Object]ssa.Value{}
	for _, b := range here.Parent().DomPreorder() {
		if b != here && !b.Dominates(here) {
			continue
		}
		for _, other := range b.Instrs {
			if b == here && other == in {
				break
			}
			obj, v := naming(other)
			if obj == nil {
				continue
			}
			if _, known := values[obj]; !known {
				order = append(order, obj)
			}
			values[obj] = v
		}
	}
	// A phi at the start of this block is the newest value of what it stands for, unless another
	// one is.
	for _, phi := range phisOf(here) {
		for _, obj := range order {
			if obj.Name() != phi.Comment {
				continue
			}
			if known, isPhi := values[obj].(*ssa.Phi); !isPhi || known.Block() != here {
				values[obj] = phi
			}
		}
	}
	return order, values
}

// naming is the variable that stands in the program where an instruction notes so, and its value
// there.
func naming(in ssa.Instruction) (types.Object, ssa.Value) {
	d, ok := in.(*ssa.DebugRef)
	if !ok {
		return nil, nil
	}
	id, ok := d.Expr.(*ast.Ident)
	if !ok {
		return nil, nil
	}
	obj, ok := d.Object().(*types.Var)
	if !ok || obj.Name() != id.Name || obj.Name() == "_" {
		return nil, nil
	}
	return obj, d.X
}
