package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"example.com/multithreading/docker/kernel/imports"
	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/load"
	"example.com/multithreading/helpers/internal/golines"
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
	text, err := fileOf(source)
	if err != nil {
		return nil, Call{}, err
	}
	p, err := engine.Load(goroot, map[string]string{file: text}, nil)
	if err != nil {
		return nil, Call{}, err
	}
	return p, callOf(text), nil
}

// fileOf makes a file of a cell, in which all lines keep their numbers. As GoNB does, it takes what
// stands below a line %% as main, adds the imports that are missing and takes out those that nothing
// uses.
func fileOf(source string) (string, error) {
	lines, err := golines.Of(source)
	if err != nil {
		return "", err
	}
	for n, line := range strings.Split(source, "\n") {
		if command := strings.TrimPrefix(line, "//gonb:"); lines[n] == "" && command != "" && strings.Contains("%!", command[:1]) {
			return "", fmt.Errorf("line %d: a line that begins with %s is an order to JupyterLab's kernel, which is not here: "+
				"leave it out", n+1, command[:1])
		}
	}
	const head = "package main; "
	text := []byte(head + strings.Join(lines, "\n"))
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, text, 0)
	if err != nil {
		return string(text), nil // the engine says so
	}
	used := imports.Used(parsed)
	has, unused := imported(parsed, used)
	for _, part := range unused {
		text = imports.Without(text, fset, part)
	}
	missing := ""
	for _, known := range load.Known() {
		if name := path.Base(known); used[name] && !has[name] {
			missing += fmt.Sprintf("import %q; ", known)
			has[name] = true
		}
	}
	return head + missing + string(text[len(head):]), nil
}

// imported are the names of the packages that a file imports, and what of it imports those that it does not use.
func imported(parsed *ast.File, used map[string]bool) (has map[string]bool, unused []ast.Node) {
	has = map[string]bool{}
	for _, decl := range parsed.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			continue
		}
		kept := len(d.Specs)
		for _, spec := range d.Specs {
			name := imports.NameOf(spec.(*ast.ImportSpec))
			if has[name] = true; name != "" && !used[name] && name != "_" && name != "." {
				unused = append(unused, spec)
				kept--
			}
		}
		if kept == 0 {
			unused = append(unused, d)
		}
	}
	return has, unused
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
