package engine

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Variable is a name and its value, as text.
type Variable struct{ Name, Value string }

// memory lists what several goroutines can reach, as far as it changes: variables, locks, channels, maps. A
// variable of a model of the library is told as the student knows it, a mutex as free or held.
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

// seen tells whether an object is shown as memory: shared now or before, and made by the student.
func (s *state) seen(id int32) bool {
	site := s.objs[id].site
	if site.global != nil { // anybody can reach it, though nobody may do so any more
		return site.global.Pkg == s.p.Main && !strings.HasPrefix(site.global.Name(), "init$") && s.p.uses(site.global)
	}
	if !s.shared[id] && !s.once[id] {
		return false
	}
	if site.instr == nil {
		return false
	}
	fn := site.instr.Parent()
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return fn.Pkg == s.p.Main
}

// uses tells whether the program refers to a variable of package main beyond giving it its first value. A notebook
// keeps the variables of earlier cells, and a cell that does not use them should not see them.
func (p *Program) uses(g *ssa.Global) bool {
	if p.used == nil {
		p.used = map[*ssa.Global]bool{}
		seen := map[*ssa.Function]bool{}
		var walk func(f *ssa.Function)
		walk = func(f *ssa.Function) {
			if seen[f] {
				return
			}
			seen[f] = true
			for _, b := range f.Blocks {
				for _, instr := range b.Instrs {
					for _, v := range instr.Operands(nil) {
						switch v := (*v).(type) {
						case *ssa.Function:
							walk(v)
						case *ssa.Global:
							p.used[v] = true
						}
					}
				}
			}
		}
		for name, member := range p.Main.Members {
			switch m := member.(type) {
			case *ssa.Function:
				if name == "main" || strings.HasPrefix(name, "init#") {
					walk(m)
				}
			case *ssa.Type: // its methods may be called through an interface
				for _, t := range []types.Type{m.Type(), types.NewPointer(m.Type())} {
					methods := p.SSA.MethodSets.MethodSet(t)
					for i := range methods.Len() {
						if f := p.SSA.MethodValue(methods.At(i)); f != nil {
							walk(f)
						}
					}
				}
			}
		}
	}
	return p.used[g]
}

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
		if f.code.fn == nil || f.code.native() {
			continue
		}
		fn := f.code.fn
		for fn.Parent() != nil {
			fn = fn.Parent()
		}
		if o := fn.Origin(); o != nil {
			fn = o
		}
		if fn.Pkg != s.p.Main {
			continue
		}
		return s.localsOf(f)
	}
	return nil
}

func (s *state) localsOf(f *frame) []Variable {
	pc := min(f.pc, len(f.code.instrs)-1)
	in := f.code.instrs[pc].in
	if in == nil {
		return nil
	}
	here := in.Block()
	values := map[types.Object]ssa.Value{}
	var order []types.Object
	note := func(d *ssa.DebugRef) {
		id, ok := d.Expr.(*ast.Ident)
		if !ok {
			return
		}
		obj, ok := d.Object().(*types.Var)
		if !ok || obj.Name() != id.Name || obj.Name() == "_" {
			return
		}
		if _, known := values[obj]; !known {
			order = append(order, obj)
		}
		values[obj] = d.X
	}
	// What a variable was last seen as on the way here: in the blocks that dominate this one, in order.
	for _, b := range here.Parent().DomPreorder() {
		if b != here && !b.Dominates(here) {
			continue
		}
		for _, other := range b.Instrs {
			if b == here && other == in {
				break
			}
			if d, ok := other.(*ssa.DebugRef); ok {
				note(d)
			}
		}
	}
	// A phi at the start of this block is the newest value of what it stands for.
	for _, other := range here.Instrs {
		if phi, ok := other.(*ssa.Phi); ok && phi.Comment != "" {
			for _, obj := range order {
				if obj.Name() == phi.Comment {
					if _, isPhi := values[obj].(*ssa.Phi); !isPhi || values[obj].(*ssa.Phi).Block() != here {
						values[obj] = phi
					}
				}
			}
		}
	}
	// A variable that others may reach lives in memory, whatever it was last seen as here.
	inMemory := map[token.Pos]*ssa.Alloc{}
	for _, b := range here.Parent().Blocks {
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
		var value Value
		switch x := v.(type) {
		case *ssa.Const:
			value = constantValue(x)
		case *ssa.FreeVar, *ssa.Global, *ssa.Function:
			continue
		default:
			r, ok := f.code.slot[v]
			if !ok || f.regs[r] == nil {
				continue
			}
			value = f.regs[r]
		}
		if _, isAlloc := v.(*ssa.Alloc); isAlloc {
			p, ok := value.(Ptr)
			if !ok || p.Obj == 0 || s.shared[p.Obj] || s.once[p.Obj] || flat(obj.Type()) {
				continue
			}
			value = s.cell(p, 0)
		}
		switch value.(type) {
		case *Closure, Ptr, ChanRef:
			continue
		}
		all = append(all, Variable{obj.Name(), s.show(value)})
	}
	return all
}
