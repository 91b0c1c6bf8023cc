package engine

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"unicode/utf8"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// translate fills in how an instruction runs. What it gives an instruction must not hold ins, which
// is copied once it is filled in; while an instruction runs it is t.in.
func (p *Program) translate(c *code, ins *instr, in ssa.Instruction, edges []*branch) {
	get := func(v ssa.Value) operand { return p.operand(c, v) }
	switch in := in.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.MakeClosure, *ssa.MakeInterface:
		p.translateMake(ins, in, get)
	case *ssa.Store:
		translateStore(ins, in, get)
	case *ssa.FieldAddr, *ssa.Field, *ssa.IndexAddr, *ssa.Index, *ssa.Extract:
		translatePart(ins, in, get)
	case *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.MultiConvert, *ssa.SliceToArrayPointer:
		p.translateConversion(ins, in, get)
	case *ssa.BinOp:
		x, y, op, typ := get(in.X), get(in.Y), in.Op, in.X.Type()
		ins.run = func(t *thread) { t.set(t.in, t.binary(op, x.get(t.f), y.get(t.f), typ)) }
	case *ssa.UnOp:
		translateUnary(ins, in, get)
	case *ssa.Slice:
		p.translateSlice(ins, in, get)
	case *ssa.TypeAssert:
		p.translateAssert(ins, in, get)
	case *ssa.Lookup:
		p.translateLookup(ins, in, get)
	case *ssa.MapUpdate:
		translateMapUpdate(ins, in, get)
	case *ssa.Range:
		translateRange(ins, in, get)
	case *ssa.Next:
		p.translateNext(c, ins, in)
	case *ssa.Jump, *ssa.If, *ssa.Return, *ssa.RunDefers, *ssa.Panic:
		p.translateJump(ins, in, edges, get)
	case *ssa.Send:
		ch, v := get(in.Chan), get(in.X)
		ins.op = &sendOp{ch: ch, v: v}
		ins.run = func(t *thread) { t.send(t.in, ch.get(t.f).(ChanRef), v.get(t.f)) }
	case *ssa.Select:
		p.translateSelect(ins, in, get)
	case *ssa.Go:
		p.translateCall(ins, &in.Call, get, 'g')
	case *ssa.Defer:
		p.translateCall(ins, &in.Call, get, 'd')
	case *ssa.Call:
		p.translateCall(ins, &in.Call, get, 'c')
		p.asksTime = p.asksTime || hook.Own(c.fn) && tellsTime(&in.Call)
	default:
		panic(refusal{pos: in.Pos(), what: fmt.Sprintf("explore does not take %T", in)})
	}
}

// getter tells where a value is found in the code that is translated.
type getter = func(ssa.Value) operand

func operandsOf(values []ssa.Value, get getter) []operand {
	all := make([]operand, len(values))
	for i, v := range values {
		all[i] = get(v)
	}
	return all
}

// translateMake is for what makes something new.
func (p *Program) translateMake(ins *instr, in ssa.Instruction, get getter) {
	switch in := in.(type) {
	case *ssa.Alloc:
		typ := in.Type().Underlying().(*types.Pointer).Elem()
		site := p.siteOf(in, in.Comment, typ)
		if array, ok := typ.Underlying().(*types.Array); ok && array.Len() > mostCells {
			panic(refusal{pos: in.Pos(), excess: true, what: fmt.Sprintf("an array or a slice of more than %s values: make it smaller",
				grouped(mostCells))})
		}
		initial := appendZero(nil, typ)
		ins.run = func(t *thread) {
			t.set(t.in, Ptr{Obj: t.s.alloc(&object{site: site, cells: slices.Clone(initial)})})
		}
	case *ssa.MakeMap:
		site := p.siteOf(in, "map", in.Type())
		ins.run = func(t *thread) {
			t.set(t.in, MapRef{t.s.alloc(&object{site: site, m: &mapObject{}})})
		}
	case *ssa.MakeChan:
		site, size := p.siteOf(in, "channel", in.Type()), get(in.Size)
		ins.run = func(t *thread) {
			n := mustInt(size.get(t.f))
			if n < 0 || n > maxBuffer {
				panic(goPanic{t.s.p.plainError("makechan: size out of range")})
			}
			t.set(t.in, ChanRef{t.s.alloc(&object{site: site, ch: &chanObject{capacity: int(n)}})})
		}
	case *ssa.MakeSlice:
		elem := elemOf(in.Type())
		site, length, capacity := p.siteOf(in, "", in.Type()), get(in.Len), get(in.Cap)
		ins.run = func(t *thread) {
			n, m := mustInt(length.get(t.f)), mustInt(capacity.get(t.f))
			if n < 0 || n > maxCells {
				t.throw("makeslice: len out of range")
			}
			if m < n || m > maxCells {
				t.throw("makeslice: cap out of range")
			}
			t.set(t.in, t.s.makeSlice(site, elem, int(n), int(m)))
		}
	case *ssa.MakeClosure:
		fn, free := in.Fn.(*ssa.Function), operandsOf(in.Bindings, get)
		ins.run = func(t *thread) { t.set(t.in, &Closure{fn, valuesOf(t.f, free)}) }
	case *ssa.MakeInterface:
		x, typ := get(in.X), p.canonical(in.X.Type())
		ins.run = func(t *thread) { t.set(t.in, Iface{typ, x.get(t.f)}) }
	}
}

// maxBuffer is how many values a channel may have room for, as no program means to have more. Room
// takes no memory.
const maxBuffer = 1 << 30

func translateStore(ins *instr, in *ssa.Store, get getter) {
	at, v := get(in.Addr), get(in.Val)
	ins.op = &memoryOp{at: at, n: int32(cells(in.Val.Type())), write: true, value: &v}
	leads := refersType(in.Val.Type()) // so that others may reach more than before
	ins.run = func(t *thread) {
		to := at.get(t.f).(Ptr)
		t.check(to)
		t.write(to, v.get(t.f))
		t.next(t.in)
		if leads && t.s.shared[to.Obj] {
			t.s.share()
		}
	}
}

func translateUnary(ins *instr, in *ssa.UnOp, get getter) {
	x := get(in.X)
	switch op, typ := in.Op, in.Type(); op {
	case token.MUL:
		if !hook.Counted(in) {
			off, n := needed(in)
			ins.op = &memoryOp{at: x, off: int32(off), n: int32(n)}
		}
		ins.run = func(t *thread) {
			at := x.get(t.f).(Ptr)
			t.check(at)
			t.set(t.in, t.read(at, typ))
		}
	case token.ARROW:
		ins.op = &receiveOp{ch: x, commaOk: in.CommaOk}
		commaOk, elem := in.CommaOk, in.X.Type().Underlying().(*types.Chan).Elem()
		ins.run = func(t *thread) { t.receive(t.in, x.get(t.f).(ChanRef), elem, commaOk) }
	default:
		ins.run = func(t *thread) { t.set(t.in, unary(op, x.get(t.f), typ)) }
	}
}

// needed is the cells that a load is for: those of one field, where package ssa loads a whole struct for it,
// as for a method of an embedded pointer.
func needed(in *ssa.UnOp) (off, n int) {
	v := ssa.Value(in)
	for {
		st, ok := v.Type().Underlying().(*types.Struct)
		if !ok {
			return off, cells(v.Type())
		}
		var only *ssa.Field
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.DebugRef:
			case *ssa.Field:
				if only != nil {
					return off, cells(v.Type())
				}
				only = r
			default:
				return off, cells(v.Type())
			}
		}
		if only == nil {
			return off, cells(v.Type())
		}
		off += fieldOffset(st, only.Field)
		v = only
	}
}

// translatePart is for what takes a part out of a value, or points to one.
func translatePart(ins *instr, in ssa.Instruction, get getter) {
	switch in := in.(type) {
	case *ssa.FieldAddr:
		x := get(in.X)
		st := in.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		off := int32(fieldOffset(st, in.Field))
		ins.run = func(t *thread) {
			at := x.get(t.f).(Ptr)
			t.check(at)
			t.set(t.in, Ptr{at.Obj, at.Off + off})
		}
	case *ssa.Field:
		x := get(in.X)
		st := in.X.Type().Underlying().(*types.Struct)
		off, n, whole := fieldOffset(st, in.Field), cells(in.Type()), flat(in.Type())
		ins.run = func(t *thread) { t.set(t.in, part(x.get(t.f).(Tuple), off, n, whole)) }
	case *ssa.Extract:
		x := get(in.Tuple)
		tuple := in.Tuple.Type().(*types.Tuple)
		off, n, whole := tupleOffset(tuple, in.Index), cells(in.Type()), flat(in.Type())
		ins.run = func(t *thread) { t.set(t.in, part(x.get(t.f).(Tuple), off, n, whole)) }
	case *ssa.IndexAddr:
		x, index := get(in.X), get(in.Index)
		switch xt := in.X.Type().Underlying().(type) {
		case *types.Slice:
			size := int32(cells(xt.Elem()))
			ins.run = func(t *thread) {
				s := x.get(t.f).(Slice)
				i := t.index(index, int64(s.Len))
				t.set(t.in, Ptr{s.Obj, s.Off + int32(i)*size})
			}
		case *types.Pointer:
			array := xt.Elem().Underlying().(*types.Array)
			size, length := int32(cells(array.Elem())), array.Len()
			ins.run = func(t *thread) {
				at := x.get(t.f).(Ptr)
				t.check(at)
				i := t.index(index, length)
				t.set(t.in, Ptr{at.Obj, at.Off + int32(i)*size})
			}
		}
	case *ssa.Index:
		x, index := get(in.X), get(in.Index)
		if array, ok := in.X.Type().Underlying().(*types.Array); ok {
			n, whole, length := cells(array.Elem()), flat(array.Elem()), array.Len()
			ins.run = func(t *thread) {
				i := t.index(index, length)
				t.set(t.in, part(x.get(t.f).(Tuple), int(i)*n, n, whole))
			}
			return
		}
		translateByte(ins, x, index)
	}
}

// translateByte takes a byte out of a string.
func translateByte(ins *instr, x, index operand) {
	ins.run = func(t *thread) {
		s := x.get(t.f).(string)
		t.set(t.in, s[t.index(index, int64(len(s)))])
	}
}

// index is the value of an index, which must be within the length.
func (t *thread) index(index operand, length int64) int64 {
	i := mustInt(index.get(t.f))
	if i < 0 {
		t.throw("index out of range [%d]", i)
	}
	if i >= length {
		t.throw("index out of range [%d] with length %d", i, length)
	}
	return i
}

// translateConversion is for what changes a value's type.
func (p *Program) translateConversion(ins *instr, in ssa.Instruction, get getter) {
	switch in := in.(type) {
	case *ssa.ChangeInterface:
		x := get(in.X)
		ins.run = func(t *thread) { t.set(t.in, x.get(t.f)) }
	case *ssa.ChangeType:
		x := get(in.X)
		ins.run = func(t *thread) { t.set(t.in, x.get(t.f)) }
	case *ssa.Convert:
		p.convert(ins, in, in.X, get)
	case *ssa.MultiConvert:
		p.convert(ins, in, in.X, get)
	case *ssa.SliceToArrayPointer:
		x := get(in.X)
		length := in.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
		ins.run = func(t *thread) {
			s := x.get(t.f).(Slice)
			if int64(s.Len) < length {
				t.throw("cannot convert slice with length %d to array or pointer to array with length %d", s.Len, length)
			}
			t.set(t.in, Ptr{s.Obj, s.Off})
		}
	}
}

func (p *Program) convert(ins *instr, in ssa.Value, v ssa.Value, get getter) {
	x, from, to := get(v), v.Type(), in.Type()
	site := p.siteOf(in, "", to)
	ins.run = func(t *thread) { t.set(t.in, t.convert(site, x.get(t.f), from, to)) }
}

func translateMapUpdate(ins *instr, in *ssa.MapUpdate, get getter) {
	m, k, v := get(in.Map), get(in.Key), get(in.Value)
	ins.op = &mapOp{m: m, write: true, what: "writes"}
	ins.run = func(t *thread) {
		ref := m.get(t.f).(MapRef)
		if ref.Obj == 0 {
			panic(goPanic{t.s.p.plainError("assignment to entry in nil map")})
		}
		key, value := k.get(t.f), v.get(t.f)
		t.mustHash(key)
		o := t.s.writable(ref.Obj).m
		if i := o.find(key); i >= 0 {
			o.vals[i] = value
		} else {
			o.keys, o.vals = append(o.keys, key), append(o.vals, value)
		}
		t.next(t.in)
		if t.s.shared[ref.Obj] && (refers(key) || refers(value)) {
			t.s.share()
		}
	}
}

func translateRange(ins *instr, in *ssa.Range, get getter) {
	x := get(in.X)
	if _, ok := in.X.Type().Underlying().(*types.Map); !ok {
		ins.run = func(t *thread) { t.set(t.in, &stringIter{s: x.get(t.f).(string)}) }
		return
	}
	ins.op = &mapOp{m: x, what: "ranges over"}
	ins.run = func(t *thread) {
		m := x.get(t.f).(MapRef)
		var keys []Value
		if m.Obj != 0 {
			keys = slices.Clone(t.s.objs[m.Obj].m.keys)
		}
		t.set(t.in, &mapIter{m, keys})
	}
}

// translateJump is for what ends a block, and for the deferred calls before a return.
func (p *Program) translateJump(ins *instr, in ssa.Instruction, edges []*branch, get getter) {
	switch in := in.(type) {
	case *ssa.Jump:
		e := edges[0]
		ins.run = func(t *thread) { e.take(t) }
	case *ssa.If:
		cond := get(in.Cond)
		yes, no := edges[0], edges[1]
		ins.run = func(t *thread) {
			e := no
			if cond.get(t.f).(bool) {
				e = yes
			}
			for _, r := range t.in.kills {
				t.f.regs[r] = nil
			}
			e.take(t)
		}
	case *ssa.Return:
		results := operandsOf(in.Results, get)
		ins.run = func(t *thread) { t.finish(valuesOf(t.f, results)) }
	case *ssa.RunDefers:
		ins.run = func(t *thread) {
			if !t.callDeferred() {
				t.next(t.in)
			}
		}
	case *ssa.Panic:
		x := get(in.X)
		ins.run = func(t *thread) {
			v := x.get(t.f).(Iface)
			if v.T == nil {
				v = t.errorObject("PanicNilError").(Iface)
			}
			panic(goPanic{v})
		}
	}
}

// maxCells is how many cells a slice may have: some hundred megabytes.
const maxCells = 10_000_000

// makeSlice makes a slice of n zero elements with room for m.
func (s *state) makeSlice(site *site, elem types.Type, n, m int) Slice {
	var all []Value
	if flat(elem) {
		for range m {
			all = appendZero(all, elem)
		}
	} else {
		all = make([]Value, m)
		z := zero(elem)
		for i := range all {
			all[i] = z
		}
	}
	return Slice{Obj: s.alloc(&object{site: site, cells: all}), Len: int32(n), Cap: int32(m)}
}

// part takes n cells out of a tuple, as a tuple (whole) or as the one cell.
func part(t Tuple, off, n int, whole bool) Value {
	if whole {
		return t[off : off+n : off+n]
	}
	return t[off]
}

// check panics as Go does where p is nil.
func (t *thread) check(p Ptr) {
	if p.Obj == 0 {
		t.nilDereference()
	}
}

// mustHash panics as Go does where a key has no ==.
func (t *thread) mustHash(key Value) {
	if !hashable(key) {
		name := "value"
		if i, ok := key.(Iface); ok {
			name = typeName(i.T)
		}
		t.throw("hash of unhashable type %s", name)
	}
}

// find is the place of a key, -1 where it is not there.
func (m *mapObject) find(key Value) int {
	for i, k := range m.keys {
		if same, _ := equal(k, key); same {
			return i
		}
	}
	return -1
}

func (p *Program) translateLookup(ins *instr, in *ssa.Lookup, get getter) {
	x, index := get(in.X), get(in.Index)
	if _, ok := in.X.Type().Underlying().(*types.Map); !ok {
		translateByte(ins, x, index)
		return
	}
	elem := in.X.Type().Underlying().(*types.Map).Elem()
	missing, commaOk := zero(elem), in.CommaOk
	ins.op = &mapOp{m: x, what: "reads"}
	ins.run = func(t *thread) {
		m, key := x.get(t.f).(MapRef), index.get(t.f)
		t.mustHash(key)
		v, found := missing, false
		if m.Obj != 0 {
			o := t.s.objs[m.Obj].m
			if i := o.find(key); i >= 0 {
				v, found = o.vals[i], true
			}
		}
		if commaOk {
			v = tupleOf(v, found)
		}
		t.set(t.in, v)
	}
}

// tupleOf flattens values into one tuple.
func tupleOf(values ...Value) Tuple {
	var all Tuple
	for _, v := range values {
		if t, ok := v.(Tuple); ok {
			all = append(all, t...)
		} else {
			all = append(all, v)
		}
	}
	return all
}

func (p *Program) translateSlice(ins *instr, in *ssa.Slice, get getter) {
	x := get(in.X)
	bound := func(v ssa.Value) func(t *thread, otherwise int64) int64 {
		if v == nil {
			return func(_ *thread, otherwise int64) int64 { return otherwise }
		}
		o := get(v)
		return func(t *thread, _ int64) int64 { return mustInt(o.get(t.f)) }
	}
	low, high, most := bound(in.Low), bound(in.High), bound(in.Max)
	three := in.Max != nil
	switch xt := in.X.Type().Underlying().(type) {
	case *types.Slice:
		size := int32(cells(xt.Elem()))
		ins.run = func(t *thread) {
			s := x.get(t.f).(Slice)
			l, h, m := low(t, 0), high(t, int64(s.Len)), most(t, int64(s.Cap))
			t.checkBounds(l, h, m, int64(s.Cap), "capacity", three)
			r := Slice{s.Obj, s.Off + int32(l)*size, int32(h - l), int32(m - l)}
			t.set(t.in, r)
		}
	case *types.Pointer:
		array := xt.Elem().Underlying().(*types.Array)
		size, n := int32(cells(array.Elem())), array.Len()
		ins.run = func(t *thread) {
			at := x.get(t.f).(Ptr)
			t.check(at)
			l, h, m := low(t, 0), high(t, n), most(t, n)
			t.checkBounds(l, h, m, n, "length", three)
			t.set(t.in, Slice{at.Obj, at.Off + int32(l)*size, int32(h - l), int32(m - l)})
		}
	default:
		ins.run = func(t *thread) {
			s := x.get(t.f).(string)
			l, h := low(t, 0), high(t, int64(len(s)))
			t.checkBounds(l, h, int64(len(s)), int64(len(s)), "length", false)
			t.set(t.in, s[l:h])
		}
	}
}

// checkBounds panics as Go does where x[l:h:m] (three) or x[l:h] is not within the limit, a length
// or capacity.
func (t *thread) checkBounds(l, h, m, limit int64, kind string, three bool) {
	switch {
	case three && (m < 0 || m > limit):
		t.throw("slice bounds out of range [::%d] with %s %d", m, kind, limit)
	case three && (h < 0 || h > m):
		t.throw("slice bounds out of range [:%d:%d]", h, m)
	case three && (l < 0 || l > h):
		t.throw("slice bounds out of range [%d:%d:]", l, h)
	case h < 0:
		t.throw("slice bounds out of range [:%d]", h)
	case h > limit:
		t.throw("slice bounds out of range [:%d] with %s %d", h, kind, limit)
	case l < 0:
		t.throw("slice bounds out of range [%d:]", l)
	case l > h:
		t.throw("slice bounds out of range [%d:%d]", l, h)
	}
}

func (p *Program) translateAssert(ins *instr, in *ssa.TypeAssert, get getter) {
	x, to, commaOk := get(in.X), in.AssertedType, in.CommaOk
	iface, isIface := to.Underlying().(*types.Interface)
	missing := zero(to)
	source := in.X.Type()
	ins.run = func(t *thread) {
		v, _ := x.get(t.f).(Iface)
		ok := false
		var result Value
		if isIface {
			ok = v.T != nil && p.implements(v.T, iface)
			result = v
		} else {
			ok = v.T != nil && (v.T == to || types.Identical(v.T, to))
			result = v.V
		}
		if commaOk {
			if !ok {
				result = missing
			}
			t.set(t.in, tupleOf(result, ok))
			return
		}
		if !ok {
			panic(goPanic{t.assertionError(source, v.T, to)})
		}
		t.set(t.in, result)
	}
}

func (p *Program) translateNext(c *code, ins *instr, in *ssa.Next) {
	iter := c.slot[in.Iter]
	typ := in.Type().(*types.Tuple)
	zeroKey, zeroValue := zero(typ.At(1).Type()), zero(typ.At(2).Type())
	if in.IsString {
		ins.run = func(t *thread) {
			i := t.f.regs[iter].(*stringIter)
			if i.pos >= len(i.s) {
				t.set(t.in, Tuple{false, 0, int32(0)})
				return
			}
			r, n := utf8.DecodeRuneInString(i.s[i.pos:])
			pos := i.pos
			t.f.regs[iter] = &stringIter{i.s, pos + n}
			t.set(t.in, Tuple{true, pos, r})
		}
		return
	}
	// What the loop does not name has the invalid type, and one cell.
	noKey, noValue := typ.At(1).Type() == types.Typ[types.Invalid], typ.At(2).Type() == types.Typ[types.Invalid]
	op := &nextOp{iter: iter, tells: orderMatters(in)}
	ins.op = op
	ins.run = func(t *thread) {
		i := t.f.regs[iter].(*mapIter)
		keys := i.keys
		choice := t.choice
		if t.s.trail != nil && len(keys) > 0 {
			t.chooses(among(keys, min(choice, len(keys)-1)))
		}
		for len(keys) > 0 {
			// Keys that have gone meanwhile are not visited.
			at := min(choice, len(keys)-1)
			k := keys[at]
			rest := append(append([]Value(nil), keys[:at]...), keys[at+1:]...)
			if j := t.s.objs[i.m.Obj].m.find(k); j >= 0 {
				v := t.s.objs[i.m.Obj].m.vals[j]
				t.f.regs[iter] = &mapIter{i.m, rest}
				if noKey {
					k = nil
				}
				if noValue {
					v = nil
				}
				t.set(t.in, tupleOf(true, k, v))
				return
			}
			keys = rest
		}
		t.f.regs[iter] = &mapIter{i.m, nil}
		t.set(t.in, tupleOf(false, zeroKey, zeroValue))
	}
}

// tellsTime tells whether what comes out of a call depends on how much time has passed.
func tellsTime(c *ssa.CallCommon) bool {
	fn := c.StaticCallee()
	if fn == nil {
		return false
	}
	switch fn.String() {
	case "time.Now", "time.Since", "time.Until":
		return true
	}
	return false
}
