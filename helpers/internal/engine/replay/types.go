package replay

import (
	"fmt"
	"go/types"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// taken are names that a type of the program cannot keep: what is predeclared, what the runtime
// imports, and the prefixes of our own names.
var taken = regexp.MustCompile(`^([a-z]_.*|main|init|` +
	`atomic|bytes|cmp|fmt|json|os|reflect|runtime|slices|strconv|strings|sync|time|utf8|` +
	strings.Join(types.Universe.Names(), "|") + `)$`)

var notWord = regexp.MustCompile(`[^\pL\pN_]+`)

// typ is the Go text of type t.
func (e *emitter) typ(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return e.typ(types.Unalias(t))
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return e.imported("unsafe") + ".Pointer"
		case types.UntypedNil, types.Invalid:
			e.refuse("replay cannot name the type %s", t)
		}
		return types.Default(t).String()
	case *types.Named:
		obj := t.Obj()
		switch {
		case obj.Pkg() == nil:
			return obj.Name()
		case obj.Pkg() == e.pkg.Pkg:
			return e.named(t)
		case !obj.Exported() || obj.Parent() != obj.Pkg().Scope():
			e.refuse("replay cannot name the type %s, which its package keeps to itself", t)
		}
		name := e.imported(obj.Pkg().Path()) + "." + obj.Name()
		if args := t.TypeArgs(); args != nil {
			var list []string
			for a := range args.Types() {
				list = append(list, e.typ(a))
			}
			name += "[" + strings.Join(list, ", ") + "]"
		}
		return name
	case *types.Pointer:
		return "*" + e.typ(t.Elem())
	case *types.Slice:
		return "[]" + e.typ(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), e.typ(t.Elem()))
	case *types.Map:
		return "map[" + e.typ(t.Key()) + "]" + e.typ(t.Elem())
	case *types.Chan:
		return map[types.ChanDir]string{types.SendRecv: "chan", types.SendOnly: "chan<-", types.RecvOnly: "<-chan"}[t.Dir()] +
			" (" + e.typ(t.Elem()) + ")"
	case *types.Signature:
		return "func" + e.signature(t, nil)
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			f := t.Field(i)
			text := e.typ(f.Type())
			if !f.Embedded() {
				text = f.Name() + " " + text
			}
			if tag := t.Tag(i); tag != "" {
				text += " " + strconv.Quote(tag)
			}
			fields = append(fields, text)
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	case *types.Interface:
		var methods []string
		for m := range t.Methods() {
			if !m.Exported() && m.Pkg() != e.pkg.Pkg {
				e.refuse("replay cannot name the type %s, which has a method that its package keeps to itself", t)
			}
			methods = append(methods, m.Name()+e.signature(m.Signature(), nil))
		}
		return "interface{" + strings.Join(methods, "; ") + "}"
	}
	e.refuse("replay cannot name the type %s", t)
	return ""
}

// signature is the text of parameters and results; names are those of the parameters, or nil.
func (e *emitter) signature(s *types.Signature, names []string) string {
	var params, results []string
	for i := range s.Params().Len() {
		t := s.Params().At(i).Type()
		text := ""
		if s.Variadic() && i == s.Params().Len()-1 {
			if slice, ok := t.Underlying().(*types.Slice); ok {
				text = "..." + e.typ(slice.Elem())
			} else {
				text = "...byte"
			}
		} else {
			text = e.typ(t)
		}
		if names != nil {
			text = names[i] + " " + text
		}
		params = append(params, text)
	}
	for v := range s.Results().Variables() {
		results = append(results, e.typ(v.Type()))
	}
	text := "(" + strings.Join(params, ", ") + ")"
	if len(results) > 0 {
		text += " (" + strings.Join(results, ", ") + ")"
	}
	return text
}

// named is the name of a type of package main. A type that is declared in a function, or is an
// instance of a generic one, becomes a type of its own at the top. Its methods are emitted with it.
func (e *emitter) named(t *types.Named) string {
	if name, ok := e.types.At(t).(string); ok {
		return name
	}
	name := t.Obj().Name()
	for a := range t.TypeArgs().Types() {
		name += "_" + strings.Trim(notWord.ReplaceAllString(types.TypeString(a, types.RelativeTo(e.pkg.Pkg)), "_"), "_")
	}
	if taken.MatchString(name) {
		name = "T_" + name
	}
	name = e.unique(e.opts.prefix + name)
	e.types.Set(t, name)
	text := e.typ(t.Underlying())
	e.decls = append(e.decls, fmt.Sprintf("type %s %s\n", name, text))
	if types.IsInterface(t) {
		return name
	}
	byValue := types.NewMethodSet(t)
	for sel := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if len(sel.Index()) > 1 || sel.Obj().Name() == "_" {
			continue // promoted: the compiler does that
		}
		if own := byValue.Lookup(sel.Obj().Pkg(), sel.Obj().Name()); own != nil {
			sel = own
		}
		if fn := e.pkg.Prog.MethodValue(sel); fn != nil {
			e.want(fn)
		}
	}
	return name
}

// field is the name by which field f is selected.
func (e *emitter) field(f *types.Var) string {
	if !f.Embedded() {
		if !f.Exported() && f.Pkg() != e.pkg.Pkg {
			e.refuse("replay cannot reach the field %s, which package %s keeps to itself", f.Name(), f.Pkg().Path())
		}
		return f.Name()
	}
	t := types.Unalias(f.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() == e.pkg.Pkg {
		return e.named(n)
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return e.typ(t)
}

func (e *emitter) unique(name string) string {
	for i := 2; e.used[name]; i++ {
		if next := fmt.Sprintf("%s_%d", name, i); !e.used[next] {
			name = next
		}
	}
	e.used[name] = true
	return name
}

// want sees to it that fn, a function or method of package main, is emitted, and tells its name.
func (e *emitter) want(fn *ssa.Function) string {
	if name, ok := e.funcs[fn]; ok {
		return name
	}
	name := ""
	if fn.Signature.Recv() != nil {
		name = fn.Object().Name()
	} else {
		name = e.unique("f_" + e.opts.prefix + strings.Trim(notWord.ReplaceAllString(fn.RelString(e.pkg.Pkg), "_"), "_"))
	}
	e.funcs[fn] = name
	e.queue = append(e.queue, fn)
	return name
}
