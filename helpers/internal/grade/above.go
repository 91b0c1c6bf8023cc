package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
)

// maxAbove is how much of the cells above is looked through for what a cell lacks, the nearest
// first.
const maxAbove = 300_000

// Declarations of the cells above, as the kernel keeps them.
type declarations struct {
	named   map[string]declaration            // by the name that they declare
	methods map[string]map[string]declaration // by type and name
	imports map[string]string                 // by name
}

type declaration struct {
	text    string
	imports map[string]string // of its cell
}

// declared collects what cells declare. Of two declarations of one name the later holds.
func declared(cells []cell) declarations {
	d := declarations{map[string]declaration{}, map[string]map[string]declaration{}, map[string]string{}}
	left := maxAbove
	for _, c := range slices.Backward(cells) {
		if left -= len(c.text); left < 0 {
			break
		}
		f, err := parsedCell(c.text)
		if err != nil {
			continue
		}
		imports := f.imports()
		for name, spec := range imports {
			if d.imports[name] == "" {
				d.imports[name] = spec
			}
		}
		for _, decl := range f.ast.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				d.addFunc(decl, declaration{f.of(decl), imports})
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					one := declaration{decl.Tok.String() + " " + f.of(spec), imports}
					if decl.Tok == token.CONST {
						one.text = f.of(decl) // iota, and values that are left out, are those of the block
					}
					for _, name := range specNames(spec) {
						d.add(name, one)
					}
				}
			}
		}
	}
	return d
}

// add takes a declaration in, unless a later cell has one of this name.
func (d declarations) add(name string, one declaration) {
	if _, ok := d.named[name]; !ok && name != "_" {
		d.named[name] = one
	}
}

func (d declarations) addFunc(decl *ast.FuncDecl, one declaration) {
	name := decl.Name.Name
	if decl.Recv == nil {
		if name != "main" && name != "init" {
			d.add(name, one)
		}
		return
	}
	of := receiver(decl)
	if d.methods[of] == nil {
		d.methods[of] = map[string]declaration{}
	}
	if _, ok := d.methods[of][name]; !ok {
		d.methods[of][name] = one
	}
}

func specNames(spec ast.Spec) (names []string) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		names = append(names, spec.Name.Name)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// receiver is the name of the type whose method it is.
func receiver(method *ast.FuncDecl) string {
	name := ""
	if len(method.Recv.List) > 0 {
		ast.Inspect(method.Recv.List[0].Type, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok && name == "" {
				name = ident.Name
			}
			return name == ""
		})
	}
	return name
}

// A lack is what a file needs that cells above it declare.
type lack struct {
	above   []cell
	found   *declarations     // of above, when somebody has asked for them
	has     map[string]bool   // what there is: names, and methods as "type.method"
	wanted  []string          // names that are used and not declared
	added   []string          // declarations
	imports map[string]string // of all, by name
}

// lacks finds what the file needs.
func lacks(f *file, above []cell, methods bool) *lack {
	l := &lack{above: above, imports: f.imports(), has: map[string]bool{}}
	own := l.note(f)
	if !l.has["exercise"] && l.imports["exercise"] == "" && slices.Contains(l.wanted, "exercise") {
		l.imports["exercise"] = strconv.Quote(exercisePath)
	}
	for i := 0; i < len(l.wanted); i++ {
		name := l.wanted[i]
		if l.has[name] || l.imports[name] != "" || types.Universe.Lookup(name) != nil {
			continue
		}
		if one, ok := l.look().named[name]; ok {
			l.add(one)
			l.addMethods(name)
		} else if spec := l.look().imports[name]; spec != "" {
			l.imports[name] = spec
		}
		l.has[name] = true
	}
	if methods {
		for _, name := range own {
			l.addMethods(name)
		}
	}
	return l
}

func (l *lack) look() *declarations {
	if l.found == nil {
		found := declared(l.above)
		l.found = &found
	}
	return l.found
}

// note takes down what a file declares and what it wants, and returns the types that it declares.
func (l *lack) note(f *file) (own []string) {
	for _, decl := range f.ast.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if decl.Recv != nil {
				name = receiver(decl) + "." + name
			}
			l.has[name] = true
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				for _, name := range specNames(spec) {
					l.has[name] = true
					if _, ok := spec.(*ast.TypeSpec); ok {
						own = append(own, name)
					}
				}
			}
		}
	}
	for _, name := range f.ast.Unresolved {
		l.wanted = append(l.wanted, name.Name)
	}
	return own
}

func (l *lack) add(one declaration) {
	f, err := parsed(clause + one.text)
	if err != nil {
		return
	}
	l.added = append(l.added, one.text)
	l.note(f)
	for _, name := range f.ast.Unresolved {
		if spec := one.imports[name.Name]; spec != "" && l.imports[name.Name] == "" {
			l.imports[name.Name] = spec
		}
	}
}

func (l *lack) addMethods(of string) {
	methods := l.look().methods[of]
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		if !l.has[of+"."+name] {
			l.add(methods[name])
		}
	}
}
