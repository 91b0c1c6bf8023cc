package engine

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// translateCall fills in a call, go or defer statement.
func (p *Program) translateCall(ins *instr, call *ssa.CallCommon, get getter, how byte) {
	args := make([]operand, len(call.Args))
	kinds := make([]types.Type, len(call.Args))
	for i, a := range call.Args {
		args[i], kinds[i] = get(a), a.Type()
	}
	hooked := how != 'c' && hook.Call(call)
	if b, ok := call.Value.(*ssa.Builtin); ok {
		if how == 'c' {
			p.translateBuiltin(ins, b.Name(), args, kinds)
			return
		}
		wrapped := p.builtinCode(b.Name(), kinds)
		ins.run = func(t *thread) {
			p.start(t, how, nil, wrapped, valuesOf(t.f, args), hooked)
		}
		return
	}
	target := get(call.Value)
	switch fn := call.Value.(type) {
	case *ssa.Function:
		if how == 'c' {
			var code *code
			ins.run = func(t *thread) {
				values := valuesOf(t.f, args)
				if code == nil {
					code = p.codeOf(fn)
				}
				t.next(t.in)
				t.call(code, nil, values)
			}
			return
		}
	}
	var fails *code // what a deferred nil function does when its time comes
	ins.run = func(t *thread) {
		if how == 'd' && !call.IsInvoke() {
			if fn, _ := target.get(t.f).(*Closure); fn == nil {
				if fails == nil {
					fails = p.builtinCode(callsNil, nil)
				}
				p.start(t, how, nil, fails, nil, hooked)
				return
			}
		}
		fn, values := t.callee(call, target, args)
		p.start(t, how, fn, p.codeOf(fn.Fn), values, hooked)
	}
}

// callsNil is the builtin, of no Go program, that stands for a call of a nil function.
const callsNil = "explore:nil"

// start calls, defers or starts what a statement names.
func (p *Program) start(t *thread, how byte, fn *Closure, c *code, args []Value, hooked bool) {
	switch how {
	case 'c':
		t.next(t.in)
		t.call(c, freeOf(fn), args)
	case 'd':
		f := t.f
		f.defers = append(slices.Clip(f.defers), deferred{fn, c, args, hooked && f.code.hooked})
		t.next(t.in)
	case 'g':
		in := t.in
		id := t.begin(fn, c, args, false)
		if hooked && t.f.code.hooked {
			t.s.gs[id].entering++
		}
		t.next(in)
		t.s.share()
		t.start(id)
	}
}

// start lets a goroutine run until it stands before a step.
func (t *thread) start(id int) {
	other := t.s.thread(id)
	other.run()
}

// native is a function that the machine itself is.
type native struct {
	step    func(t *thread, a []Value) bool   // whether it is a step; nil: never
	choices func(t *thread, a []Value) int    // nil: 1
	access  func(t *thread, a []Value) access // nil: none
	tell    func(t *thread, a []Value) string
	run     func(t *thread, a []Value) Value
	loads   bool // it only reads, as a processor reads
}

type nativeOp struct {
	n    *native
	name string
	args int
}

func (o *nativeOp) a(t *thread) []Value { return t.f.regs[:o.args] }
func (o *nativeOp) is(t *thread) bool   { return o.n.step != nil && o.n.step(t, o.a(t)) }

func (o *nativeOp) choices(t *thread) int {
	if o.n.choices == nil {
		return 1
	}
	return o.n.choices(t, o.a(t))
}

func (o *nativeOp) access(t *thread) access {
	if o.n.access == nil {
		return access{}
	}
	return o.n.access(t, o.a(t))
}

func (o *nativeOp) tell(t *thread) string {
	if o.n.tell == nil {
		return "calls " + o.name
	}
	return o.n.tell(t, o.a(t))
}

// nativeCode is the code of a function that the machine knows, nil if it does not.
func (p *Program) nativeCode(fn *ssa.Function) *code {
	name := nativeName(fn)
	if name == "(*sync.Cond).Wait" {
		return p.condWait(fn)
	}
	n := natives[name]
	if n == nil && name == "unsafe.init" {
		n = &native{run: func(*thread, []Value) Value { return nil }}
	}
	if n == nil {
		n = p.pureNative(fn, name)
	}
	if n == nil {
		return nil
	}
	c := &code{fn: fn, name: name, params: len(fn.Params), regs: len(fn.Params), rescue: -1}
	if c.params == 0 && fn.Signature.Params() != nil { // a function without a body has no parameters in its SSA
		c.params = fn.Signature.Params().Len()
		if fn.Signature.Recv() != nil {
			c.params++
		}
		c.regs = c.params
	}
	in := instr{dst: -1, native: strings.HasPrefix(name, "(*sync.")}
	args := c.params
	if n.step != nil {
		in.op = &nativeOp{n, name, args}
	}
	in.run = func(t *thread) {
		f := t.f
		v := n.run(t, f.regs[:args])
		if t.f != f || t.s.ended != nil || f.pc != 0 {
			return // it has arranged itself how things go on
		}
		if v == stay {
			return
		}
		t.finish([]Value{v})
	}
	c.instrs = []instr{in}
	return c
}

// stay is returned by a native that has not finished and will be asked again.
var stay Value = &struct{ string }{"stay"}

// nativeName is a function's name without the types that a generic one was made for.
func nativeName(fn *ssa.Function) string {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	name := fn.String()
	if i := strings.IndexByte(name, '['); i >= 0 {
		depth := 0
		var b strings.Builder
		for _, r := range name {
			switch {
			case r == '[':
				depth++
			case r == ']':
				depth--
			case depth == 0:
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	return name
}

// builtinOp is a builtin that touches what others may see.
type builtinOp struct {
	name string
	args []operand
	t    []types.Type
}

func (o *builtinOp) is(t *thread) bool {
	switch o.name {
	case "close":
		return true
	case "print", "println":
		return !t.s.p.check.quiet()
	case "len", "cap":
		v := o.args[0].get(t.f)
		if m, ok := v.(MapRef); ok && m.Obj != 0 {
			return t.s.touches(m.Obj, 0, 1, false)
		}
		_, ok := v.(ChanRef)
		return ok
	}
	a := o.access(t)
	return a.n > 0 && t.s.touches(a.at.Obj, a.at.Off, a.n, a.write)
}

func (o *builtinOp) choices(*thread) int { return 1 }

func (o *builtinOp) access(t *thread) access {
	switch o.name {
	case "close":
		return access{at: Ptr{Obj: o.args[0].get(t.f).(ChanRef).Obj}, n: 1, write: true}
	case "len", "delete", "clear":
		switch v := o.args[0].get(t.f).(type) {
		case MapRef:
			if v.Obj != 0 {
				return access{at: Ptr{Obj: v.Obj}, n: 1, write: o.name != "len"}
			}
		case Slice:
			if o.name == "clear" && v.Obj != 0 {
				size := int32(cells(elemOf(o.t[0])))
				return access{at: Ptr{v.Obj, v.Off}, n: v.Len * size, write: true}
			}
		}
	case "append": // writes only where there is room; reading the second's elements is not looked at
		s, size := o.args[0].get(t.f).(Slice), int32(cells(elemOf(o.t[0])))
		n := t.s.lengthOf(o.args[1].get(t.f))
		if s.Obj != 0 && n > 0 && s.Len+n <= s.Cap {
			return access{at: Ptr{s.Obj, s.Off + s.Len*size}, n: n * size, write: true}
		}
		if s.Obj != 0 && n > 0 {
			return access{at: Ptr{s.Obj, s.Off}, n: s.Len * size}
		}
	case "copy":
		s, size := o.args[0].get(t.f).(Slice), int32(cells(elemOf(o.t[0])))
		n := min(s.Len, t.s.lengthOf(o.args[1].get(t.f)))
		if s.Obj != 0 && n > 0 {
			return access{at: Ptr{s.Obj, s.Off}, n: n * size, write: true}
		}
	}
	return access{}
}

func (s *state) lengthOf(v Value) int32 {
	switch v := v.(type) {
	case Slice:
		return v.Len
	case string:
		return int32(len(v))
	}
	return 0
}

func (o *builtinOp) tell(t *thread) string {
	switch o.name {
	case "close":
		return "closes " + t.s.chanName(o.args[0].get(t.f).(ChanRef))
	case "len", "cap":
		return "asks for " + o.name + " of " + t.s.nameOf(o.args[0].get(t.f))
	}
	if o.name == "print" || o.name == "println" {
		return "prints with " + o.name
	}
	if len(o.args) > 0 {
		return o.name + " on " + t.s.nameOf(o.args[0].get(t.f))
	}
	return o.name
}

// builtinCode is a builtin that is deferred or started as a goroutine.
func (p *Program) builtinCode(name string, kinds []types.Type) *code {
	c := &code{name: name, params: len(kinds), regs: len(kinds), rescue: -1}
	p.number(c)
	args := make([]operand, len(kinds))
	for i := range args {
		args[i] = operand{kind: 'r', n: i}
	}
	in := instr{dst: -1}
	p.translateBuiltin(&in, name, args, kinds)
	c.instrs = []instr{in, {dst: -1, run: func(t *thread) { t.finish(nil) }}}
	return c
}

// translateBuiltin fills in a call of a builtin, whose arguments have the types kinds.
func (p *Program) translateBuiltin(ins *instr, name string, args []operand, kinds []types.Type) {
	if noticeable(name, kinds) {
		ins.op = &builtinOp{name, args, kinds}
	}
	run := p.builtin(ins, name, kinds)
	ins.run = func(t *thread) { t.set(t.in, run(t, valuesOf(t.f, args))) }
}

// noticeable tells whether a builtin touches what others may see.
func noticeable(name string, kinds []types.Type) bool {
	switch name {
	case "append", "copy", "delete", "clear", "close", "print", "println":
		return true
	case "len", "cap":
		switch kinds[0].Underlying().(type) {
		case *types.Map, *types.Chan:
			return true
		}
	}
	return false
}

// builtin is what a builtin does: it takes the arguments and gives the result, nil if it has none.
func (p *Program) builtin(ins *instr, name string, kinds []types.Type) func(t *thread, a []Value) Value {
	switch name {
	case "len", "cap":
		if n, ok := arrayLength(kinds[0]); ok {
			return func(*thread, []Value) Value { return n }
		}
		if name == "len" {
			return func(t *thread, a []Value) Value { return t.s.length(a[0]) }
		}
		return func(t *thread, a []Value) Value { return t.s.capacity(a[0]) }
	case "append":
		elem := elemOf(kinds[0])
		var made *site
		if ins.in != nil {
			made = p.siteOf(ins.in, "", kinds[0])
		}
		return func(t *thread, a []Value) Value { return t.appendTo(made, elem, a[0].(Slice), a[1]) }
	case "copy":
		size := int32(cells(elemOf(kinds[0])))
		return func(t *thread, a []Value) Value { return t.copyTo(a[0].(Slice), a[1], size) }
	case "clear":
		return func(t *thread, a []Value) Value { t.clear(a[0], kinds[0]); return nil }
	case "print":
		return func(t *thread, a []Value) Value { t.print(strings.Join(t.s.plainly(a), "")); return nil }
	case "println":
		return func(t *thread, a []Value) Value { t.print(strings.Join(t.s.plainly(a), " ") + "\n"); return nil }
	case "min", "max":
		return func(_ *thread, a []Value) Value { return extreme(a, name == "min") }
	}
	if run := builtins[name]; run != nil {
		return run
	}
	return func(t *thread, _ []Value) Value {
		panic(refusal{pos: t.pos(), what: fmt.Sprintf("explore does not take the builtin %s", name)})
	}
}

// builtins are those that need not know the types of their arguments.
var builtins = map[string]func(t *thread, a []Value) Value{
	"delete": func(t *thread, a []Value) Value {
		m, key := a[0].(MapRef), a[1]
		t.mustHash(key)
		if m.Obj == 0 {
			return nil
		}
		o := t.s.writable(m.Obj).m
		if i := o.find(key); i >= 0 {
			o.keys, o.vals = slices.Delete(o.keys, i, i+1), slices.Delete(o.vals, i, i+1)
		}
		return nil
	},
	// Who waits to receive goes on by a step of its own; who waits to send will panic.
	"close": func(t *thread, a []Value) Value {
		ref := a[0].(ChanRef)
		if ref.Obj == 0 {
			panic(goPanic{t.s.p.plainError("close of nil channel")})
		}
		ch := t.s.writable(ref.Obj).ch
		if ch.closed {
			panic(goPanic{t.s.p.plainError("close of closed channel")})
		}
		ch.closed = true
		return nil
	},
	"recover": func(t *thread, _ []Value) Value { return t.recovering() },
	"real": func(_ *thread, a []Value) Value {
		if v, ok := a[0].(complex64); ok {
			return real(v)
		}
		return real(a[0].(complex128))
	},
	"imag": func(_ *thread, a []Value) Value {
		if v, ok := a[0].(complex64); ok {
			return imag(v)
		}
		return imag(a[0].(complex128))
	},
	"complex": func(_ *thread, a []Value) Value {
		if v, ok := a[0].(float32); ok {
			return complex(v, a[1].(float32))
		}
		return complex(a[0].(float64), a[1].(float64))
	},
	"ssa:wrapnilchk": func(t *thread, a []Value) Value {
		if p, ok := a[0].(Ptr); ok && p.Obj == 0 {
			t.throw("value method %v.%v called using nil pointer", a[1], a[2])
		}
		return a[0]
	},
	"ssa:deferstack": func(t *thread, _ []Value) Value {
		panic(refusal{pos: t.pos(),
			what: "explore does not take defer in a loop over a function; call a function that defers"})
	},
	callsNil: func(t *thread, _ []Value) Value { t.nilDereference(); return nil },
}

// valuesOf are the values of operands.
func valuesOf(f *frame, operands []operand) []Value {
	values := make([]Value, len(operands))
	for i, o := range operands {
		values[i] = o.get(f)
	}
	return values
}

// elemOf is the type of a slice's elements.
func elemOf(t types.Type) types.Type { return t.Underlying().(*types.Slice).Elem() }

// arrayLength is the length of an array or of what a pointer to one leads to, which the type tells.
func arrayLength(t types.Type) (int, bool) {
	if pt, ok := t.Underlying().(*types.Pointer); ok {
		t = pt.Elem()
	}
	array, ok := t.Underlying().(*types.Array)
	if !ok {
		return 0, false
	}
	return int(array.Len()), true
}

func (s *state) length(v Value) int {
	switch v := v.(type) {
	case MapRef:
		if v.Obj != 0 {
			return len(s.objs[v.Obj].m.keys)
		}
	case ChanRef:
		if v.Obj != 0 {
			return len(s.objs[v.Obj].ch.buffer)
		}
	}
	return int(s.lengthOf(v))
}

func (s *state) capacity(v Value) int {
	switch v := v.(type) {
	case Slice:
		return int(v.Cap)
	case ChanRef:
		if v.Obj != 0 {
			return s.objs[v.Obj].ch.capacity
		}
	}
	return 0
}

// copyTo copies elements of size cells from a slice or string, and returns how many.
func (t *thread) copyTo(to Slice, from Value, size int32) int {
	all := t.s.contents(from, size)
	n := min(int(to.Len*size), len(all))
	if n > 0 {
		copy(t.s.writable(to.Obj).cells[to.Off:], slices.Clone(all[:n])) // cloned, as the two may overlap
	}
	return n / int(max(size, 1))
}

// clear empties a map, or sets the elements of a slice to zero.
func (t *thread) clear(v Value, typ types.Type) {
	switch v := v.(type) {
	case MapRef:
		if v.Obj != 0 {
			*t.s.writable(v.Obj).m = mapObject{}
		}
	case Slice:
		var zeros []Value
		for range v.Len {
			zeros = appendZero(zeros, elemOf(typ))
		}
		if len(zeros) > 0 {
			copy(t.s.writable(v.Obj).cells[v.Off:], zeros)
		}
	}
}

// plainly writes values as print does.
func (s *state) plainly(values []Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = s.plain(v)
	}
	return texts
}

// extreme is the least or the greatest of numbers or strings.
func extreme(values []Value, least bool) Value {
	best := values[0]
	for _, v := range values[1:] {
		switch x := v.(type) {
		case float32:
			best = extremeFloat(best.(float32), x, least)
		case float64:
			best = extremeFloat(best.(float64), x, least)
		default:
			if c := compareKeys(v, best); c < 0 && least || c > 0 && !least {
				best = v
			}
		}
	}
	return best
}

// extremeFloat leaves NaN and the sign of 0 to Go.
func extremeFloat[T float32 | float64](a, b T, least bool) T {
	if least {
		return min(a, b)
	}
	return max(a, b)
}

// contents is what a slice or string holds, cell by cell.
func (s *state) contents(v Value, size int32) []Value {
	switch v := v.(type) {
	case Slice:
		if v.Obj == 0 {
			return nil
		}
		return s.objs[v.Obj].cells[v.Off : v.Off+v.Len*size]
	case string:
		all := make([]Value, len(v))
		for i := range len(v) {
			all[i] = v[i]
		}
		return all
	}
	return nil
}

func (t *thread) appendTo(site *site, elem types.Type, to Slice, more Value) Slice {
	size := int32(cells(elem))
	added := slices.Clone(t.s.contents(more, size))
	n := t.s.lengthOf(more)
	if n == 0 {
		return to
	}
	if to.Len+n <= to.Cap {
		copy(t.s.writable(to.Obj).cells[to.Off+to.Len*size:], added)
		if t.s.shared[to.Obj] {
			defer t.s.share()
		}
		return Slice{to.Obj, to.Off, to.Len + n, to.Cap}
	}
	capacity := grown(to.Cap, to.Len+n)
	if int64(capacity)*int64(size) > maxCells {
		panic(refusal{pos: t.pos(), excess: true, what: fmt.Sprintf("a slice grows beyond %d elements", maxCells)})
	}
	all := make([]Value, 0, capacity*size)
	all = append(all, t.s.contents(to, size)...)
	all = append(all, added...)
	for int32(len(all)) < capacity*size {
		all = appendZero(all, elem)
	}
	return Slice{t.s.alloc(&object{site: site, cells: all}), 0, to.Len + n, capacity}
}

// grown is the capacity after append. Go's own depends on the size of the elements; this is its
// rule without the rounding up to sizes of its memory.
func grown(old, need int32) int32 {
	if need > 2*old {
		return need
	}
	if old < 256 {
		return 2 * old
	}
	c := old
	for c < need {
		c += (c + 3*256) / 4
	}
	return c
}
