package engine

import (
	"fmt"
	"go/token"
	"go/types"
	"unicode/utf8"

	"golang.org/x/tools/go/ssa"
)

// translate fills in how an instruction runs.
func (p *Program) translate(c *code, ins *instr, in ssa.Instruction, edges []*branch) {
	get := func(v ssa.Value) operand { return p.operand(c, v) }
	gets := func(vs []ssa.Value) []operand {
		all := make([]operand, len(vs))
		for i, v := range vs {
			all[i] = get(v)
		}
		return all
	}
	// The instructions stand in a list that grows, so closures take a copy of what they need.
	self := func(t *thread) *instr { return t.in }

	switch in := in.(type) {
	case *ssa.Alloc:
		typ := in.Type().Underlying().(*types.Pointer).Elem()
		site := p.siteOf(in, in.Comment, typ)
		initial := appendZero(nil, typ)
		ins.run = func(t *thread) {
			fresh := make([]Value, len(initial))
			copy(fresh, initial)
			t.set(self(t), Ptr{Obj: t.s.alloc(&object{site: site, cells: fresh})})
		}
	case *ssa.BinOp:
		x, y, op, typ := get(in.X), get(in.Y), in.Op, in.X.Type()
		ins.run = func(t *thread) { t.set(self(t), t.binary(op, x.get(t.f), y.get(t.f), typ)) }
	case *ssa.UnOp:
		x := get(in.X)
		switch in.Op {
		case token.MUL:
			typ := in.Type()
			ins.op = &memoryOp{at: x, n: int32(cells(typ))}
			ins.run = func(t *thread) {
				at := x.get(t.f).(Ptr)
				t.check(at)
				t.set(self(t), t.read(at, typ))
			}
		case token.ARROW:
			ins.op = &receiveOp{ch: x, commaOk: in.CommaOk}
			commaOk, elem := in.CommaOk, in.X.Type().Underlying().(*types.Chan).Elem()
			ins.run = func(t *thread) { t.receive(self(t), x.get(t.f).(ChanRef), elem, commaOk) }
		default:
			op, typ := in.Op, in.Type()
			ins.run = func(t *thread) { t.set(self(t), unary(op, x.get(t.f), typ)) }
		}
	case *ssa.Store:
		at, v := get(in.Addr), get(in.Val)
		ins.op = &memoryOp{at: at, n: int32(cells(in.Val.Type())), write: true, value: &v}
		if refersType(in.Val.Type()) {
			ins.run = func(t *thread) {
				to, value := at.get(t.f).(Ptr), v.get(t.f)
				t.check(to)
				t.write(to, value)
				t.next(self(t))
				if t.s.shared[to.Obj] {
					t.s.share()
				}
			}
		} else {
			ins.run = func(t *thread) {
				to := at.get(t.f).(Ptr)
				t.check(to)
				t.write(to, v.get(t.f))
				t.next(self(t))
			}
		}
	case *ssa.FieldAddr:
		x := get(in.X)
		st := in.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		off := int32(fieldOffset(st, in.Field))
		ins.run = func(t *thread) {
			at := x.get(t.f).(Ptr)
			t.check(at)
			t.set(self(t), Ptr{at.Obj, at.Off + off})
		}
	case *ssa.Field:
		x := get(in.X)
		st := in.X.Type().Underlying().(*types.Struct)
		off, n, whole := fieldOffset(st, in.Field), cells(in.Type()), flat(in.Type())
		ins.run = func(t *thread) { t.set(self(t), part(x.get(t.f).(Tuple), off, n, whole)) }
	case *ssa.IndexAddr:
		x, index := get(in.X), get(in.Index)
		switch xt := in.X.Type().Underlying().(type) {
		case *types.Slice:
			size := int32(cells(xt.Elem()))
			ins.run = func(t *thread) {
				s, i := x.get(t.f).(Slice), mustInt(index.get(t.f))
				if i < 0 || i >= int64(s.Len) {
					t.throw("index out of range [%d]%s", i, withLength(i, int64(s.Len)))
				}
				t.set(self(t), Ptr{s.Obj, s.Off + int32(i)*size})
			}
		case *types.Pointer:
			array := xt.Elem().Underlying().(*types.Array)
			size, length := int32(cells(array.Elem())), array.Len()
			ins.run = func(t *thread) {
				at, i := x.get(t.f).(Ptr), mustInt(index.get(t.f))
				t.check(at)
				if i < 0 || i >= length {
					t.throw("index out of range [%d]%s", i, withLength(i, length))
				}
				t.set(self(t), Ptr{at.Obj, at.Off + int32(i)*size})
			}
		}
	case *ssa.Index:
		x, index := get(in.X), get(in.Index)
		if array, ok := in.X.Type().Underlying().(*types.Array); ok {
			n, whole, length := cells(array.Elem()), flat(array.Elem()), array.Len()
			ins.run = func(t *thread) {
				i := mustInt(index.get(t.f))
				if i < 0 || i >= length {
					t.throw("index out of range [%d]%s", i, withLength(i, length))
				}
				t.set(self(t), part(x.get(t.f).(Tuple), int(i)*n, n, whole))
			}
			return
		}
		ins.run = func(t *thread) {
			s, i := x.get(t.f).(string), mustInt(index.get(t.f))
			if i < 0 || i >= int64(len(s)) {
				t.throw("index out of range [%d]%s", i, withLength(i, int64(len(s))))
			}
			t.set(self(t), s[i])
		}
	case *ssa.Lookup:
		p.translateLookup(c, ins, in, get)
	case *ssa.MapUpdate:
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
			t.next(self(t))
			if t.s.shared[ref.Obj] && (refers(key) || refers(value)) {
				t.s.share()
			}
		}
	case *ssa.MakeMap:
		site := p.siteOf(in, "map", in.Type())
		ins.run = func(t *thread) {
			t.set(self(t), MapRef{t.s.alloc(&object{site: site, m: &mapObject{}})})
		}
	case *ssa.MakeChan:
		site, size := p.siteOf(in, "channel", in.Type()), get(in.Size)
		ins.run = func(t *thread) {
			n := mustInt(size.get(t.f))
			if n < 0 || n > 1<<30 {
				panic(goPanic{t.s.p.plainError("makechan: size out of range")})
			}
			t.set(self(t), ChanRef{t.s.alloc(&object{site: site, ch: &chanObject{capacity: int(n)}})})
		}
	case *ssa.MakeSlice:
		typ := in.Type().Underlying().(*types.Slice).Elem()
		site, length, capacity := p.siteOf(in, "", in.Type()), get(in.Len), get(in.Cap)
		ins.run = func(t *thread) {
			n, m := mustInt(length.get(t.f)), mustInt(capacity.get(t.f))
			if n < 0 || n > maxCells {
				t.throw("makeslice: len out of range")
			}
			if m < n || m > maxCells {
				t.throw("makeslice: cap out of range")
			}
			t.set(self(t), t.s.makeSlice(site, typ, int(n), int(m)))
		}
	case *ssa.MakeClosure:
		fn, free := in.Fn.(*ssa.Function), gets(in.Bindings)
		ins.run = func(t *thread) {
			values := make([]Value, len(free))
			for i, o := range free {
				values[i] = o.get(t.f)
			}
			t.set(self(t), &Closure{fn, values})
		}
	case *ssa.MakeInterface:
		x, typ := get(in.X), p.canonical(in.X.Type())
		ins.run = func(t *thread) { t.set(self(t), Iface{typ, x.get(t.f)}) }
	case *ssa.ChangeInterface:
		x := get(in.X)
		ins.run = func(t *thread) { t.set(self(t), x.get(t.f)) }
	case *ssa.ChangeType:
		x := get(in.X)
		ins.run = func(t *thread) { t.set(self(t), x.get(t.f)) }
	case *ssa.Convert:
		x, from, to := get(in.X), in.X.Type(), in.Type()
		site := p.siteOf(in, "", to)
		ins.run = func(t *thread) { t.set(self(t), t.convert(site, x.get(t.f), from, to)) }
	case *ssa.MultiConvert:
		x, from, to := get(in.X), in.X.Type(), in.Type()
		site := p.siteOf(in, "", to)
		ins.run = func(t *thread) { t.set(self(t), t.convert(site, x.get(t.f), from, to)) }
	case *ssa.SliceToArrayPointer:
		x := get(in.X)
		length := in.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
		ins.run = func(t *thread) {
			s := x.get(t.f).(Slice)
			if int64(s.Len) < length {
				t.throw("cannot convert slice with length %d to array or pointer to array with length %d", s.Len, length)
			}
			t.set(self(t), Ptr{s.Obj, s.Off})
		}
	case *ssa.Slice:
		p.translateSlice(ins, in, get)
	case *ssa.TypeAssert:
		p.translateAssert(ins, in, get)
	case *ssa.Extract:
		x := get(in.Tuple)
		tuple := in.Tuple.Type().(*types.Tuple)
		off, n, whole := tupleOffset(tuple, in.Index), cells(in.Type()), flat(in.Type())
		ins.run = func(t *thread) { t.set(self(t), part(x.get(t.f).(Tuple), off, n, whole)) }
	case *ssa.Range:
		x := get(in.X)
		if _, ok := in.X.Type().Underlying().(*types.Map); ok {
			ins.op = &mapOp{m: x, what: "ranges over"}
			ins.run = func(t *thread) {
				m := x.get(t.f).(MapRef)
				var keys []Value
				if m.Obj != 0 {
					keys = append(keys, t.s.objs[m.Obj].m.keys...)
				}
				t.set(self(t), &mapIter{m, keys})
			}
			return
		}
		ins.run = func(t *thread) { t.set(self(t), &stringIter{s: x.get(t.f).(string)}) }
	case *ssa.Next:
		p.translateNext(c, ins, in)
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
			for _, r := range self(t).kills {
				t.f.regs[r] = nil
			}
			e.take(t)
		}
	case *ssa.Return:
		results := gets(in.Results)
		ins.run = func(t *thread) {
			values := make([]Value, len(results))
			for i, o := range results {
				values[i] = o.get(t.f)
			}
			t.finish(values)
		}
	case *ssa.RunDefers:
		ins.run = func(t *thread) {
			f := t.f
			if n := len(f.defers); n > 0 {
				d := f.defers[n-1]
				f.defers = f.defers[:n-1]
				t.deferredHook(d)
				t.call(d.code, freeOf(d.fn), d.args)
				t.f.deferred = true
				return
			}
			t.next(self(t))
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
	case *ssa.Send:
		ch, v := get(in.Chan), get(in.X)
		ins.op = &sendOp{ch: ch, v: v}
		ins.run = func(t *thread) { t.send(self(t), ch.get(t.f).(ChanRef), v.get(t.f)) }
	case *ssa.Select:
		p.translateSelect(c, ins, in, get)
	case *ssa.Go:
		p.translateCall(c, ins, &in.Call, get, 'g')
	case *ssa.Defer:
		p.translateCall(c, ins, &in.Call, get, 'd')
	case *ssa.Call:
		p.translateCall(c, ins, &in.Call, get, 'c')
	default:
		panic(refusal{in.Pos(), fmt.Sprintf("explore does not take %T", in)})
	}
}

const maxCells = 10_000_000

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

// part takes a component out of a tuple.
func part(t Tuple, off, n int, whole bool) Value {
	if whole {
		return t[off : off+n : off+n]
	}
	return t[off]
}

func withLength(i, n int64) string {
	if i < 0 {
		return ""
	}
	return fmt.Sprintf(" with length %d", n)
}

// check panics as Go does where p is nil.
func (t *thread) check(p Ptr) {
	if p.Obj == 0 {
		t.nilDereference()
	}
}

func (t *thread) mustHash(key Value) {
	if !hashable(key) {
		name := "value"
		if i, ok := key.(Iface); ok {
			name = typeName(i.T)
		}
		t.throw("hash of unhashable type %s", name)
	}
}

func (m *mapObject) find(key Value) int {
	for i, k := range m.keys {
		if same, _ := equal(k, key); same {
			return i
		}
	}
	return -1
}

func (p *Program) translateLookup(c *code, ins *instr, in *ssa.Lookup, get func(ssa.Value) operand) {
	x, index := get(in.X), get(in.Index)
	if _, ok := in.X.Type().Underlying().(*types.Map); !ok {
		ins.run = func(t *thread) {
			s, i := x.get(t.f).(string), mustInt(index.get(t.f))
			if i < 0 || i >= int64(len(s)) {
				t.throw("index out of range [%d]%s", i, withLength(i, int64(len(s))))
			}
			t.set(t.in, s[i])
		}
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

func (p *Program) translateSlice(ins *instr, in *ssa.Slice, get func(ssa.Value) operand) {
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

func (p *Program) translateAssert(ins *instr, in *ssa.TypeAssert, get func(ssa.Value) operand) {
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
