package engine

import (
	"fmt"
	"strings"
)

// atomicNative makes the native of an operation of sync/atomic on the cell that its first argument
// points to.
func atomicNative(verb string, write bool, run func(t *thread, p Ptr, a []Value) Value) *native {
	touch := func(t *thread, a []Value) bool {
		p := ptr(a[0])
		return p.Obj != 0 && t.s.touches(p.Obj, p.Off, 1, write)
	}
	return &native{
		loads:  !write,
		step:   touch,
		access: func(t *thread, a []Value) access { return access{at: ptr(a[0]), n: 1, write: write, atomic: true} },
		tell: func(t *thread, a []Value) string {
			p := ptr(a[0])
			if p.Obj == 0 {
				return verb
			}
			text := t.s.name(p) + "." + verb
			var args []string
			for _, v := range a[1:] {
				args = append(args, t.s.show(v))
			}
			text += "(" + strings.Join(args, ", ") + ")"
			if !write {
				return fmt.Sprintf("%s: %s", text, t.s.show(t.s.cell(p, 0)))
			}
			if verb == "CompareAndSwap" {
				same, _ := equal(t.s.cell(p, 0), a[1])
				return fmt.Sprintf("%s: %v", text, same)
			}
			return text
		},
		run: func(t *thread, a []Value) Value {
			p := nilCheck(t, a)
			v := run(t, p, a[1:])
			if write && t.s.shared[p.Obj] && len(a) > 1 && refers(a[len(a)-1]) {
				t.s.share()
			}
			return v
		},
	}
}

func init() {
	load := func(t *thread, p Ptr, _ []Value) Value { return t.readCell(p) }
	store := func(t *thread, p Ptr, a []Value) Value { t.s.setCell(p, 0, a[0]); return nil }
	swap := func(t *thread, p Ptr, a []Value) Value {
		old := t.s.cell(p, 0)
		t.s.setCell(p, 0, a[0])
		return old
	}
	cas := func(t *thread, p Ptr, a []Value) Value {
		if same, _ := equal(t.s.cell(p, 0), a[0]); !same {
			return false
		}
		t.s.setCell(p, 0, a[1])
		return true
	}
	calc := func(op string, old bool) func(*thread, Ptr, []Value) Value {
		return func(t *thread, p Ptr, a []Value) Value {
			before := t.s.cell(p, 0)
			after := calculate(op, before, a[0])
			t.s.setCell(p, 0, after)
			if old {
				return before
			}
			return after
		}
	}
	set := func(typ, function string, n func(verb string) *native, verb string) {
		natives["(*sync/atomic."+typ+")."+verb] = n(verb)
		if function != "" {
			natives["sync/atomic."+verb+function] = n(verb)
		}
	}
	functions := map[string]string{ // by type; "" where there is no function beside the method
		"Int32": "Int32", "Int64": "Int64", "Uint32": "Uint32", "Uint64": "Uint64", "Uintptr": "Uintptr",
		"Pointer": "Pointer", "Bool": "",
	}
	for typ, function := range functions {
		set(typ, function, func(v string) *native { return atomicNative(v, false, load) }, "Load")
		set(typ, function, func(v string) *native { return atomicNative(v, true, store) }, "Store")
		set(typ, function, func(v string) *native { return atomicNative(v, true, swap) }, "Swap")
		set(typ, function, func(v string) *native { return atomicNative(v, true, cas) }, "CompareAndSwap")
		if typ != "Pointer" && typ != "Bool" {
			set(typ, function, func(v string) *native { return atomicNative(v, true, calc("+", false)) }, "Add")
			set(typ, function, func(v string) *native { return atomicNative(v, true, calc("&", true)) }, "And")
			set(typ, function, func(v string) *native { return atomicNative(v, true, calc("|", true)) }, "Or")
		}
	}
}

// calculate is + & | on integers of one type.
func calculate(op string, a, b Value) Value {
	switch x := a.(type) {
	case int32:
		return whole(op, x, b.(int32))
	case int64:
		return whole(op, x, b.(int64))
	case uint32:
		return whole(op, x, b.(uint32))
	case uint64:
		return whole(op, x, b.(uint64))
	case uintptr:
		return whole(op, x, b.(uintptr))
	}
	return a
}

func whole[T int32 | int64 | uint32 | uint64 | uintptr](op string, a, b T) T {
	switch op {
	case "+":
		return a + b
	case "&":
		return a & b
	}
	return a | b
}
