package engine

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"math"
	"unicode/utf8"
)

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64 | uintptr
}

// binary is x op y, of operands of static type typ.
func (t *thread) binary(op token.Token, x, y Value, typ types.Type) Value {
	if a, ok := x.(string); ok && op == token.ADD {
		t.s.p.limits.takes((len(a) + len(y.(string))) / 16)
	}
	switch op {
	case token.EQL, token.NEQ:
		if a, ok := x.(GRef); ok {
			x = int(a)
		}
		same, ok := equal(x, y)
		if !ok {
			t.throw("comparing uncomparable type %s", uncomparable(x))
		}
		return same == (op == token.EQL)
	case token.SHL, token.SHR:
		n, _ := asInt(y)
		if n < 0 {
			if _, unsigned := y.(uint64); !unsigned {
				t.throw("negative shift amount")
			}
			n = math.MaxInt64
		}
		return shift(op, x, uint64(n), typ.Underlying().(*types.Basic))
	}
	switch a := x.(type) {
	case int:
		return t.integers(op, a, y)
	case bool:
		return x
	case string:
		if op == token.ADD {
			return a + y.(string)
		}
		return ordered(op, a, y.(string))
	case int8:
		return calc(t, op, a, y.(int8))
	case int16:
		return calc(t, op, a, y.(int16))
	case int32:
		return calc(t, op, a, y.(int32))
	case int64:
		return calc(t, op, a, y.(int64))
	case uint:
		return calc(t, op, a, y.(uint))
	case uint8:
		return calc(t, op, a, y.(uint8))
	case uint16:
		return calc(t, op, a, y.(uint16))
	case uint32:
		return calc(t, op, a, y.(uint32))
	case uint64:
		return calc(t, op, a, y.(uint64))
	case uintptr:
		return calc(t, op, a, y.(uintptr))
	case float32:
		return floats(op, a, y.(float32))
	case float64:
		return floats(op, a, y.(float64))
	case complex64:
		return fields(op, a, y.(complex64))
	case complex128:
		return fields(op, a, y.(complex128))
	case GRef:
		return t.integers(op, int(a), y)
	}
	panic(refusal{pos: t.pos(), what: fmt.Sprintf("explore does not take %s on %s", op, typ)})
}

func (t *thread) integers(op token.Token, a int, y Value) Value {
	if g, ok := y.(GRef); ok {
		y = int(g)
	}
	return calc(t, op, a, y.(int))
}

func uncomparable(v Value) string {
	switch v := v.(type) {
	case Iface:
		if !types.Comparable(v.T) {
			return typeName(v.T)
		}
		return uncomparable(v.V)
	case Tuple:
		for _, c := range v {
			if !hashable(c) {
				return uncomparable(c)
			}
		}
	}
	return "value"
}

func calc[T integer](t *thread, op token.Token, a, b T) Value {
	switch op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	case token.QUO, token.REM:
		if b == 0 {
			t.throw("integer divide by zero")
		}
		if op == token.QUO {
			return a / b
		}
		return a % b
	case token.AND:
		return a & b
	case token.OR:
		return a | b
	case token.XOR:
		return a ^ b
	case token.AND_NOT:
		return a &^ b
	}
	return ordered(op, a, b)
}

func floats[T float32 | float64](op token.Token, a, b T) Value {
	if v := fields(op, a, b); v != nil {
		return v
	}
	return ordered(op, a, b)
}

// fields are the four operations that floats and complex numbers have.
func fields[T float32 | float64 | complex64 | complex128](op token.Token, a, b T) Value {
	switch op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	case token.QUO:
		return a / b
	}
	return nil
}

func ordered[T cmp.Ordered](op token.Token, a, b T) Value {
	switch op {
	case token.LSS:
		return a < b
	case token.LEQ:
		return a <= b
	case token.GTR:
		return a > b
	case token.GEQ:
		return a >= b
	}
	return nil
}

// shift is x << n or x >> n, of an x of type typ.
func shift(op token.Token, x Value, n uint64, typ *types.Basic) Value {
	a := mustInt(x)
	switch {
	case op == token.SHL:
		a <<= n
	case typ.Info()&types.IsUnsigned != 0:
		a = int64(uint64(a) >> n)
	default:
		a >>= n
	}
	return number(typ, a)
}

// unary is op x, of a result of static type typ.
func unary(op token.Token, x Value, typ types.Type) Value {
	switch op {
	case token.NOT:
		return !x.(bool)
	case token.SUB:
		switch a := x.(type) {
		case float32:
			return -a
		case float64:
			return -a
		case complex64:
			return -a
		case complex128:
			return -a
		}
		return number(typ.Underlying().(*types.Basic), -mustInt(x))
	case token.XOR:
		return number(typ.Underlying().(*types.Basic), ^mustInt(x))
	}
	return nil
}

// convert is a conversion between types whose values differ.
func (t *thread) convert(site *site, v Value, from, to types.Type) Value {
	switch target := to.Underlying().(type) {
	case *types.Basic:
		if target.Info()&types.IsString != 0 {
			switch x := v.(type) {
			case string:
				return x
			case Slice:
				if elem, ok := from.Underlying().(*types.Slice); ok && cells(elem.Elem()) == 1 {
					return t.s.text(x)
				}
			}
			n, _ := asInt(v)
			if n < 0 || n > utf8.MaxRune {
				return string(utf8.RuneError)
			}
			return string(rune(n))
		}
		if target.Kind() == types.UnsafePointer {
			panic(refusal{pos: t.pos(), what: "explore does not take package unsafe"})
		}
		return convertNumber(v, target)
	case *types.Slice:
		s, ok := v.(string)
		if !ok {
			return v
		}
		var all []Value
		if basic := target.Elem().Underlying().(*types.Basic); basic.Kind() == types.Int32 {
			for _, r := range s {
				all = append(all, r)
			}
		} else {
			for i := range len(s) {
				all = append(all, s[i])
			}
		}
		n := int32(len(all))
		return Slice{Obj: t.s.alloc(&object{site: site, cells: all}), Len: n, Cap: n}
	case *types.Pointer:
		if _, ok := from.Underlying().(*types.Basic); ok {
			panic(refusal{pos: t.pos(), what: "explore does not take package unsafe"})
		}
	}
	return v
}

// text is a []byte or []rune as a string.
func (s *state) text(x Slice) string {
	if x.Obj == 0 {
		return ""
	}
	var b []byte
	for _, c := range s.objs[x.Obj].cells[x.Off : x.Off+x.Len] {
		switch c := c.(type) {
		case byte:
			b = append(b, c)
		case rune:
			b = utf8.AppendRune(b, c)
		}
	}
	return string(b)
}

func convertNumber(v Value, to *types.Basic) Value {
	info := to.Info()
	switch x := v.(type) {
	case float32:
		return fromFloat(float64(x), to)
	case float64:
		return fromFloat(x, to)
	case complex64:
		if to.Kind() == types.Complex64 {
			return x
		}
		return complex128(x)
	case complex128:
		if to.Kind() == types.Complex64 {
			return complex64(x)
		}
		return x
	case GRef:
		return v
	case bool, string:
		return v
	}
	n, _ := asInt(v)
	if info&types.IsFloat != 0 {
		f := float64(n)
		switch u := v.(type) {
		case uint64:
			f = float64(u)
		case uint:
			f = float64(u)
		}
		if to.Kind() == types.Float32 {
			return float32(f)
		}
		return f
	}
	return number(to, n)
}

func fromFloat(f float64, to *types.Basic) Value {
	switch to.Kind() {
	case types.Float32:
		return float32(f)
	case types.Float64, types.UntypedFloat:
		return f
	case types.Uint64, types.Uint, types.Uintptr:
		return number(to, int64(uint64(f)))
	}
	return number(to, int64(f))
}
