package engine

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// printer makes the text of fmt's functions out of values of the interpreted program. A value of a
// basic type goes to Go's own fmt; what is made of several is walked here. What a method of the
// program says is not known here: the printer stops and asks, and is run again with one answer
// more.
type printer struct {
	s    *state
	said []string // what methods have answered, in order: = and the text, or ! and what is printed for a panic
	used int

	out   strings.Builder
	flags string // of the directive: some of "+-# 0"
	width string // digits, or empty
	prec  string // a dot and digits, or empty
	v     bool   // the verb is v: + and # have meanings of their own

	wrapping bool // Errorf's: %w is %v
	silent   bool // only the verbs are looked at
	wrong    bool // within the text of a wrong verb, where no method is asked
}

// question is what stops a printer: a method of a value, which the program must call, and the
// directive, such as "String%-8v".
type question struct {
	value Iface
	how   string
}

func (p *printer) plus() bool  { return p.v && strings.Contains(p.flags, "+") }
func (p *printer) sharp() bool { return p.v && strings.Contains(p.flags, "#") }

func (p *printer) directive(verb rune) string { return "%" + p.flags + p.width + p.prec + string(verb) }

// text is a string, padded and cut as %s would.
func (p *printer) text(s string) {
	flags := strings.Map(func(r rune) rune {
		if r == '-' || r == '0' {
			return r
		}
		return -1
	}, p.flags)
	fmt.Fprintf(&p.out, "%"+flags+p.width+p.prec+"s", s)
}

// padded is <nil> and the like, which a precision does not cut.
func (p *printer) padded(s string) {
	prec := p.prec
	p.prec = ""
	p.text(s)
	p.prec = prec
}

// print is fmt.Sprint, or Sprintln with its spaces and the end of the line.
func (p *printer) print(args []Value, line bool) {
	p.v = true
	wasString := false
	for i, a := range args {
		a := a.(Iface)
		isString := false
		if a.T != nil {
			b, ok := a.T.Underlying().(*types.Basic)
			isString = ok && b.Info()&types.IsString != 0
		}
		if i > 0 && (line || !isString && !wasString) {
			p.out.WriteByte(' ')
		}
		wasString = isString
		p.arg(a, 'v')
	}
	if line {
		p.out.WriteByte('\n')
	}
}

// scanner goes through a format as fmt does.
type scanner struct {
	format  string
	pos     int
	args    []Value
	next    int  // argument
	ordered bool // an index such as [2] has been seen
	good    bool // the indexes of this directive are right
}

// number reads digits; ok is false where there are none. What is too large for fmt is not ok
// either.
func (s *scanner) number() (n int, ok bool) {
	start := s.pos
	for s.pos < len(s.format) && '0' <= s.format[s.pos] && s.format[s.pos] <= '9' {
		s.pos++
	}
	if s.pos == start {
		return 0, false
	}
	n, err := strconv.Atoi(s.format[start:s.pos])
	if err != nil || n > widest {
		return 0, false
	}
	return n, true
}

// widest is the largest width and precision that fmt takes.
const widest = 1_000_000

// index reads [n], the number of the next argument, from 1. found tells whether there was one.
func (s *scanner) index() (found bool) {
	if s.pos >= len(s.format) || s.format[s.pos] != '[' {
		return false
	}
	s.ordered = true
	end := strings.IndexByte(s.format[s.pos:], ']')
	if end < 0 {
		s.good = false
		s.pos++
		return false
	}
	n, err := strconv.Atoi(s.format[s.pos+1 : s.pos+end])
	s.pos += end + 1
	if err != nil || n < 1 || n > len(s.args) {
		s.good = false
		return true
	}
	s.next = n - 1
	return true
}

// star is the integer that stands for a * in the format.
func (s *scanner) star() (n int, ok bool) {
	if s.next >= len(s.args) {
		return 0, false
	}
	a := s.args[s.next].(Iface)
	s.next++
	if a.T == nil {
		return 0, false
	}
	if b, is := a.T.Underlying().(*types.Basic); !is || b.Info()&types.IsInteger == 0 {
		return 0, false
	}
	wide, ok := asInt(a.V)
	return int(wide), ok && -widest <= wide && wide <= widest
}

// printf is fmt.Sprintf. each, if it is not nil, is called with the verb and the index of each
// argument in its place.
func (p *printer) printf(format string, args []Value, each func(verb rune, index int)) {
	s := &scanner{format: format, args: args}
	for s.pos < len(format) {
		start := strings.IndexByte(format[s.pos:], '%')
		if start < 0 {
			p.out.WriteString(format[s.pos:])
			break
		}
		p.out.WriteString(format[s.pos : s.pos+start])
		s.pos += start + 1
		s.good = true
		p.flags, p.width, p.prec = "", "", ""
		for s.pos < len(format) && strings.IndexByte("+-# 0", format[s.pos]) >= 0 {
			p.flags += format[s.pos : s.pos+1]
			s.pos++
		}
		if indexed := p.precision(s, p.widthOf(s)); !indexed {
			s.index()
		}
		if s.pos >= len(format) {
			p.out.WriteString("%!(NOVERB)")
			break
		}
		verb, size := utf8.DecodeRuneInString(format[s.pos:])
		s.pos += size
		p.v = verb == 'v' || verb == 'w'
		switch {
		case verb == '%':
			p.out.WriteByte('%')
		case !s.good:
			p.out.WriteString("%!" + string(verb) + "(BADINDEX)")
		case s.next >= len(args):
			p.out.WriteString("%!" + string(verb) + "(MISSING)")
		default:
			if each != nil {
				each(verb, s.next)
			}
			if !p.silent {
				p.arg(args[s.next].(Iface), verb)
			}
			s.next++
		}
	}
	if !s.ordered && s.next < len(args) && !p.silent {
		p.extra(args[s.next:])
	}
}

// widthOf reads the width, if there is one, and tells whether an index such as [3] stands last
// before the verb.
func (p *printer) widthOf(s *scanner) (indexed bool) {
	indexed = s.index()
	if s.skip('*') {
		n, ok := s.star()
		switch {
		case !ok:
			p.out.WriteString("%!(BADWIDTH)")
		case n < 0:
			p.flags += "-"
			n = -n
			fallthrough
		default:
			p.width = strconv.Itoa(n)
		}
		return false
	}
	if n, ok := s.number(); ok {
		p.width = strconv.Itoa(n)
		if indexed {
			s.good = false // %[3]2d
		}
	}
	return indexed
}

// precision reads the precision, if there is one, and tells whether an index stands last before the
// verb.
func (p *printer) precision(s *scanner, indexed bool) bool {
	if !s.skip('.') {
		return indexed
	}
	if indexed {
		s.good = false // %[3].2d
	}
	indexed = s.index()
	if !s.skip('*') {
		n, _ := s.number()
		p.prec = "." + strconv.Itoa(n)
		return indexed
	}
	if n, ok := s.star(); ok && n >= 0 {
		p.prec = "." + strconv.Itoa(n)
	} else {
		p.out.WriteString("%!(BADPREC)")
	}
	return false
}

// skip goes past a byte, if it is the next.
func (s *scanner) skip(b byte) bool {
	is := s.pos < len(s.format) && s.format[s.pos] == b
	if is {
		s.pos++
	}
	return is
}

// extra complains about arguments that no verb takes.
func (p *printer) extra(args []Value) {
	p.flags, p.width, p.prec, p.v = "", "", "", true
	p.out.WriteString("%!(EXTRA ")
	for i, a := range args {
		if i > 0 {
			p.out.WriteString(", ")
		}
		a := a.(Iface)
		if a.T == nil {
			p.out.WriteString("<nil>")
			continue
		}
		p.out.WriteString(reflectName(a.T) + "=")
		p.arg(a, 'v')
	}
	p.out.WriteByte(')')
}

// arg formats an argument.
func (p *printer) arg(a Iface, verb rune) {
	if a.T == nil {
		if verb == 'T' || verb == 'v' {
			p.padded("<nil>")
		} else {
			p.bad(a, verb)
		}
		return
	}
	switch verb {
	case 'T':
		p.text(reflectName(a.T))
		return
	case 'p':
		switch a.T.Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
			p.address(a, 'p')
		default:
			p.bad(a, 'p')
		}
		return
	}
	p.value(a, verb, 0, true)
}

// value formats a value, and asks its methods first if they may be.
func (p *printer) value(a Iface, verb rune, depth int, methods bool) {
	if depth > deepest {
		panic(refusal{what: "a value that holds itself cannot be printed"})
	}
	if verb == 'w' && !types.Identical(a.T, byteSlice) {
		if !p.wrapping || !hasText(a.T, "Error") {
			p.bad(a, verb)
			return
		}
		verb = 'v'
	}
	if methods && p.asked(a, verb) {
		return
	}
	switch t := a.T.Underlying().(type) {
	case *types.Basic:
		p.basic(a, t, verb)
	case *types.Map:
		p.mapping(a, t, verb, depth, methods)
	case *types.Struct:
		p.structure(a, t, verb, depth, methods)
	case *types.Array:
		var elems []Value
		tuple, size := a.V.(Tuple), cells(t.Elem())
		for i := range int(t.Len()) {
			elems = append(elems, part(tuple, i*size, size, flat(t.Elem())))
		}
		p.list(a, t.Elem(), elems, verb, depth, methods, false)
	case *types.Slice:
		ref, _ := a.V.(Slice)
		size := cells(t.Elem())
		all := Tuple(p.s.contents(ref, int32(size)))
		var elems []Value
		for i := range int(ref.Len) {
			elems = append(elems, part(all, i*size, size, flat(t.Elem())))
		}
		p.list(a, t.Elem(), elems, verb, depth, methods, ref.Obj == 0)
	case *types.Pointer:
		at, _ := a.V.(Ptr)
		if depth == 0 && at.Obj != 0 {
			switch t.Elem().Underlying().(type) {
			case *types.Array, *types.Slice, *types.Struct, *types.Map:
				p.out.WriteByte('&')
				p.value(Iface{t.Elem(), p.s.load(at, t.Elem())}, verb, depth+1, methods)
				return
			}
		}
		p.address(a, verb)
	default: // chan, func
		p.address(a, verb)
	}
}

var byteSlice = types.NewSlice(types.Typ[types.Uint8])

// deepest is how deep values may lie in each other.
const deepest = 1000

// inner formats what a composed value holds: an interface's value in its place.
func (p *printer) inner(t types.Type, v Value, verb rune, depth int, methods bool) {
	if types.IsInterface(t) {
		i, _ := v.(Iface)
		if i.T == nil {
			if p.sharp() {
				p.out.WriteString(reflectName(t) + "(nil)")
			} else {
				p.out.WriteString("<nil>")
			}
			return
		}
		p.value(i, verb, depth+1, methods)
		return
	}
	p.value(Iface{t, v}, verb, depth, methods)
}

// asked tells whether a method of the value has made its text.
func (p *printer) asked(a Iface, verb rune) bool {
	if p.wrong {
		return false
	}
	how := ""
	switch {
	case hasFormat(a.T):
		how = "Format"
	case p.sharp():
		if !hasText(a.T, "GoString") {
			return false
		}
		how = "GoString"
	case strings.ContainsRune("vsxXq", verb):
		switch {
		case hasText(a.T, "Error"):
			how = "Error"
		case hasText(a.T, "String"):
			how = "String"
		default:
			return false
		}
	default:
		return false
	}
	if p.used == len(p.said) {
		panic(question{a, how + p.directive(verb)})
	}
	text := p.said[p.used]
	p.used++
	switch {
	case strings.HasPrefix(text, "!") || strings.HasPrefix(how, "Format"):
		p.out.WriteString(text[1:])
	case strings.HasPrefix(how, "GoString"):
		p.text(text[1:])
	default:
		fmt.Fprintf(&p.out, p.directive(verb), text[1:])
	}
	return true
}

// hasText tells whether a type has a method of this name without parameters that gives a string.
func hasText(t types.Type, name string) bool {
	sig := methodOf(t, name)
	return sig != nil && sig.Params().Len() == 0 && sig.Results().Len() == 1 &&
		types.Identical(sig.Results().At(0).Type(), types.Typ[types.String])
}

// hasFormat tells whether a type is a fmt.Formatter.
func hasFormat(t types.Type) bool {
	sig := methodOf(t, "Format")
	if sig == nil || sig.Params().Len() != 2 || sig.Results().Len() != 0 {
		return false
	}
	state, ok := types.Unalias(sig.Params().At(0).Type()).(*types.Named)
	return ok && state.Obj().Pkg() != nil && state.Obj().Pkg().Path() == "fmt" && state.Obj().Name() == "State" &&
		types.Identical(sig.Params().At(1).Type(), types.Typ[types.Int32])
}

func methodOf(t types.Type, name string) *types.Signature {
	if _, basic := t.(*types.Basic); basic {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
	f, ok := m.(*types.Func)
	if !ok {
		return nil
	}
	return f.Signature()
}

// bad is the text of a verb that does not fit.
func (p *printer) bad(a Iface, verb rune) {
	p.out.WriteString("%!" + string(verb) + "(")
	if a.T == nil {
		p.out.WriteString("<nil>")
	} else {
		p.out.WriteString(reflectName(a.T) + "=")
		was, v := p.wrong, p.v
		p.wrong = true
		p.value(a, 'v', 0, false)
		p.wrong, p.v = was, v
	}
	p.out.WriteByte(')')
}

// fits are the verbs of the basic types, besides v.
func fits(t *types.Basic, verb rune) bool {
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		return strings.ContainsRune("tv", verb)
	case info&types.IsInteger != 0:
		return strings.ContainsRune("bcdoOqxXUv", verb)
	case info&(types.IsFloat|types.IsComplex) != 0:
		return strings.ContainsRune("beEfFgGxXv", verb)
	case info&types.IsString != 0:
		return strings.ContainsRune("sqxXv", verb)
	}
	return false
}

// asV is the verb that %v stands for.
func asV(t *types.Basic) rune {
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		return 't'
	case info&types.IsInteger != 0:
		return 'd'
	case info&types.IsString != 0:
		return 's'
	}
	return 'g'
}

func (p *printer) basic(a Iface, t *types.Basic, verb rune) {
	switch {
	case t.Kind() == types.UnsafePointer:
		p.address(a, verb)
	case fits(t, verb):
		if p.wrong && !p.v { // the flags of another verb keep their meaning
			verb = asV(t)
		}
		fmt.Fprintf(&p.out, p.directive(verb), a.V)
	default:
		p.bad(a, verb)
	}
}

// address is the text of a pointer, a channel, or a function: nil can be told, others differ from
// run to run.
func (p *printer) address(a Iface, verb rune) {
	null := false
	switch v := a.V.(type) {
	case Ptr:
		null = v.Obj == 0
	case Slice:
		null = v.Obj == 0
	case MapRef:
		null = v.Obj == 0
	case ChanRef:
		null = v.Obj == 0
	case *Closure:
		null = v == nil
	}
	if !strings.ContainsRune("vpbodxX", verb) {
		p.bad(a, verb)
		return
	}
	if !null {
		panic(refusal{what: "the address of a pointer, channel or function is printed, which is another in each run"})
	}
	switch {
	case verb == 'v' && p.sharp():
		p.out.WriteString("(" + reflectName(a.T) + ")(nil)")
	case verb == 'v':
		p.padded("<nil>")
	default:
		fmt.Fprintf(&p.out, p.directive(verb), (*int)(nil))
	}
}

func (p *printer) structure(a Iface, t *types.Struct, verb rune, depth int, methods bool) {
	if p.sharp() {
		p.out.WriteString(reflectName(a.T))
	}
	p.out.WriteByte('{')
	tuple, _ := a.V.(Tuple)
	off := 0
	for i := range t.NumFields() {
		f := t.Field(i)
		size := cells(f.Type())
		if i > 0 {
			p.between()
		}
		if p.plus() || p.sharp() {
			p.out.WriteString(f.Name() + ":")
		}
		v := part(tuple, off, size, flat(f.Type()))
		off += size
		if st, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() && !f.Exported() {
			// Its own methods may not be asked, but those of its fields may.
			p.structure(Iface{f.Type(), v}, st, verb, depth+1, methods)
			continue
		}
		p.inner(f.Type(), v, verb, depth+1, methods && f.Exported())
	}
	p.out.WriteByte('}')
}

// between is what stands between two elements.
func (p *printer) between() {
	if p.sharp() {
		p.out.WriteString(", ")
	} else {
		p.out.WriteByte(' ')
	}
}

func (p *printer) list(a Iface, elem types.Type, elems []Value, verb rune, depth int, methods, null bool) {
	if b, ok := elem.Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
		plain := types.Identical(a.T, byteSlice) && depth == 0 && !p.wrong && verb != 'w'
		if strings.ContainsRune("sqxX", verb) || plain {
			var bytes []byte
			if !null {
				bytes = make([]byte, len(elems))
			}
			for i, e := range elems {
				bytes[i] = e.(uint8)
			}
			fmt.Fprintf(&p.out, p.directive(verb), bytes)
			return
		}
	}
	p.brackets(a.T, "[", null, len(elems), func(i int) { p.inner(elem, elems[i], verb, depth+1, methods) })
}

// brackets are around the n elements of a list or a map of a type, which %#v names; without it they
// open as given.
func (p *printer) brackets(t types.Type, open string, null bool, n int, element func(i int)) {
	end := "]"
	if p.sharp() {
		open, end = reflectName(t)+"{", "}"
		if null {
			open, end = reflectName(t)+"(nil)", ""
		}
	}
	p.out.WriteString(open)
	for i := range n {
		if i > 0 {
			p.between()
		}
		element(i)
	}
	p.out.WriteString(end)
}

func (p *printer) mapping(a Iface, t *types.Map, verb rune, depth int, methods bool) {
	ref, _ := a.V.(MapRef)
	var m mapObject
	if ref.Obj != 0 {
		m = *p.s.objs[ref.Obj].m
	}
	order := make([]int, len(m.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareKeys(m.keys[i], m.keys[j]) })
	p.brackets(a.T, "map[", ref.Obj == 0, len(order), func(n int) {
		p.inner(t.Key(), m.keys[order[n]], verb, depth+1, methods)
		p.out.WriteByte(':')
		p.inner(t.Elem(), m.vals[order[n]], verb, depth+1, methods)
	})
}

// compareKeys is the order in which fmt prints the keys of a map.
func compareKeys(a, b Value) int {
	switch x := a.(type) {
	case bool:
		return cmp.Compare(btoi(x), btoi(b.(bool)))
	case string:
		return cmp.Compare(x, b.(string))
	case float32:
		return cmp.Compare(x, b.(float32))
	case float64:
		return cmp.Compare(x, b.(float64))
	case complex64:
		return compareKeys(complex128(x), complex128(b.(complex64)))
	case complex128:
		y := b.(complex128)
		return cmp.Or(cmp.Compare(real(x), real(y)), cmp.Compare(imag(x), imag(y)))
	case uint, uint64, uintptr:
		return cmp.Compare(uint64(mustInt(a)), uint64(mustInt(b)))
	case Tuple:
		for i, y := range b.(Tuple) {
			if c := compareKeys(x[i], y); c != 0 {
				return c
			}
		}
		return 0
	case Iface:
		y := b.(Iface)
		switch {
		case x.T == nil || y.T == nil:
			return cmp.Compare(btoi(x.T != nil), btoi(y.T != nil))
		case !types.Identical(x.T, y.T):
			return cmp.Compare(reflectName(x.T), reflectName(y.T))
		}
		return compareKeys(x.V, y.V)
	}
	x, ok := asInt(a)
	y, _ := asInt(b)
	if !ok {
		return 0
	}
	return cmp.Compare(x, y)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// typeNames is a list of types as a function's parameters or results are written.
func typeNames(tuple *types.Tuple, variadic bool) string {
	var names []string
	for i := range tuple.Len() {
		name := reflectName(tuple.At(i).Type())
		if variadic && i == tuple.Len()-1 {
			name = "..." + strings.TrimPrefix(name, "[]")
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func signatureName(sig *types.Signature) string {
	text := "(" + typeNames(sig.Params(), sig.Variadic()) + ")"
	switch sig.Results().Len() {
	case 0:
	case 1:
		text += " " + typeNames(sig.Results(), false)
	default:
		text += " (" + typeNames(sig.Results(), false) + ")"
	}
	return text
}

func structName(t *types.Struct) string {
	if t.NumFields() == 0 {
		return "struct {}"
	}
	var fields []string
	for i := range t.NumFields() {
		f := t.Field(i)
		field := reflectName(f.Type())
		if !f.Embedded() {
			field = f.Name() + " " + field
		}
		if tag := t.Tag(i); tag != "" {
			field += " " + strconv.Quote(tag)
		}
		fields = append(fields, field)
	}
	return "struct { " + strings.Join(fields, "; ") + " }"
}

// reflectName is a type as %T and %#v write it.
func reflectName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return "unsafe.Pointer"
		default:
			return types.Typ[t.Kind()].Name() // uint8 for byte
		}
	case *types.Named:
		name := t.Obj().Name()
		if t.Obj().Pkg() != nil {
			name = t.Obj().Pkg().Name() + "." + name
		}
		if args := t.TypeArgs(); args.Len() > 0 {
			var names []string
			for i := range args.Len() {
				names = append(names, reflectName(args.At(i)))
			}
			name += "[" + strings.Join(names, ",") + "]"
		}
		return name
	case *types.Pointer:
		return "*" + reflectName(t.Elem())
	case *types.Slice:
		return "[]" + reflectName(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), reflectName(t.Elem()))
	case *types.Map:
		return "map[" + reflectName(t.Key()) + "]" + reflectName(t.Elem())
	case *types.Chan:
		elem := reflectName(t.Elem())
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + elem
		case types.RecvOnly:
			return "<-chan " + elem
		}
		if inner, ok := types.Unalias(t.Elem()).(*types.Chan); ok && inner.Dir() == types.RecvOnly {
			elem = "(" + elem + ")"
		}
		return "chan " + elem
	case *types.Signature:
		return "func" + signatureName(t)
	case *types.Struct:
		return structName(t)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "interface {}"
		}
		var methods []string
		for i := range t.NumMethods() {
			methods = append(methods, t.Method(i).Name()+signatureName(t.Method(i).Signature()))
		}
		slices.Sort(methods)
		return "interface { " + strings.Join(methods, "; ") + " }"
	}
	return t.String()
}
