package engine

import (
	"fmt"
	"go/token"
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
	calc := func(op token.Token, old bool) func(*thread, Ptr, []Value) Value {
		return func(t *thread, p Ptr, a []Value) Value {
			before := t.s.cell(p, 0)
			after := t.binary(op, before, a[0], nil)
			t.s.setCell(p, 0, after)
			if old {
				return before
			}
			return after
		}
	}
	set := func(typ, verb string, write bool, run func(*thread, Ptr, []Value) Value) {
		natives["(*sync/atomic."+typ+")."+verb] = atomicNative(verb, write, run)
		if typ != "Bool" { // which has no functions beside its methods
			natives["sync/atomic."+verb+typ] = atomicNative(verb, write, run)
		}
	}
	for _, typ := range []string{"Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer", "Bool"} {
		set(typ, "Load", false, load)
		set(typ, "Store", true, store)
		set(typ, "Swap", true, swap)
		set(typ, "CompareAndSwap", true, cas)
		if typ != "Pointer" && typ != "Bool" {
			set(typ, "Add", true, calc(token.ADD, false))
			set(typ, "And", true, calc(token.AND, true))
			set(typ, "Or", true, calc(token.OR, true))
		}
	}
}
