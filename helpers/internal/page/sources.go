package page

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/engine/load"
)

// sources is the part of Go's sources that the engine reads, as an archive: the packages that it
// interprets, without comments. Of a package that the engine has a model of, there are the names
// only, by which it tells what the model lacks from what does not exist.
func sources(goroot fs.FS) ([]byte, error) {
	seen := &recorder{FS: goroot, files: map[string]bool{}}
	var program strings.Builder
	program.WriteString("package main\n")
	for _, name := range load.Known() {
		fmt.Fprintf(&program, "import _ %q\n", name)
	}
	program.WriteString("func main() {}\n")
	if _, err := load.Load(seen, map[string]string{"main.go": program.String()}); err != nil {
		return nil, fmt.Errorf("the packages that a page may import: %w", err)
	}
	var archive txtar.Archive
	read := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(seen.files)) {
		text, err := fs.ReadFile(goroot, name)
		if err != nil {
			return nil, err
		}
		if text, err = withoutComments(text); err != nil {
			return nil, err
		}
		read[path.Dir(name)] = true
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: text})
	}
	for _, name := range load.Known() {
		if strings.Contains(name, ".") || read[name] {
			continue // the course's own, or another's: no part of Go
		}
		text, err := exported(goroot, name)
		if err != nil {
			return nil, err
		}
		archive.Files = append(archive.Files, txtar.File{Name: name + "/names.go", Data: text})
	}
	return txtar.Format(&archive), nil
}

// recorder notes which files are read.
type recorder struct {
	fs.FS
	files map[string]bool
}

func (r *recorder) Open(name string) (fs.File, error) {
	if path.Ext(name) == ".go" {
		r.files[name] = true
	}
	return r.FS.Open(name)
}

// withoutComments keeps of them what says for which machine a file is.
func withoutComments(text []byte) ([]byte, error) {
	var head []byte
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("//go:build ")) {
			head = append(line, '\n')
			break
		}
		if bytes.HasPrefix(line, []byte("package ")) {
			break
		}
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Write(head)
	err = format.Node(&out, fset, file)
	return out.Bytes(), err
}

// exported declares a package's exported names, and nothing of them.
func exported(goroot fs.FS, name string) ([]byte, error) {
	files, err := fs.Glob(goroot, name+"/*.go")
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(goroot, file)
		if err != nil {
			return nil, err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range parsed.Decls {
			for _, line := range lines(decl) {
				all[line] = true
			}
		}
	}
	return []byte("package " + path.Base(name) + "\n" + strings.Join(slices.Sorted(maps.Keys(all)), "\n") + "\n"), nil
}

// lines declare the exported names of a declaration.
func lines(decl ast.Decl) (all []string) {
	if f, ok := decl.(*ast.FuncDecl); ok {
		switch {
		case !f.Name.IsExported():
		case f.Recv == nil:
			all = append(all, "func "+f.Name.Name+"()")
		default:
			if of := receiver(f.Recv.List[0].Type); ast.IsExported(of) {
				all = append(all, "func ("+of+") "+f.Name.Name+"()")
			}
		}
		return all
	}
	for _, spec := range decl.(*ast.GenDecl).Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				all = append(all, "type "+s.Name.Name+" int")
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() {
					all = append(all, "var "+n.Name+" int")
				}
			}
		}
	}
	return all
}

func receiver(t ast.Expr) string {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
