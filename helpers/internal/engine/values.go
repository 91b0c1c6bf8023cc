package engine

import (
	"fmt"
	"go/constant"
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
)

// Value is a value of the interpreted program, by the underlying type of its static type: a bool,
// number or string is that very Go type; the others are the types below.
type Value any

// Tuple is a struct, an array or several results, flattened: struct{a int; b struct{c, d int}} has
// three cells. It is never changed once made.
type Tuple []Value

// Ptr points to a cell of an object. The zero value is nil.
type Ptr struct{ Obj, Off int32 }

// Slice is a slice. Len and Cap count elements, Off counts cells. A nil slice has Obj 0.
type Slice struct{ Obj, Off, Len, Cap int32 }

// MapRef is a map; Obj 0 is nil.
type MapRef struct{ Obj int32 }

// ChanRef is a channel; Obj 0 is nil.
type ChanRef struct{ Obj int32 }

// Iface is an interface value; T nil is the nil interface.
type Iface struct {
	T types.Type
	V Value
}

// Closure is a function value. It is never changed once made; a nil *Closure is the nil function.
type Closure struct {
	Fn   *ssa.Function
	Free []Value
}

// GRef names a goroutine, by its number in order of creation, from 0 for main's; -1 is none. Cells
// hold it where it is only told, as a mutex's holder.
type GRef int32

// mapIter and stringIter are what range makes and next moves on. They are replaced, never changed.
type mapIter struct {
	m    MapRef
	keys []Value // not yet visited
}

type stringIter struct {
	s   string
	pos int
}

// cells is the number of cells of a value of type t.
func cells(t types.Type) int {
	switch t := t.Underlying().(type) {
	case *types.Struct:
		n := 0
		for i := range t.NumFields() {
			n += cells(t.Field(i).Type())
		}
		return n
	case *types.Array:
		return int(t.Len()) * cells(t.Elem())
	case *types.Tuple:
		n := 0
		for i := range t.Len() {
			n += cells(t.At(i).Type())
		}
		return n
	}
	return 1
}

// flat tells whether values of type t are a Tuple.
func flat(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array, *types.Tuple:
		return true
	}
	return false
}

// fieldOffset is the number of cells before field i.
func fieldOffset(t *types.Struct, i int) int {
	n := 0
	for j := range i {
		n += cells(t.Field(j).Type())
	}
	return n
}

// tupleOffset is the number of cells before component i.
func tupleOffset(t *types.Tuple, i int) int {
	n := 0
	for j := range i {
		n += cells(t.At(j).Type())
	}
	return n
}

// appendZero appends the zero cells of type t.
func appendZero(to []Value, t types.Type) []Value {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			to = appendZero(to, u.Field(i).Type())
		}
		return to
	case *types.Array:
		if u.Len() > mostCells || cells(t) > mostCells {
			panic(refusal{excess: true, what: fmt.Sprintf("an array of more than %s values: make it smaller", grouped(mostCells))})
		}
		for range u.Len() {
			to = appendZero(to, u.Elem())
		}
		return to
	case *types.Tuple:
		for i := range u.Len() {
			to = appendZero(to, u.At(i).Type())
		}
		return to
	}
	return append(to, zero(t))
}

// zero is the zero value of type t.
func zero(t types.Type) Value {
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array, *types.Tuple:
		return Tuple(appendZero(nil, t))
	case *types.Basic:
		switch u.Kind() {
		case types.Bool, types.UntypedBool:
			return false
		case types.String, types.UntypedString:
			return ""
		case types.UnsafePointer:
			return Ptr{}
		case types.UntypedNil:
			return nil
		}
		return number(u, 0)
	case *types.Pointer:
		return Ptr{}
	case *types.Slice:
		return Slice{}
	case *types.Map:
		return MapRef{}
	case *types.Chan:
		return ChanRef{}
	case *types.Interface:
		return Iface{}
	case *types.Signature:
		return (*Closure)(nil)
	}
	return nil
}

// number is x as a value of a basic numeric type.
func number(t *types.Basic, x int64) Value {
	switch t.Kind() {
	case types.Int, types.UntypedInt:
		return int(x)
	case types.Int8:
		return int8(x)
	case types.Int16:
		return int16(x)
	case types.Int32, types.UntypedRune:
		return int32(x)
	case types.Int64:
		return x
	case types.Uint:
		return uint(x)
	case types.Uint8:
		return uint8(x)
	case types.Uint16:
		return uint16(x)
	case types.Uint32:
		return uint32(x)
	case types.Uint64:
		return uint64(x)
	case types.Uintptr:
		return uintptr(x)
	case types.Float32:
		return float32(x)
	case types.Float64, types.UntypedFloat:
		return float64(x)
	case types.Complex64:
		return complex64(complex(float64(x), 0))
	case types.Complex128, types.UntypedComplex:
		return complex(float64(x), 0)
	}
	return nil
}

// constantValue is the value of a constant of the program.
func constantValue(c *ssa.Const) Value {
	if c.Value == nil {
		return zero(c.Type())
	}
	t, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		return zero(c.Type())
	}
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		return constant.BoolVal(c.Value)
	case info&types.IsString != 0:
		return constant.StringVal(c.Value)
	case info&types.IsUnsigned != 0:
		return number(t, int64(c.Uint64()))
	case info&types.IsInteger != 0:
		return number(t, c.Int64())
	case info&types.IsFloat != 0:
		if t.Kind() == types.Float32 {
			return float32(c.Float64())
		}
		return c.Float64()
	case info&types.IsComplex != 0:
		if t.Kind() == types.Complex64 {
			return complex64(c.Complex128())
		}
		return c.Complex128()
	}
	return nil
}

// asInt is an integer value of any type as an int64, and whether it is one.
func asInt(v Value) (int64, bool) {
	switch x := v.(type) {
	case int:
		return int64(x), true
	case int8:
		return int64(x), true
	case int16:
		return int64(x), true
	case int32:
		return int64(x), true
	case int64:
		return x, true
	case uint:
		return int64(x), true
	case uint8:
		return int64(x), true
	case uint16:
		return int64(x), true
	case uint32:
		return int64(x), true
	case uint64:
		return int64(x), true
	case uintptr:
		return int64(x), true
	case GRef:
		return int64(x), true
	}
	return 0, false
}

// mustInt is an integer value, which a length or an index always is.
func mustInt(v Value) int64 {
	n, _ := asInt(v)
	return n
}

// equal compares as == does. The second result is false where Go would panic, as the values are of
// an interface's dynamic type that has no ==.
func equal(a, b Value) (same, comparable bool) {
	switch x := a.(type) {
	case Tuple:
		y := b.(Tuple)
		for i := range x {
			same, ok := equal(x[i], y[i])
			if !ok || !same {
				return same, ok
			}
		}
		return true, true
	case Iface:
		y := b.(Iface)
		if x.T == nil || y.T == nil {
			return x.T == nil && y.T == nil, true
		}
		if x.T != y.T && !types.Identical(x.T, y.T) {
			return false, true
		}
		if !types.Comparable(x.T) {
			return false, false
		}
		return equal(x.V, y.V)
	case *Closure:
		y := b.(*Closure)
		return x == nil && y == nil, true
	case Slice:
		y := b.(Slice)
		return x.Obj == 0 && y.Obj == 0, true
	}
	return a == b, true
}

// hashable tells whether equal(v, v) would not panic.
func hashable(v Value) bool {
	_, ok := equal(v, v)
	return ok
}

func floatBits(f float64) uint64 {
	if f != f {
		return math.Float64bits(math.NaN())
	}
	return math.Float64bits(f)
}
