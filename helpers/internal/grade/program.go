package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/internal/golines"
)

const exercisePath = "example.com/multithreading/helpers/exercise"

// A program is the file of a package main that the kernel would make of a cell.
type program struct {
	text  string
	lines []int  // which line of the cell stands in each line of the file; 0 for none
	added string // what it has of other cells
}

// A file is a cell that can be parsed, as a file of package main.
type file struct {
	text string
	ast  *ast.File
	set  *token.FileSet
}

const clause = "package main\n"

func parsed(text string) (*file, error) {
	f := &file{text: text, set: token.NewFileSet()}
	if nesting(text) > maxNesting {
		return f, errors.New("it is nested too deep")
	}
	var err error
	f.ast, err = parser.ParseFile(f.set, "", text, parser.ParseComments)
	return f, err
}

// maxNesting is how many brackets and signs within each other are parsed. The judge takes no more
// either.
const maxNesting = 2000

// nesting is how deep a text nests, roughly.
func nesting(text string) (most int) {
	open, signs := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			open++
		case ')', '}':
			open--
		case ']', ' ', '\t', '\n':
		case '*', '&', '!', '-', '+', '^', '<', '~':
			signs++
		default:
			signs = 0
		}
		most = max(most, open+signs)
	}
	return most
}

func parsedCell(text string) (*file, error) {
	lines, err := golines.Of(text)
	if err != nil {
		return nil, err
	}
	return parsed(clause + strings.Join(lines, "\n"))
}

// of is the text of a part of the file.
func (f *file) of(part ast.Node) string {
	return f.text[f.offset(part.Pos()):f.offset(part.End())]
}

func (f *file) offset(at token.Pos) int {
	return min(f.set.PositionFor(at, false).Offset, len(f.text)) // the end of what has none may lie behind
}

// imports are what the file imports, by the name that it has there; where the path does not tell
// the name, as it is written.
func (f *file) imports() map[string]string {
	all := map[string]string{}
	for _, spec := range f.ast.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		} else if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
			rest := strings.TrimSuffix(path, "/"+name)
			name = rest[strings.LastIndexByte(rest, '/')+1:]
		}
		if name == "_" || name == "." {
			name += path
		}
		all[name] = strconv.Quote(path)
		if spec.Name != nil {
			all[name] = spec.Name.Name + " " + all[name]
		}
	}
	return all
}

// calls lists the checks of package exercise that a cell calls. Of what cannot be parsed it is a
// guess.
func calls(text string) (names []string) {
	f, err := parsedCell(text)
	if err != nil {
		return callsIn([]byte(text))
	}
	found := map[string]bool{}
	f.checks(func(name string, _ *ast.CallExpr) { found[name] = true })
	return slices.Sorted(maps.Keys(found))
}

// checks calls f with each call of a check.
func (f *file) checks(each func(name string, call *ast.CallExpr)) {
	imports := f.imports()
	prefixes := map[string]bool{"exercise": imports["exercise"] == ""} // then the kernel adds it
	for name, spec := range imports {
		if strings.HasSuffix(spec, strconv.Quote(exercisePath)) {
			prefixes[name] = true
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		function := ast.Unparen(call.Fun)
		if index, ok := function.(*ast.IndexExpr); ok {
			function = index.X
		}
		switch function := function.(type) {
		case *ast.SelectorExpr:
			name, ok := function.X.(*ast.Ident)
			if ok && prefixes[name.Name] && strings.HasPrefix(function.Sel.Name, "Check") {
				each(function.Sel.Name, call)
			}
		case *ast.Ident:
			if prefixes["."+exercisePath] && strings.HasPrefix(function.Name, "Check") {
				each(function.Name, call)
			}
		}
		return true
	})
}

var call = regexp.MustCompile(`\bexercise\.(Check\w+)\(`)

func callsIn(text []byte) (names []string) {
	for _, found := range call.FindAllSubmatch(text, 100) {
		if name := string(found[1]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// compose makes the program of a cell, with what it lacks and cells above it declare: as the
// kernel, which keeps what cells have declared. Methods of the cell's own types are lacking only
// where that is asked for. Imports that nobody has written are left to [judge.finish]. The error is
// a sentence that says why the cell is no program at all.
func compose(c cell, above []cell, methods bool) (program, error) {
	switch {
	case c.long:
		return program{}, fmt.Errorf("the cell has more than %d bytes.", maxSource)
	case strings.TrimSpace(c.text) == "":
		return program{}, errors.New("the cell is empty.")
	}
	lines, err := golines.Of(c.text)
	if err != nil {
		return program{}, err
	}
	p := program{lines: []int{0, 0}}
	for i := range strings.Count(c.text, "\n") + 1 {
		p.lines = append(p.lines, i+1)
	}
	imports := ""
	if f, err := parsed(clause + strings.Join(lines, "\n")); err == nil {
		l := lacks(f, above, methods)
		imports = importing(slices.Sorted(maps.Values(l.imports)))
		lines = strings.Split(strings.TrimPrefix(withoutImports(f), clause), "\n")
		lines = append(lines, l.added...)
		p.added = strings.Join(l.added, "\n\n")
	}
	p.text = clause + imports + "\n" + strings.Join(lines, "\n") + "\n"
	return p, nil
}

// importing is a declaration of imports in one line.
func importing(specs []string) string {
	if len(specs) == 0 {
		return ""
	}
	return "import (" + strings.Join(specs, "; ") + ")"
}

// withoutImports is the file's text with spaces in the place of its imports, so that all lines stay
// where they are.
func withoutImports(f *file) string {
	text := []byte(f.text)
	for _, decl := range f.ast.Decls {
		if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.IMPORT {
			end := f.offset(group.End())
			if rest := bytes.TrimLeft(text[end:], " \t"); bytes.HasPrefix(rest, []byte(";")) {
				end = len(text) - len(rest) + 1
			}
			for i := f.offset(group.Pos()); i < end; i++ {
				if text[i] != '\n' {
					text[i] = ' '
				}
			}
		}
	}
	return string(text)
}
