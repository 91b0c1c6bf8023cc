// Package hook says where a goroutine of an ordinary program may be stopped: before each
// instruction of package main's SSA form that another goroutine might notice, whatever the program
// really shares. The machine that explores counts these hooks while it interprets; package replay
// puts a call before each of them into the program that it emits. As both ask this package, a
// schedule of one can be followed by the other.
//
// There are more hooks than steps: a step is what another goroutine does notice in the state at
// hand, which only the machine knows.
package hook

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Is tells whether a hook stands before in. For [ssa.Go] and [ssa.Defer] it does not: the hook of
// what they call, if [Call] says that it has one, is passed when the call is made, by the goroutine
// that makes it.
func Is(in ssa.Instruction) bool {
	if !In(in.Parent()) {
		return false
	}
	switch in := in.(type) {
	case *ssa.UnOp:
		return in.Op == token.ARROW || in.Op == token.MUL && !local(in.X) && !Counted(in)
	case *ssa.Store:
		return !local(in.Addr)
	case *ssa.MapUpdate, *ssa.Send, *ssa.Select:
		return true
	case *ssa.Lookup:
		return isMap(in.X.Type())
	case *ssa.Range:
		return isMap(in.X.Type())
	case *ssa.Next:
		return !in.IsString
	case *ssa.Convert:
		_, from := in.X.Type().Underlying().(*types.Slice)
		return from // to a string or an array: the elements are read
	case *ssa.MultiConvert:
		_, from := in.X.Type().Underlying().(*types.Slice)
		return from
	case *ssa.Call:
		return Call(&in.Call)
	}
	return false
}

// Call tells whether a hook stands before a call that a function of package main makes, be it at
// once, by go or by defer: all calls but those of functions known to be package main's own, and of
// builtins that touch no memory. So a call of a library is a hook, and so is one through an
// interface or a function value.
func Call(c *ssa.CallCommon) bool {
	if c.IsInvoke() {
		return true
	}
	switch f := c.Value.(type) {
	case *ssa.Builtin:
		switch f.Name() {
		case "append", "copy", "clear", "delete", "close", "print", "println":
			return true
		case "len", "cap":
			t := c.Args[0].Type().Underlying()
			_, isChan := t.(*types.Chan)
			return isChan || isMap(t)
		}
		return false
	case *ssa.Function:
		return !Own(f)
	case *ssa.MakeClosure:
		return !Own(f.Fn.(*ssa.Function))
	}
	return true
}

// In tells whether fn may have hooks: it is package main's own and was written by somebody. The
// initialising of variables has none, as no goroutine but main can be there before it, except where
// it calls functions.
func In(fn *ssa.Function) bool {
	return Own(fn) && fn.Syntax() != nil
}

// Own tells whether fn belongs to package main: a function, a method, a function literal, or an
// instance of such.
func Own(fn *ssa.Function) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if fn.Pkg != nil {
		return fn.Pkg.Pkg.Name() == "main"
	}
	if o := fn.Object(); o != nil && o.Pkg() != nil { // wrappers
		return o.Pkg().Name() == "main"
	}
	return false
}

// Counted tells whether in reads an array that nobody looks at, as where a loop ranges over the
// indexes of an array: Go takes the array's length from its type, and does not read it.
func Counted(in *ssa.UnOp) bool {
	if _, array := in.Type().Underlying().(*types.Array); !array || in.Op != token.MUL {
		return false
	}
	for _, r := range *in.Referrers() {
		if _, debug := r.(*ssa.DebugRef); !debug {
			return false
		}
	}
	return true
}

func isMap(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// local tells whether address p lies in a variable whose address nobody else can have: one that is
// only read, written, and taken apart into fields and elements, by the function that made it.
func local(p ssa.Value) bool {
	for {
		switch v := p.(type) {
		case *ssa.FieldAddr:
			p = v.X
		case *ssa.IndexAddr:
			if _, slice := v.X.Type().Underlying().(*types.Slice); slice {
				return false
			}
			p = v.X
		case *ssa.Alloc:
			return stays(v)
		default:
			return false
		}
	}
}

func stays(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp: // a load
		case *ssa.Store:
			if r.Val == v {
				return false
			}
		case *ssa.FieldAddr:
			if !stays(r) {
				return false
			}
		case *ssa.IndexAddr:
			if r.X != v || !stays(r) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
