package engine

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// name says which variable p points to, as the student would: counter, account.balance, results[2].
func (s *state) name(p Ptr) string {
	if p.Obj == 0 {
		return "nil"
	}
	o := s.objs[p.Obj]
	root := o.site.name
	t := o.site.typ
	if slice, ok := t.Underlying().(*types.Slice); ok && o.m == nil && o.ch == nil && o.site.elements() {
		elem := slice.Elem()
		size := cells(elem)
		if root == "" || root == "makeslice" {
			root = s.holder(p.Obj, elemName(elem)+"s")
		}
		if size == 0 {
			return root
		}
		return fmt.Sprintf("%s[%d]%s", root, int(p.Off)/size, path(elem, int(p.Off)%size))
	}
	if o.m != nil || o.ch != nil {
		return s.holder(p.Obj, root)
	}
	return s.rootName(p) + path(t, int(p.Off))
}

// rootName is name without the way to the field or element.
func (s *state) rootName(p Ptr) string {
	site := s.objs[p.Obj].site
	if madeUp(site.name) {
		return s.holder(p.Obj, elemName(site.typ))
	}
	return site.name
}

// elements tells that what was made here is what a slice leads to, and not a variable that holds a
// slice.
func (s *site) elements() bool { return !s.variable && s.global == nil }

func (s *state) chanName(c ChanRef) string {
	if c.Obj == 0 {
		return "a nil channel"
	}
	return s.holder(c.Obj, "channel")
}

func (s *state) nameOf(v Value) string {
	switch v := v.(type) {
	case Ptr:
		return s.name(v)
	case MapRef:
		return s.name(Ptr{Obj: v.Obj})
	case ChanRef:
		return s.chanName(v)
	case Slice:
		return s.name(Ptr{Obj: v.Obj})
	}
	return "it"
}

func elemName(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return lowerFirst(n.Obj().Name())
	}
	switch t.Underlying().(type) {
	case *types.Map:
		return "map"
	case *types.Chan:
		return "channel"
	}
	return "value"
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// holder is the name of the variable that holds a reference to an object: what the student calls
// it. It looks at the variables of package main, and at what the compiler knows of the place where
// it was made.
func (s *state) holder(id int32, otherwise string) string {
	site := s.objs[id].site
	if name, ok := s.p.heldBy(site); ok {
		return name
	}
	// What a function has made, such as sync.NewCond, is called as the variable or the field that it
	// was put into.
	for _, o := range s.objs {
		if o.site == nil || o.m != nil || o.ch != nil {
			continue
		}
		for off, v := range o.cells {
			if p, ok := v.(Ptr); ok && p == (Ptr{Obj: id}) {
				if (o.site.variable || o.site.global != nil) && len(o.cells) == 1 && !madeUp(o.site.name) {
					return o.site.name
				}
				if field, ok := strings.CutPrefix(path(o.site.typ, off), "."); ok {
					return field
				}
			}
		}
	}
	return otherwise
}

// heldBy is the name of the variable that what was made at a site is first put into.
func (p *Program) heldBy(s *site) (string, bool) {
	v, ok := s.instr.(ssa.Value)
	if !ok {
		if s.global != nil {
			return s.global.Name(), true
		}
		return "", false
	}
	for depth := 0; depth < 4; depth++ {
		refs := v.Referrers()
		if refs == nil {
			return "", false
		}
		var next ssa.Value
		for _, r := range *refs {
			switch r := r.(type) {
			case *ssa.DebugRef:
				if id, ok := r.Expr.(*ast.Ident); ok {
					return id.Name, true
				}
			case *ssa.Store:
				if name := storedAs(r.Addr); r.Val == v && name != "" {
					return name, true
				}
			case *ssa.Slice, *ssa.ChangeType, *ssa.Phi, *ssa.MakeInterface:
				next = r.(ssa.Value)
			}
		}
		if next == nil {
			return "", false
		}
		v = next
	}
	return "", false
}

// storedAs is the name of the variable or field at an address, empty if it has none.
func storedAs(addr ssa.Value) string {
	switch to := addr.(type) {
	case *ssa.Alloc:
		if to.Comment != "complit" && to.Comment != "varargs" {
			return to.Comment
		}
	case *ssa.Global:
		return to.Name()
	case *ssa.FieldAddr:
		st := to.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		return st.Field(to.Field).Name()
	}
	return ""
}

// path is the way from the start of a value of type t to its cell off: .balance, [2].name.
func path(t types.Type, off int) string {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if pkg := namedPackage(t); pkg == "sync" || pkg == "sync/atomic" || pkg == "time" || pkg == "context" {
			return "" // its fields are nobody's business
		}
		for i := range u.NumFields() {
			n := cells(u.Field(i).Type())
			if off < n || n == 0 && off == 0 && i == u.NumFields()-1 {
				if off == 0 && u.Field(i).Embedded() {
					if _, ok := u.Field(i).Type().Underlying().(*types.Struct); ok {
						return path(u.Field(i).Type(), off)
					}
				}
				return "." + u.Field(i).Name() + path(u.Field(i).Type(), off)
			}
			off -= n
		}
	case *types.Array:
		if n := cells(u.Elem()); n > 0 {
			return fmt.Sprintf("[%d]%s", off/n, path(u.Elem(), off%n))
		}
	}
	return ""
}

func namedPackage(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Path()
	}
	return ""
}

// typeName is a type as Go's runtime names it.
func typeName(t types.Type) string {
	if t == nil {
		return "nil"
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// show is a value in few words.
func (s *state) show(v Value) string {
	switch x := v.(type) {
	case nil:
		return "nothing"
	case string:
		return quoted(x)
	case Ptr:
		return s.showPtr(x)
	case Slice:
		return s.showSlice(x)
	case MapRef:
		return s.showMap(x)
	case ChanRef:
		if x.Obj == 0 {
			return "nil"
		}
		return s.chanName(x)
	case Tuple:
		var parts []string
		for _, c := range x {
			parts = append(parts, s.show(c))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case Iface:
		if x.T == nil {
			return "nil"
		}
		return s.show(x.V)
	case *Closure:
		if x == nil {
			return "nil"
		}
		return "func"
	case GRef:
		if int(x) < len(s.gs) && x >= 0 {
			return s.gs[x].name
		}
		return "nobody"
	}
	return fmt.Sprint(v)
}

func (s *state) showPtr(p Ptr) string {
	if p.Obj == 0 {
		return "nil"
	}
	site := s.objs[p.Obj].site
	if _, slice := site.typ.Underlying().(*types.Slice); p.Off == 0 && (!slice || !site.elements()) {
		// Of the whole rather than of its first field, which lies at the same place.
		return "&" + s.rootName(p)
	}
	return "&" + s.name(p)
}

func (s *state) showSlice(x Slice) string {
	if x.Obj == 0 {
		return "nil"
	}
	if x.Len > 8 {
		return fmt.Sprintf("%d elements", x.Len)
	}
	o := s.objs[x.Obj]
	size := int32(1)
	if t, ok := o.site.typ.Underlying().(*types.Slice); ok {
		size = int32(cells(t.Elem()))
	}
	var parts []string
	for i := range x.Len * size {
		parts = append(parts, s.show(o.cells[x.Off+i]))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func (s *state) showMap(x MapRef) string {
	if x.Obj == 0 {
		return "nil"
	}
	m := s.objs[x.Obj].m
	if len(m.keys) > 8 {
		return fmt.Sprintf("%d entries", len(m.keys))
	}
	var parts []string
	for i := range m.keys {
		parts = append(parts, s.show(m.keys[i])+": "+s.show(m.vals[i]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plain is a value as print and println write it.
func (s *state) plain(v Value) string {
	switch x := v.(type) {
	case string:
		return x
	case float32, float64:
		return fmt.Sprintf("%+e", x)
	}
	return s.show(v)
}

// refers tells whether a value leads to an object.
func refers(v Value) bool {
	switch x := v.(type) {
	case Ptr:
		return x.Obj != 0
	case Slice:
		return x.Obj != 0
	case MapRef:
		return x.Obj != 0
	case ChanRef:
		return x.Obj != 0
	case *mapIter:
		return true
	case Tuple:
		for _, c := range x {
			if refers(c) {
				return true
			}
		}
	case Iface:
		return refers(x.V)
	case *Closure:
		return x != nil && len(x.Free) > 0
	}
	return false
}

func refersType(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if refersType(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return refersType(u.Elem())
	}
	return true
}
