package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/load"
)

const file = "main.go"

// A Call is the call of package explore with which a cell's main begins, if it does.
type Call struct {
	Name           string // Cell, Follow, Step, Level, Results, Replay; empty: main begins otherwise
	schedule       string // of Follow, Replay, or a Level with By
	level, goal    string
	par            int
	clock, buffers bool
}

// Follows tells whether the call names a schedule to follow.
func (c Call) Follows() bool { return c.schedule != "" || c.Name == "Follow" || c.Name == "Replay" }

// Look tells what a cell's main begins with. The error is why the engine does not take the cell.
func Look(goroot fs.FS, source string) (Call, error) {
	_, call, err := read(goroot, source)
	return call, err
}

func read(goroot fs.FS, source string) (*engine.Program, Call, error) {
	text, err := program(source)
	if err != nil {
		return nil, Call{}, err
	}
	p, err := engine.Load(goroot, map[string]string{file: text}, nil)
	if err != nil {
		return nil, Call{}, err
	}
	return p, callOf(text), nil
}

// program makes a file of a cell, in which all lines keep their numbers. As GoNB does, it takes what
// stands below a line %% as main, adds the imports that are missing and takes out those that nothing
// uses.
func program(source string) (string, error) {
	lines, wrapped := strings.Split(source, "\n"), false
	for n, line := range lines {
		switch {
		case strings.TrimSpace(line) == "%%" && !wrapped:
			lines[n], wrapped = "func main() {", true
		case strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!"):
			return "", fmt.Errorf("line %d: a line that begins with %s is an order to JupyterLab's kernel, which is not here: "+
				"leave it out", n+1, line[:1])
		}
	}
	if wrapped {
		lines = append(lines, "}")
	}
	const head = "package main; "
	text := head + strings.Join(lines, "\n")
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, text, parser.SkipObjectResolution)
	if err != nil {
		return text, nil // the engine says so
	}
	used := map[string]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	has, unused := imports(parsed, used)
	blank := []byte(text)
	for _, n := range unused {
		for i := fset.Position(n.Pos()).Offset; i < fset.Position(n.End()).Offset; i++ {
			if blank[i] != '\n' {
				blank[i] = ' '
			}
		}
	}
	missing := ""
	for _, known := range load.Known() {
		if name := path.Base(known); used[name] && !has[name] && !declares(parsed, name) {
			missing += fmt.Sprintf("import %q; ", known)
			has[name] = true
		}
	}
	return head + missing + string(blank[len(head):]), nil
}

// imports are the names of the packages that a file imports, and what of it imports those that it does not use.
func imports(parsed *ast.File, used map[string]bool) (has map[string]bool, unused []ast.Node) {
	has = map[string]bool{}
	for _, decl := range parsed.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			continue
		}
		kept := len(d.Specs)
		for _, spec := range d.Specs {
			s := spec.(*ast.ImportSpec)
			name := nameOf(s)
			if has[name] = true; !used[name] && name != "_" && name != "." {
				unused = append(unused, s)
				kept--
			}
		}
		if kept == 0 {
			unused = append(unused, d)
		}
	}
	return has, unused
}

func nameOf(s *ast.ImportSpec) string {
	if s.Name != nil {
		return s.Name.Name
	}
	name, _ := strconv.Unquote(s.Path.Value)
	return path.Base(strings.TrimSuffix(name, "/v2"))
}

// declares tells whether a name stands for something of the file's own anywhere in it.
func declares(f *ast.File, name string) (yes bool) {
	is := func(ids ...*ast.Ident) {
		yes = yes || slices.ContainsFunc(ids, func(id *ast.Ident) bool { return id != nil && id.Name == name })
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			is(n.Names...)
		case *ast.TypeSpec:
			is(n.Name)
		case *ast.Field:
			is(n.Names...)
		case *ast.FuncDecl:
			is(n.Name)
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					is(id)
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok {
					is(id)
				}
			}
		}
		return !yes
	})
	return yes
}

// callOf reads the first statement of main.
func callOf(text string) (c Call) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return c
	}
	for _, decl := range parsed.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Name.Name != "main" || len(f.Body.List) == 0 {
			continue
		}
		statement, ok := f.Body.List[0].(*ast.ExprStmt)
		if !ok {
			continue
		}
		call, ok := statement.X.(*ast.CallExpr)
		if !ok {
			continue
		}
		if c.Name = ofExplore(call.Fun); c.Name == "" {
			continue
		}
		switch c.Name {
		case "Step":
			c.goal = literal(call.Args, 0)
		case "Level":
			c.level, c.goal = literal(call.Args, 0), literal(call.Args, 1)
		default:
			c.schedule = literal(call.Args, 0)
		}
		for _, arg := range call.Args {
			switch ofExplore(arg) {
			case "VirtualTime":
				c.clock = true
			case "StoreBuffers":
				c.buffers = true
			}
			option, ok := arg.(*ast.CallExpr)
			if !ok {
				continue
			}
			switch ofExplore(option.Fun) {
			case "By":
				c.schedule = literal(option.Args, 0)
			case "Par":
				c.par, _ = strconv.Atoi(literal(option.Args, 0))
			}
		}
	}
	return c
}

// literal is the text or the number that stands as an argument; "" if none does.
func literal(args []ast.Expr, i int) string {
	if i >= len(args) {
		return ""
	}
	l, ok := args[i].(*ast.BasicLit)
	if !ok {
		return ""
	}
	if text, err := strconv.Unquote(l.Value); err == nil {
		return text
	}
	return l.Value
}

// ofExplore is the name that an expression takes from package explore; "" if it does not.
func ofExplore(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "explore" {
			return s.Sel.Name
		}
	}
	return ""
}
