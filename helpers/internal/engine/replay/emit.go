package replay

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"example.com/multithreading/helpers/internal/engine/hook"
)

// Refused is what cannot be emitted, and where it stands.
type Refused struct {
	Pos    token.Position
	Reason string
}

func (r *Refused) Error() string {
	if r.Pos.Line == 0 {
		return r.Reason
	}
	return fmt.Sprintf("line %d: %s", r.Pos.Line, r.Reason)
}

// options are for the tests: many programs in one file, whose operations are models.
type options struct {
	prefix string                        // of all names
	models bool                          // operations of sync and of channels are calls of the runtime
	step   func(in ssa.Instruction) bool // which of the hooks are passed; nil: all
}

type emitter struct {
	opts    options
	pkg     *ssa.Package
	imports map[string]string
	paths   []string // the imports, in order
	types   typeutil.Map
	used    map[string]bool
	decls   []string
	funcs   map[*ssa.Function]string
	queue   []*ssa.Function
	globals map[*ssa.Global]string
	out     bytes.Buffer

	// of the function at work
	fn     *ssa.Function
	pos    token.Pos
	values map[ssa.Value]string
	labels map[*ssa.BasicBlock]bool
	self   bool // it needs to know its goroutine
	inner  bool // its body is a function literal, so that its deferred calls run before the results are read
	body   bytes.Buffer
	after  bytes.Buffer // what follows on the deferred calls
	rests  int
}

func newEmitter(pkg *ssa.Package, opts options) *emitter {
	return &emitter{opts: opts, pkg: pkg, imports: map[string]string{}, used: map[string]bool{},
		funcs: map[*ssa.Function]string{}, globals: map[*ssa.Global]string{}}
}

// Emit writes the program whose package main is pkg as ordinary Go, with a hook before each
// instruction that [hook.Is] names. The result is a file that stands beside the runtime; see
// [Build].
func Emit(pkg *ssa.Package) (source []byte, err error) {
	e := newEmitter(pkg, options{})
	if err := e.program(); err != nil {
		return nil, err
	}
	fmt.Fprintf(&e.out, "\nfunc main() { r_main(%s, %s) }\n", e.funcs[pkg.Func("init")], e.funcs[pkg.Func("main")])
	return e.file(), nil
}

// program emits everything that can be reached from main.
func (e *emitter) program() (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Refused:
			err = r
		default:
			panic(r)
		}
	}()
	e.want(e.pkg.Func("init"))
	e.want(e.pkg.Func("main"))
	for len(e.queue) > 0 {
		fn := e.queue[0]
		e.queue = e.queue[1:]
		e.function(fn)
	}
	return nil
}

func (e *emitter) file() []byte {
	var all bytes.Buffer
	all.WriteString("package main\n\n")
	for _, path := range e.paths {
		fmt.Fprintf(&all, "import %s %q\n", e.imports[path], path)
	}
	for _, d := range e.decls {
		all.WriteString("\n" + d)
	}
	all.Write(e.out.Bytes())
	return all.Bytes()
}

func (e *emitter) refuse(format string, args ...any) {
	pos := e.pos
	if !pos.IsValid() && e.fn != nil {
		pos = e.fn.Pos()
	}
	panic(&Refused{e.pkg.Prog.Fset.Position(pos), fmt.Sprintf(format, args...)})
}

func (e *emitter) imported(path string) string {
	name, ok := e.imports[path]
	if !ok {
		name = "i_" + strings.Trim(notWord.ReplaceAllString(path, "_"), "_")
		e.imports[path] = name
		e.paths = append(e.paths, path)
	}
	return name
}

// function emits one function of package main.
func (e *emitter) function(fn *ssa.Function) {
	e.fn, e.pos = fn, fn.Pos()
	e.values, e.labels = map[ssa.Value]string{}, map[*ssa.BasicBlock]bool{}
	e.self, e.inner, e.rests = false, false, 0
	e.body.Reset()
	e.after.Reset()
	if len(fn.Blocks) == 0 {
		e.refuse("replay cannot follow the function %s, which has no body in Go", fn.Name())
	}
	if p := deferInRange(fn); p.IsValid() {
		e.pos = p
		e.refuse("replay does not take defer in the body of a range over a function")
	}
	defers, recovers := e.survey(fn)
	e.inner = defers && fn.Signature.Results().Len() > 0
	if e.inner && recovers {
		e.refuse("replay does not take a function that has results, defers, and calls recover itself")
	}
	var names []string
	for _, p := range fn.Params {
		names = append(names, e.value(p))
	}
	for _, b := range fn.Blocks {
		if b != fn.Recover {
			e.block(b)
		}
	}
	if fn.Recover != nil && e.inner {
		e.rests++ // case 0
		fmt.Fprintf(&e.after, "r_recovered:\n")
		e.instrs(&e.after, fn.Recover, 0)
	}

	e.write(names)
}

// survey looks for what decides the shape of a function, and finds the blocks that are jumped to.
func (e *emitter) survey(fn *ssa.Function) (defers, recovers bool) {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Defer:
				defers = true
			case *ssa.Call:
				f, ok := in.Call.Value.(*ssa.Builtin)
				recovers = recovers || ok && f.Name() == "recover"
			case *ssa.Jump:
				e.labels[b.Succs[0]] = true
			case *ssa.If:
				e.labels[b.Succs[0]], e.labels[b.Succs[1]] = true, true
			}
		}
	}
	return defers, recovers
}

// write writes the function at work, with these names of its parameters, around the body that is
// there by now.
func (e *emitter) write(names []string) {
	w, fn, sig := &e.out, e.fn, e.fn.Signature
	w.WriteString("\n")
	switch {
	case sig.Recv() != nil:
		fmt.Fprintf(w, "func (%s %s) %s%s {\n",
			names[0], e.typ(sig.Recv().Type()), fn.Object().Name(), e.signature(sig, names[1:]))
	case len(fn.FreeVars) > 0:
		var free []string
		for _, v := range fn.FreeVars {
			free = append(free, e.value(v)+" "+e.typ(v.Type()))
		}
		fmt.Fprintf(w, "func %s(%s) func%s {\nreturn func%s {\n",
			e.funcs[fn], strings.Join(free, ", "), e.signature(sig, nil), e.signature(sig, names))
	default:
		fmt.Fprintf(w, "func %s%s {\n", e.funcs[fn], e.signature(sig, names))
	}
	if e.self {
		w.WriteString("r_g := r_self()\n_ = r_g\n")
	}
	e.registers(w)
	if e.inner {
		w.WriteString("r_next := 0\nfunc() {\n")
		w.Write(e.body.Bytes())
		w.WriteString("}()\nswitch r_next {\n")
		for i := 1; i < e.rests; i++ {
			fmt.Fprintf(w, "case %d: goto r_rest%d\n", i, i)
		}
		w.WriteString("default: goto r_recovered\n}\n")
		w.Write(e.after.Bytes())
	} else {
		w.Write(e.body.Bytes())
	}
	if len(fn.FreeVars) > 0 {
		w.WriteString("}\n")
	}
	w.WriteString("}\n")
}

// deferInRange finds a defer in the body of a range over a function, which is a function of its
// own: what it defers belongs to the one around it.
func deferInRange(fn *ssa.Function) token.Pos {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if d, ok := in.(*ssa.Defer); ok && d.DeferStack != nil {
				return d.Pos()
			}
		}
	}
	for _, inner := range fn.AnonFuncs {
		if p := deferInRange(inner); p.IsValid() {
			return p
		}
	}
	return token.NoPos
}

// registers declares a variable for each value of the function's instructions.
func (e *emitter) registers(w *bytes.Buffer) {
	for _, b := range e.fn.Blocks {
		for _, in := range b.Instrs {
			v, ok := in.(ssa.Value)
			if !ok {
				continue
			}
			name := e.value(v)
			switch t := v.Type().(type) {
			case *types.Tuple:
				for i := range t.Len() {
					if isInvalid(t.At(i).Type()) {
						continue
					}
					fmt.Fprintf(w, "var %s_%d %s\n_ = %s_%d\n", name, i, e.typ(t.At(i).Type()), name, i)
				}
			default:
				text := ""
				if r, ok := in.(*ssa.Range); ok {
					text = "*r_stringIter"
					if m, ok := r.X.Type().Underlying().(*types.Map); ok {
						text = fmt.Sprintf("*r_mapIter[%s, %s]", e.typ(m.Key()), e.typ(m.Elem()))
					}
				} else {
					text = e.typ(t)
				}
				fmt.Fprintf(w, "var %s %s\n_ = %s\n", name, text, name)
			}
		}
	}
}

func isInvalid(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.Invalid
}

func (e *emitter) block(b *ssa.BasicBlock) {
	if e.labels[b] {
		fmt.Fprintf(&e.body, "b_%d:\n", b.Index)
	}
	e.instrs(&e.body, b, 0)
}

// instrs emits the instructions of a block from the given one on.
func (e *emitter) instrs(w *bytes.Buffer, b *ssa.BasicBlock, from int) {
	for i := from; i < len(b.Instrs); i++ {
		in := b.Instrs[i]
		if p := in.Pos(); p.IsValid() {
			e.pos = p
		}
		if _, ok := in.(*ssa.RunDefers); ok && e.inner {
			e.rests++
			if e.rests == 1 && e.fn.Recover == nil {
				e.refuse("replay does not take this function: it defers and cannot recover")
			}
			n := e.rests
			fmt.Fprintf(w, "r_next = %d\nreturn\n", n)
			fmt.Fprintf(&e.after, "r_rest%d:\n", n)
			e.instrs(&e.after, b, i+1)
			return
		}
		e.place(w)
		e.instr(w, in)
	}
}

// place tells the compiler the line that the program's author wrote, for panics and for the race
// detector.
func (e *emitter) place(w *bytes.Buffer) {
	if p := e.pkg.Prog.Fset.Position(e.pos); p.IsValid() {
		fmt.Fprintf(w, "//line %s:%d\n", filepath.Base(p.Filename), p.Line)
	}
}

func (e *emitter) line() int { return e.pkg.Prog.Fset.Position(e.pos).Line }

// value is the name of a value that the function at work makes or is given, or the text of a
// constant.
func (e *emitter) value(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Const:
		return e.constant(v)
	case *ssa.Global:
		if v.Pkg == e.pkg {
			name, ok := e.globals[v]
			if !ok {
				name = e.unique("g_" + e.opts.prefix + notWord.ReplaceAllString(v.Name(), "_"))
				e.globals[v] = name
				e.decls = append(e.decls, fmt.Sprintf("var %s %s\n", name, e.typ(v.Type().(*types.Pointer).Elem())))
			}
			return "(&" + name + ")"
		}
		return "(&" + e.imported(v.Pkg.Pkg.Path()) + "." + v.Name() + ")"
	case *ssa.Function:
		return e.function_(v)
	}
	name, ok := e.values[v]
	if !ok {
		name = fmt.Sprintf("v_%d", len(e.values))
		e.values[v] = name
	}
	return name
}

// function_ is the text that names a function as a value.
func (e *emitter) function_(fn *ssa.Function) string {
	switch {
	case strings.HasPrefix(fn.Synthetic, "thunk "):
		return "(" + e.typ(fn.Signature.Params().At(0).Type()) + ")." + fn.Object().Name()
	case fn.Signature.Recv() != nil:
		name := fn.Object().Name()
		if hook.Own(fn) && !strings.HasPrefix(fn.Synthetic, "wrapper ") {
			e.typ(fn.Signature.Recv().Type()) // and with the type all of its methods
		} else if !fn.Object().Exported() {
			e.refuse("replay cannot reach the method %s, which its package keeps to itself", name)
		}
		return "(" + e.typ(fn.Signature.Recv().Type()) + ")." + name
	case hook.Own(fn):
		return e.want(fn)
	}
	if fn.Object() == nil || !fn.Object().Exported() {
		e.refuse("replay cannot reach the function %s, which its package keeps to itself", fn)
	}
	name := e.imported(fn.Object().Pkg().Path()) + "." + fn.Object().Name()
	if args := fn.TypeArgs(); len(args) > 0 {
		var list []string
		for _, a := range args {
			list = append(list, e.typ(a))
		}
		name += "[" + strings.Join(list, ", ") + "]"
	}
	return name
}

// constant is a call, so that the compiler does not compute with it: what overflows or divides by
// zero when the program runs must not be an error of compilation.
func (e *emitter) constant(c *ssa.Const) string {
	t := e.typ(c.Type())
	if c.Value == nil {
		return "(*new(" + t + "))"
	}
	text := ""
	b, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		e.refuse("replay cannot write a constant of type %s", c.Type())
	}
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		text = strconv.FormatBool(constant.BoolVal(c.Value))
	case info&types.IsString != 0:
		text = strconv.Quote(constant.StringVal(c.Value))
	case info&types.IsInteger != 0:
		text = constant.ToInt(c.Value).ExactString()
	case info&types.IsFloat != 0:
		text = float(c.Float64(), b)
	case info&types.IsComplex != 0:
		re, _ := constant.Float64Val(constant.Real(c.Value))
		im, _ := constant.Float64Val(constant.Imag(c.Value))
		text = "complex(" + float(re, types.Typ[types.Float64]) + ", " + float(im, types.Typ[types.Float64]) + ")"
	default:
		e.refuse("replay cannot write a constant of type %s", c.Type())
	}
	return "r_const[" + t + "](" + text + ")"
}

func float(f float64, b *types.Basic) string {
	if b.Kind() == types.Float32 {
		return strconv.FormatFloat(float64(float32(f)), 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func (e *emitter) list(vs []ssa.Value) string {
	var texts []string
	for _, v := range vs {
		texts = append(texts, e.value(v))
	}
	return strings.Join(texts, ", ")
}

// parts are the names that hold the parts of a tuple; those that nobody asks for are _.
func (e *emitter) parts(v ssa.Value) string {
	var names []string
	t := v.Type().(*types.Tuple)
	for i := range t.Len() {
		if isInvalid(t.At(i).Type()) {
			names = append(names, "_")
		} else {
			names = append(names, fmt.Sprintf("%s_%d", e.value(v), i))
		}
	}
	return strings.Join(names, ", ")
}

// hooked is whether the hook of in is passed; it is false also where there is none.
func (e *emitter) hooked(in ssa.Instruction) bool {
	return hook.Is(in) && (e.opts.step == nil || e.opts.step(in))
}

// pass emits the hook before an instruction, where it stands before it: those of select, of a range's next
// and of the functions that the runtime calls itself are passed there.
func (e *emitter) pass(w *bytes.Buffer, in ssa.Instruction) {
	plain := func() { fmt.Fprintf(w, "r_g.hook(%d)\n", e.line()) }
	// A test's runtime looks at each access, and at its operations it passes the hooks itself.
	access := func(p ssa.Value, write bool) {
		fmt.Fprintf(w, "r_g.access(%d, %q, %v)\n", e.line(), variable(p), write)
	}
	models := e.opts.models
	switch in := in.(type) {
	case *ssa.Call:
		f := in.Call.StaticCallee()
		switch {
		case e.special(&in.Call) != "":
		case models && f != nil && strings.HasPrefix(f.String(), "(*sync/atomic."):
			access(in.Call.Args[0], f.Name() != "Load")
		default:
			plain()
		}
	case *ssa.Select, *ssa.Next:
	case *ssa.Send:
		if !models {
			plain()
		}
	case *ssa.UnOp:
		switch {
		case !models:
			plain()
		case in.Op == token.MUL:
			access(in.X, false)
		}
	case *ssa.Store:
		if models {
			access(in.Addr, true)
		} else {
			plain()
		}
	default:
		plain()
	}
}

func (e *emitter) instr(w *bytes.Buffer, in ssa.Instruction) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	hooked := e.hooked(in)
	if hooked {
		e.self = true
		e.pass(w, in)
	}
	name := ""
	if v, ok := in.(ssa.Value); ok {
		name = e.value(v)
	}
	switch in := in.(type) {
	case *ssa.DebugRef, *ssa.Phi, *ssa.RunDefers:
	case *ssa.Alloc:
		p("%s = new(%s)", name, e.typ(in.Type().Underlying().(*types.Pointer).Elem()))
	case *ssa.BinOp:
		p("%s = %s", name, e.binary(in))
	case *ssa.UnOp:
		p("%s", e.unary(name, in))
	case *ssa.Call:
		e.call(w, in)
	case *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.MultiConvert, *ssa.SliceToArrayPointer:
		v := in.(ssa.Value)
		p("%s = (%s)(%s)", name, e.typ(v.Type()), e.value(*in.Operands(nil)[0]))
	case *ssa.MakeInterface:
		p("%s = %s", name, e.value(in.X))
	case *ssa.MakeClosure:
		p("%s = %s", name, e.closure(in))
	case *ssa.MakeMap:
		size := ""
		if in.Reserve != nil {
			size = ", " + e.value(in.Reserve)
		}
		p("%s = make(%s%s)", name, e.typ(in.Type()), size)
	case *ssa.MakeChan:
		if e.opts.models {
			p("%s = r_makeChan[%s](int(%s))", name, e.typ(in.Type().Underlying().(*types.Chan).Elem()), e.value(in.Size))
		} else {
			p("%s = make(%s, %s)", name, e.typ(in.Type()), e.value(in.Size))
		}
	case *ssa.MakeSlice:
		p("%s = make(%s, %s, %s)", name, e.typ(in.Type()), e.value(in.Len), e.value(in.Cap))
	case *ssa.Slice:
		p("%s = %s", name, e.slice(in))
	case *ssa.FieldAddr:
		s := in.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		p("%s = &%s.%s", name, e.value(in.X), e.field(s.Field(in.Field)))
	case *ssa.Field:
		p("%s = %s.%s", name, e.value(in.X), e.field(in.X.Type().Underlying().(*types.Struct).Field(in.Field)))
	case *ssa.IndexAddr:
		p("%s = &%s[%s]", name, e.value(in.X), e.value(in.Index))
	case *ssa.Index:
		p("%s = %s[%s]", name, e.value(in.X), e.value(in.Index))
	case *ssa.Lookup:
		if in.CommaOk {
			name = e.parts(in)
		}
		p("%s = %s[%s]", name, e.value(in.X), e.value(in.Index))
	case *ssa.Range:
		if m, ok := in.X.Type().Underlying().(*types.Map); ok {
			p("%s = r_rangeMap[%s, %s](%s)", name, e.typ(m.Key()), e.typ(m.Elem()), e.value(in.X))
		} else {
			p("%s = &r_stringIter{s: string(%s)}", name, e.value(in.X))
		}
	case *ssa.Next:
		choice := "0"
		if hooked {
			choice = fmt.Sprintf("r_g.hook(%d)", e.line())
		}
		if in.IsString {
			choice = ""
		}
		p("%s = %s.next(%s)", e.parts(in), e.value(in.Iter), choice)
	case *ssa.TypeAssert:
		if in.CommaOk {
			name = e.parts(in)
		}
		p("%s = %s.(%s)", name, e.value(in.X), e.typ(in.AssertedType))
	case *ssa.Extract:
		p("%s = %s_%d", name, e.value(in.Tuple), in.Index)
	case *ssa.Select:
		e.choose(w, in, hooked)
	case *ssa.Go:
		e.start(w, in)
	case *ssa.Defer:
		e.postpone(w, in)
	case *ssa.Store:
		p("*%s = %s", e.value(in.Addr), e.value(in.Val))
	case *ssa.MapUpdate:
		p("%s[%s] = %s", e.value(in.Map), e.value(in.Key), e.value(in.Value))
	case *ssa.Send:
		if e.opts.models {
			e.self = true
			p("r_send(r_g, %d, %s, %s)", e.line(), e.value(in.Chan), e.value(in.X))
		} else {
			p("%s <- %s", e.value(in.Chan), e.value(in.X))
		}
	case *ssa.Panic:
		p("panic(%s)", e.value(in.X))
	case *ssa.Return:
		p("return %s", e.list(in.Results))
	case *ssa.Jump:
		e.jump(w, in.Block(), 0)
	case *ssa.If:
		p("if %s {", e.value(in.Cond))
		e.jump(w, in.Block(), 0)
		p("}")
		e.jump(w, in.Block(), 1)
	default:
		e.refuse("replay does not know the instruction %s", in)
	}
}

// unary assigns what an operation with one operand gives to name.
func (e *emitter) unary(name string, in *ssa.UnOp) string {
	switch {
	case in.Op == token.ARROW && e.opts.models:
		e.self = true
		to := name + ", _"
		if in.CommaOk {
			to = e.parts(in)
		}
		return fmt.Sprintf("%s = r_recv(r_g, %d, %s)", to, e.line(), e.value(in.X))
	case in.Op == token.ARROW && in.CommaOk:
		return fmt.Sprintf("%s = <-%s", e.parts(in), e.value(in.X))
	}
	return fmt.Sprintf("%s = %s%s", name, in.Op, e.value(in.X))
}

// closure is a function literal with what it has captured, or a method value.
func (e *emitter) closure(in *ssa.MakeClosure) string {
	fn := in.Fn.(*ssa.Function)
	if !strings.HasPrefix(fn.Synthetic, "bound ") {
		return fmt.Sprintf("%s(%s)", e.want(fn), e.list(in.Bindings))
	}
	if m := fn.Object().(*types.Func).FullName(); specials[m] != "" {
		e.refuse("replay does not take the method value %s; call it in a function literal", m)
	}
	return fmt.Sprintf("%s.%s", e.value(in.Bindings[0]), fn.Object().Name())
}

func (e *emitter) slice(in *ssa.Slice) string {
	bound := func(v ssa.Value) string {
		if v == nil {
			return ""
		}
		return e.value(v)
	}
	text := bound(in.Low) + ":" + bound(in.High)
	if in.Max != nil {
		text += ":" + bound(in.Max)
	}
	return fmt.Sprintf("%s[%s]", e.value(in.X), text)
}

// variable is the name in the source of the variable at address p, for the tests' runtime.
func variable(p ssa.Value) string {
	if a, ok := p.(*ssa.Alloc); ok {
		return a.Comment
	}
	return p.Name()
}

// jump goes to the nth successor of b, and gives its phis their values, all at once.
func (e *emitter) jump(w *bytes.Buffer, b *ssa.BasicBlock, n int) {
	to := b.Succs[n]
	index, seen := 0, 0
	for i, pred := range to.Preds {
		if pred == b { // both ways of an If may lead to one block: the second is the second edge
			index = i
			if b.Succs[0] == b.Succs[len(b.Succs)-1] && seen < n {
				seen++
				continue
			}
			break
		}
	}
	var left, right []string
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			if _, ok := in.(*ssa.DebugRef); ok {
				continue
			}
			break
		}
		left, right = append(left, e.value(phi)), append(right, e.value(phi.Edges[index]))
	}
	if len(left) > 0 {
		fmt.Fprintf(w, "%s = %s\n", strings.Join(left, ", "), strings.Join(right, ", "))
	}
	fmt.Fprintf(w, "goto b_%d\n", to.Index)
}

func (e *emitter) binary(in *ssa.BinOp) string {
	x, y := e.value(in.X), e.value(in.Y)
	if in.Op == token.EQL || in.Op == token.NEQ {
		switch in.X.Type().Underlying().(type) {
		case *types.Slice, *types.Map, *types.Signature: // can be compared with a plain nil alone
			xNil, yNil := isNil(in.X), isNil(in.Y)
			if xNil && yNil {
				return "r_const[bool](" + strconv.FormatBool(in.Op == token.EQL) + ")"
			}
			if xNil {
				x = "nil"
			} else {
				y = "nil"
			}
		}
	}
	return fmt.Sprintf("%s %s %s", x, in.Op, y)
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// specials are functions that the runtime calls in its own way: under a name of the runtime's, with
// the goroutine and the line as first arguments. Their hook is passed there.
var specials = map[string]string{
	"(*sync.Cond).Wait":      "r_condWait",
	"(*sync.Cond).Signal":    "r_condSignal",
	"(*sync.Cond).Broadcast": "r_condBroadcast",
	"(*sync.WaitGroup).Go":   "r_groupGo",
	"time.Sleep":             "r_sleep",
}

// modelled are what a test's runtime does besides.
var modelled = map[string]string{
	"(*sync.Mutex).Lock":      "r_lock",
	"(*sync.Mutex).Unlock":    "r_unlock",
	"(*sync.Mutex).TryLock":   "r_tryLock",
	"(*sync.RWMutex).Lock":    "r_rwLock",
	"(*sync.RWMutex).Unlock":  "r_rwUnlock",
	"(*sync.RWMutex).RLock":   "r_rLock",
	"(*sync.RWMutex).RUnlock": "r_rUnlock",
	"(*sync.WaitGroup).Add":   "r_groupAdd",
	"(*sync.WaitGroup).Done":  "r_groupDone",
	"(*sync.WaitGroup).Wait":  "r_groupWait",
	"fmt.Println":             "r_println",
}

// starters are functions of libraries that start a goroutine for their second argument: what the
// runtime makes of it.
var starters = map[string]string{
	"(*golang.org/x/sync/errgroup.Group).Go": "r_child",
	"time.AfterFunc":                         "r_later",
	"context.AfterFunc":                      "r_later",
}

func (e *emitter) special(c *ssa.CallCommon) string {
	fn := c.StaticCallee()
	if fn == nil || fn.Object() == nil || strings.HasPrefix(fn.Synthetic, "bound ") {
		if b, ok := c.Value.(*ssa.Builtin); ok && e.opts.models && b.Name() == "close" {
			return "r_close"
		}
		return ""
	}
	name := fn.Object().(*types.Func).FullName()
	if s := specials[name]; s != "" {
		return s
	}
	if e.opts.models {
		return modelled[name]
	}
	return ""
}

// callText is the text of a call whose operands are given: the function (of no meaning where it is
// known) and the arguments.
func (e *emitter) callText(c *ssa.CallCommon, fn string, args []string) string {
	if s := e.special(c); s != "" {
		e.self = true
		return fmt.Sprintf("%s(%s)", s, strings.Join(append([]string{"r_g", strconv.Itoa(e.line())}, args...), ", "))
	}
	dots := ""
	if c.Signature().Variadic() && len(args) > 0 {
		dots = "..."
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "append":
			if len(args) < 2 {
				dots = ""
			}
		case "recover", "len", "cap", "copy", "delete", "close", "clear", "min", "max", "real", "imag", "complex",
			"print", "println", "panic":
			dots = ""
		case "Add", "Slice", "String", "SliceData", "StringData":
			fn, dots = e.imported("unsafe")+"."+b.Name(), ""
		default:
			e.refuse("replay does not know the builtin %s", b.Name())
		}
	}
	if f := c.StaticCallee(); f != nil && f.Object() != nil {
		if starter := starters[f.Object().(*types.Func).FullName()]; starter != "" {
			e.self = true
			args[1] = fmt.Sprintf("%s(r_g, %s)", starter, args[1])
		}
	}
	return fmt.Sprintf("%s(%s%s)", fn, strings.Join(args, ", "), dots)
}

// parts of a call before it is made: the function, unless it is known, and the arguments.
func (e *emitter) operands(c *ssa.CallCommon) (fn string, args []string) {
	switch f := c.Value.(type) {
	case *ssa.Builtin:
		fn = f.Name()
	default:
		if e.special(c) == "" {
			fn = e.value(f)
		}
		if c.IsInvoke() {
			if !c.Method.Exported() && c.Method.Pkg() != e.pkg.Pkg {
				e.refuse("replay cannot reach the method %s, which its package keeps to itself", c.Method.Name())
			}
			fn += "." + c.Method.Name()
		}
	}
	for _, a := range c.Args {
		args = append(args, e.value(a))
	}
	return fn, args
}

func (e *emitter) call(w *bytes.Buffer, in *ssa.Call) {
	if f := in.Call.StaticCallee(); f != nil && f.Synthetic == "package initializer" {
		return // of an imported package: the real one initialises itself
	}
	fn, args := e.operands(&in.Call)
	text := e.callText(&in.Call, fn, args)
	switch t := in.Type().(type) {
	case *types.Tuple:
		if t.Len() > 0 {
			text = e.parts(in) + " = " + text
		}
	default:
		text = e.value(in) + " = " + text
	}
	fmt.Fprintln(w, text)
}

// start emits a go statement: what is called is evaluated here, as Go does.
func (e *emitter) start(w *bytes.Buffer, in *ssa.Go) {
	e.self = true
	c := &in.Call
	var left, right []string
	fn, args := e.operands(c)
	if c.StaticCallee() == nil && !isBuiltin(c) {
		method := ""
		if c.IsInvoke() {
			fn, method = e.value(c.Value), "."+c.Method.Name()
		}
		left, right = append(left, "r_fn"), append(right, fn)
		fn = "r_fn" + method
	} else if _, ok := c.Value.(*ssa.MakeClosure); ok && e.special(c) == "" {
		left, right = append(left, "r_fn"), append(right, fn)
		fn = "r_fn"
	}
	for i, a := range args {
		left, right = append(left, fmt.Sprintf("r_%d", i)), append(right, a)
		args[i] = left[len(left)-1]
	}
	fmt.Fprintln(w, "{")
	if len(left) > 0 {
		fmt.Fprintf(w, "%s := %s\n", strings.Join(left, ", "), strings.Join(right, ", "))
	}
	fmt.Fprintln(w, "r_go(r_g, func(r_g *r_goroutine) {")
	if hook.Call(c) && e.special(c) == "" && (e.opts.step == nil || e.opts.step(in)) {
		fmt.Fprintf(w, "r_g.hook(%d)\n", e.line())
	}
	fmt.Fprintf(w, "%s\n})\n}\n", asStatement(c, e.callText(c, fn, args)))
}

// asStatement makes a call of a builtin that has a value a statement.
func asStatement(c *ssa.CallCommon, text string) string {
	if isBuiltin(c) {
		switch c.Value.Name() {
		case "append", "cap", "complex", "imag", "len", "max", "min", "real":
			return "_ = " + text
		}
	}
	return text
}

func isBuiltin(c *ssa.CallCommon) bool {
	_, ok := c.Value.(*ssa.Builtin)
	return ok
}

// postpone emits a deferred call. Its hook is a deferred call of its own, which runs just before
// it: inside one function with it, recover would not work.
func (e *emitter) postpone(w *bytes.Buffer, in *ssa.Defer) {
	fn, args := e.operands(&in.Call)
	fmt.Fprintf(w, "defer %s\n", e.callText(&in.Call, fn, args))
	if hook.Call(&in.Call) && e.special(&in.Call) == "" && (e.opts.step == nil || e.opts.step(in)) {
		e.self = true
		fmt.Fprintf(w, "defer r_g.hook(%d)\n", e.line())
	}
}

// choose emits a select. A choice leaves but one of its channels; the others are nil for the
// moment.
func (e *emitter) choose(w *bytes.Buffer, in *ssa.Select, hooked bool) {
	name := e.value(in)
	choice := "0"
	if hooked {
		e.self = true
		choice = fmt.Sprintf("r_g.hook(%d)", e.line())
	}
	if e.opts.models {
		e.chooseModel(w, in)
		return
	}
	fmt.Fprintf(w, "{\nr_c := %s\n_ = r_c\n", choice)
	received := 2
	fmt.Fprintf(w, "select {\n")
	for i, s := range in.States {
		ch := fmt.Sprintf("r_mask(%s, r_c, %d)", e.value(s.Chan), i+1)
		if s.Dir == types.SendOnly {
			fmt.Fprintf(w, "case %s <- %s:\n", ch, e.value(s.Send))
		} else {
			fmt.Fprintf(w, "case %s_%d, %s_1 = <-%s:\n", name, received, name, ch)
			received++
		}
		fmt.Fprintf(w, "%s_0 = %d\n", name, i)
	}
	if !in.Blocking {
		fmt.Fprintf(w, "default:\n%s_0 = -1\n", name)
	}
	fmt.Fprintf(w, "}\n}\n")
}

// chooseModel emits a select of the tests' runtime.
func (e *emitter) chooseModel(w *bytes.Buffer, in *ssa.Select) {
	e.self = true
	name := e.value(in)
	var cases []string
	var take []string
	received := 2
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			cases = append(cases, fmt.Sprintf("r_sendCase(%s, %s)", e.value(s.Chan), e.value(s.Send)))
		} else {
			cases = append(cases, fmt.Sprintf("r_recvCase(%s)", e.value(s.Chan)))
			take = append(take, fmt.Sprintf("r_take(r_v, %s_0, %d, &%s_%d)\n", name, len(cases)-1, name, received))
			received++
		}
	}
	fmt.Fprintf(w, "{\nvar r_v any\n_ = r_v\n%s_0, %s_1, r_v = r_select(r_g, %d, %v, %s)\n%s}\n", name, name, e.line(),
		in.Blocking, strings.Join(cases, ", "), strings.Join(take, ""))
}
