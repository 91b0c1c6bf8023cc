// Package load turns the files of a package main into SSA form that a machine can interpret,
// without the go command and without compiled packages: all that is imported is type-checked from
// source. A package that takes part in what is explored (sync, time, fmt, …) has a model under
// _std, in Go of our own; a function without a body there is a native, which the machine supplies.
// A package that is pure computation comes from Go's own sources. Any other is refused, with the
// line that imports it.
package load

import (
	"embed"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"example.com/multithreading/helpers"

	"golang.org/x/tools/go/ssa"
)

//go:embed all:_std
var embedded embed.FS

// Program is a package main and all that it imports.
type Program struct {
	SSA      *ssa.Program
	Main     *ssa.Package
	Packages []*ssa.Package // those that it imports, and those that they do, before who imports them; Main last
	Fset     *token.FileSet
	Sources  map[string]string // the files of package main, by name
	Natives  []*ssa.Function   // functions of packages without a body, which the machine must supply
}

// Error is one fault of a program: what the compiler would say of it, or why it cannot be explored.
type Error struct {
	Pos     token.Position
	Text    string
	Refused bool // it is Go, but not Go that can be explored

	named bool // the program has several files, so the file is named too
}

func (e Error) Error() string {
	switch {
	case e.Pos.Line == 0:
		return e.Text
	case e.named:
		return fmt.Sprintf("%s, line %d: %s", e.Pos.Filename, e.Pos.Line, e.Text)
	}
	return fmt.Sprintf("line %d: %s", e.Pos.Line, e.Text)
}

// Errors are the faults of a program, in the order of their lines.
type Errors []Error

func (e Errors) Error() string {
	var lines []string
	for _, one := range e {
		lines = append(lines, one.Error())
	}
	return strings.Join(lines, "\n")
}

// most is how many faults are told at once, as Go's compiler does.
const most = 10

// A program that is larger or nested deeper than this is nobody's own, and would take more than its
// share of memory.
const (
	largest = 256 << 10 // bytes of all files
	deepest = 2000      // brackets, operators and the like within each other
	widest  = 1 << 20   // parts of one value
)

// Load type-checks the files of a package main, named by the keys of files, and builds its SSA form
// and that of all packages it imports. goroot holds Go's own sources, as the folder src of a Go
// installation does; a program whose imports all have models needs none, and goroot may be nil. With
// a [Kept] of it, what was read once is not read again. The error is of type Errors if it is the
// program's fault.
func Load(goroot fs.FS, files map[string]string) (program *Program, err error) {
	kept, ok := goroot.(*Kept)
	if !ok {
		kept = Keep(goroot)
	}
	l := kept.loader()
	defer func() {
		r := recover()
		if r != nil { // a fault of the type checker or of SSA's builder
			program, err = nil, fmt.Errorf("explore cannot read this program: %v", r)
		}
		if r != nil || l.broken != nil { // what is kept may not be whole
			kept.of = nil
		}
	}()
	main, err := l.main(files)
	if err != nil {
		return nil, err
	}
	roots := []*types.Package{main.pkg}
	for _, always := range []string{"runtime", "internal/machine"} { // the machine needs their types and functions
		pkg, err := l.Import(always)
		if err != nil {
			return nil, err
		}
		roots = append(roots, pkg)
	}
	needed := l.needed(roots)
	var packages, fresh []*ssa.Package
	for _, p := range needed {
		if p.ssa == nil {
			p.ssa = l.ssa.CreatePackage(p.pkg, p.files, p.info, true)
			p.ssa.SetDebugMode(p.pkg.Path() == course+"exercise") // its variables are seen by whoever writes an answer
			fresh = append(fresh, p.ssa)
		}
		packages = append(packages, p.ssa)
	}
	mainSSA := l.ssa.CreatePackage(main.pkg, main.files, main.info, false)
	mainSSA.SetDebugMode(true) // names of variables
	for _, p := range append(fresh, mainSSA) {
		p.Build()
	}
	return &Program{SSA: l.ssa, Main: mainSSA, Packages: append(packages, mainSSA), Fset: l.fset, Sources: maps.Clone(files),
		Natives: natives(l.ssa, needed)}, nil
}

// Kept is Go's own sources, and what [Load] has made of them once: a program that imports what
// another one did is loaded in a fraction of the time. It is for one goroutine at a time, and so are
// the programs that are loaded with it.
type Kept struct {
	fs.FS
	of    *loader
	loads int // since it was made
}

// Keep keeps what is loaded with goroot, which is as [Load] takes it.
func Keep(goroot fs.FS) *Kept { return &Kept{FS: goroot} }

// mostLoads is how many programs are loaded until all is read anew. Of each a little stays: where
// its lines stand, and what the libraries' generic functions are for its types.
const mostLoads = 200

func (k *Kept) loader() *loader {
	if k.loads++; k.of == nil || k.loads > mostLoads {
		k.of, k.loads = newLoader(k.FS), 0
	}
	return k.of
}

// source is a package, parsed and type-checked.
type source struct {
	pkg   *types.Package
	files []*ast.File
	info  *types.Info
	ssa   *ssa.Package // nil until a program needs it
	busy  bool         // its imports are being loaded
}

type loader struct {
	goroot   fs.FS
	fset     *token.FileSet
	ssa      *ssa.Program
	packages map[string]*source
	order    []*source // dependencies before dependents
	broken   error     // the first fault of a model or of Go's sources, which is none of the program's
}

func newLoader(goroot fs.FS) *loader {
	fset := token.NewFileSet()
	return &loader{goroot: goroot, fset: fset, ssa: ssa.NewProgram(fset, ssa.InstantiateGenerics), packages: map[string]*source{}}
}

// needed are the packages that are imported by some, and these themselves but for main, dependencies
// before dependents. Others may have been loaded for another program.
func (l *loader) needed(roots []*types.Package) []*source {
	reached := map[*types.Package]bool{}
	var reach func(of []*types.Package)
	reach = func(of []*types.Package) {
		for _, pkg := range of {
			if !reached[pkg] {
				reached[pkg] = true
				reach(pkg.Imports())
			}
		}
	}
	reach(roots)
	return slices.DeleteFunc(slices.Clone(l.order), func(s *source) bool { return !reached[s.pkg] })
}

// course is what the paths of the course's own packages begin with.
const course = "example.com/multithreading/helpers/"

// sizes are those of a processor of 64 bits, wherever this runs.
var sizes = types.SizesFor("gc", "amd64")

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Scopes:       map[ast.Node]*types.Scope{},
		Instances:    map[*ast.Ident]types.Instance{},
		FileVersions: map[*ast.File]string{},
	}
}

// faults are what is wrong with the program's own files.
type faults struct {
	fset *token.FileSet
	list Errors
	many bool // there are several files, so each fault names its own
}

// add notes a fault, or with refused what explore does not take.
func (f *faults) add(pos token.Pos, refused bool, format string, args ...any) {
	// Where it stands in the file, whatever a //line comment says.
	at := f.fset.PositionFor(pos, false)
	f.list = append(f.list, Error{at, fmt.Sprintf(format, args...), refused, f.many})
}

// main loads the program's own package.
func (l *loader) main(files map[string]string) (*source, error) {
	size := 0
	for _, text := range files {
		size += len(text)
	}
	if size > largest {
		text := fmt.Sprintf("the program has %d bytes; explore takes %d", size, largest)
		return nil, Errors{{Text: text, Refused: true}}
	}
	s := &source{info: newInfo()}
	wrong := &faults{fset: l.fset, many: len(files) > 1}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, err := parser.ParseFile(l.fset, name, files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, sorted(faultsOf(err, wrong.many))
		}
		if file.Name.Name != "main" {
			wrong.add(file.Name.Pos(), true, "this is package %s; only a package main can be explored", file.Name.Name)
		}
		if pos := tooDeep(file); pos.IsValid() {
			wrong.add(pos, true, "this is nested more than %d deep", deepest)
		}
		s.files = append(s.files, file)
	}
	if len(s.files) == 0 {
		return nil, Errors{{Text: "there is no file to explore"}}
	}
	for _, file := range s.files {
		refuse(file, wrong.add)
	}
	if pos := doubles(s.files); pos.IsValid() {
		wrong.add(pos, true, "this has more than %d parts, which explore does not take", widest)
	}
	if wrong.list == nil {
		if err := l.check(s, wrong); err != nil {
			return nil, err
		}
	}
	if wrong.list != nil {
		return nil, sorted(wrong.list)
	}
	return s, nil
}

// check finds the types of the program's own package. What is wrong with the program goes to the faults;
// the error is none of its own.
func (l *loader) check(s *source, wrong *faults) error {
	conf := types.Config{
		GoVersion: version.Lang(runtime.Version()),
		Sizes:     sizes,
		Importer:  l,
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) {
				return
			}
			if name := l.missing(e.Msg); name != "" {
				wrong.add(e.Pos, true, "explore does not know %s%s", name, because(name))
			} else {
				wrong.add(e.Pos, false, "%s", e.Msg)
			}
		},
	}
	var err error
	s.pkg, err = conf.Check("main", l.fset, s.files, s.info)
	if l.broken != nil {
		return l.broken
	}
	if err != nil && wrong.list == nil {
		wrong.list = append(wrong.list, Error{Text: err.Error()})
	}
	if wrong.list != nil {
		return nil
	}
	if pos := tooWide(s.info); pos.IsValid() {
		wrong.add(pos, true, "this has more than %d parts, which explore does not take", widest)
	} else if main, ok := s.pkg.Scope().Lookup("main").(*types.Func); !ok || main == nil {
		wrong.list = append(wrong.list, Error{Text: "function main is undeclared in the main package"})
	}
	return nil
}

// sorted are the first faults, by file and line, each once.
func sorted(faults Errors) Errors {
	slices.SortStableFunc(faults, func(a, b Error) int {
		if a.Pos.Filename != b.Pos.Filename {
			return strings.Compare(a.Pos.Filename, b.Pos.Filename)
		}
		return a.Pos.Offset - b.Pos.Offset
	})
	faults = slices.DeleteFunc(faults, func(e Error) bool {
		return strings.HasPrefix(e.Text, "\t") // continues another
	})
	if len(faults) > most {
		faults = append(faults[:most], Error{Text: "too many errors"})
	}
	return faults
}

// tooDeep is where a file is nested too deeply, if it is.
func tooDeep(file *ast.File) token.Pos {
	depth, found := 0, token.NoPos
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			depth--
			return false
		}
		if depth == deepest && !found.IsValid() {
			found = n.Pos()
		}
		if found.IsValid() {
			return false
		}
		depth++
		return true
	})
	return found
}

// doubles is a type, by its text, that holds others in more than widest ways, if there is one: two
// fields of a type that has two fields of a type, and so on. The type checker itself would go
// through them all.
func doubles(files []*ast.File) token.Pos {
	specs := map[string]*ast.TypeSpec{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				specs[spec.Name.Name] = spec
			}
			return true
		})
	}
	known := map[string]int{}
	var ways func(e ast.Expr) int
	ways = func(e ast.Expr) int {
		switch e := e.(type) {
		case *ast.Ident:
			n, done := known[e.Name]
			if !done && specs[e.Name] != nil {
				known[e.Name] = 1 // while it is not known, and for a type that holds itself
				n = ways(specs[e.Name].Type)
				known[e.Name] = n
			}
			return max(n, 1)
		case *ast.ParenExpr:
			return ways(e.X)
		case *ast.ArrayType:
			if e.Len != nil {
				return ways(e.Elt)
			}
		case *ast.StructType:
			n := 1
			for _, field := range e.Fields.List {
				n = min(n+ways(field.Type)*max(len(field.Names), 1), widest+1)
			}
			return n
		case *ast.IndexExpr:
			return min(ways(e.X)*ways(e.Index), widest+1)
		case *ast.IndexListExpr:
			n := ways(e.X)
			for _, arg := range e.Indices {
				n = min(n*ways(arg), widest+1)
			}
			return n
		}
		return 1
	}
	found := token.NoPos
	for _, spec := range specs {
		if ways(spec.Name) > widest && (!found.IsValid() || spec.Pos() < found) {
			found = spec.Pos()
		}
	}
	return found
}

// tooWide is the first place at which something has a type whose values have too many parts, if
// there is one.
func tooWide(info *types.Info) token.Pos {
	known := map[types.Type]int{}
	var parts func(t types.Type) int
	parts = func(t types.Type) int {
		if n, ok := known[t]; ok {
			return n
		}
		n := 1
		switch u := t.Underlying().(type) {
		case *types.Struct:
			n = 0
			for i := range u.NumFields() {
				n = min(n+parts(u.Field(i).Type()), widest+1)
			}
		case *types.Array:
			n = parts(u.Elem())
			if n > 0 && u.Len() > int64(widest/n) {
				n = widest + 1
			} else {
				n *= int(u.Len())
			}
		}
		known[t] = n
		return n
	}
	found := token.NoPos
	look := func(pos token.Pos, t types.Type) {
		if t != nil && parts(t) > widest && (!found.IsValid() || pos < found) {
			found = pos
		}
	}
	for id, obj := range info.Defs {
		if obj != nil {
			look(id.Pos(), obj.Type())
		}
	}
	for expr, tv := range info.Types {
		look(expr.Pos(), tv.Type)
	}
	return found
}

// refuse finds what makes a file unfit: packages that are not known, cgo, embedded files, functions
// without a body.
func refuse(file *ast.File, fault func(token.Pos, bool, string, ...any)) {
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the type checker says so
		}
		if why := known(name); why != "" {
			fault(spec.Pos(), true, "%s", why)
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			for _, directive := range []string{"//go:embed ", "//go:linkname ", "//line ", "/*line "} {
				if strings.HasPrefix(comment.Text, directive) {
					fault(comment.Pos(), true, "%s cannot be explored; leave it out", strings.TrimSpace(directive))
				}
			}
		}
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body == nil {
			fault(f.Pos(), false, "missing function body")
		}
	}
}

// Import is called by the type checker.
func (l *loader) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		if l.packages[name] == nil {
			l.packages[name] = &source{pkg: types.Unsafe, info: newInfo()}
			l.order = append(l.order, l.packages[name])
		}
		return types.Unsafe, nil
	}
	if s := l.packages[name]; s != nil {
		if s.busy {
			return nil, l.fail(fmt.Errorf("import cycle through %s", name))
		}
		return s.pkg, nil
	}
	s := &source{info: newInfo(), busy: true}
	l.packages[name] = s
	files, err := l.parse(name)
	if err != nil {
		return nil, l.fail(fmt.Errorf("package %s cannot be read: %w", name, err))
	}
	s.files = files
	var first error
	conf := types.Config{
		Sizes:    sizes,
		Importer: l,
		Error: func(err error) {
			var e types.Error
			if first == nil && !(errors.As(err, &e) && e.Soft) {
				first = err
			}
		},
	}
	s.pkg, _ = conf.Check(name, l.fset, s.files, s.info)
	if first != nil {
		return nil, l.fail(fmt.Errorf("package %s of this Go cannot be read: %w", name, first))
	}
	s.pkg.MarkComplete()
	s.busy = false
	l.order = append(l.order, s)
	return s.pkg, nil
}

// fail keeps the first error, which is the cause of those that follow.
func (l *loader) fail(err error) error {
	if l.broken == nil {
		l.broken = err
	}
	return err
}

// parse reads the files of a package: its model; or Go's own, or of packages exercise and show the course's,
// with the model's declarations in place of those of the same names.
func (l *loader) parse(name string) ([]*ast.File, error) {
	dir := path.Join("_std", name)
	var files []*ast.File
	var overlay, model bool
	entries, _ := fs.ReadDir(embedded, dir)
	for _, entry := range entries {
		switch {
		case entry.Name() == "OVERLAY":
			overlay = true
		case strings.HasSuffix(entry.Name(), ".go"):
			model = true
			file, err := l.parseFile(embedded, path.Join(dir, entry.Name()))
			if err != nil {
				return nil, err
			}
			if file != nil {
				files = append(files, file)
			}
		}
	}
	if model && !overlay {
		return files, nil
	}
	from, dir := l.goroot, name
	if own, ok := strings.CutPrefix(name, course); ok {
		from, dir = helpers.Interpreted, own
	}
	if from == nil {
		return nil, fmt.Errorf("Go's sources, which package %s is read from, are not there", name)
	}
	ours := map[string]bool{}
	for _, file := range files {
		for _, decl := range file.Decls {
			for _, n := range declared(decl) {
				ours[n] = true
			}
		}
	}
	list, err := fs.ReadDir(from, dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range list {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".go") || !nameFits(entry.Name()) {
			continue
		}
		file, err := l.parseFile(from, path.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		if file == nil {
			continue
		}
		if len(ours) > 0 {
			without(file, ours)
		}
		files = append(files, file)
	}
	return files, nil
}

// declared are the names that a declaration brings: f, T, T.method.
func declared(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return []string{funcName(d)}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
		return names
	}
	return nil
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
			continue
		case *ast.IndexExpr:
			t = x.X
			continue
		case *ast.IndexListExpr:
			t = x.X
			continue
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		}
		return d.Name.Name
	}
}

// without drops from a file of Go's sources what the model declares, and the imports that nothing
// else there needs.
func without(file *ast.File, ours map[string]bool) {
	file.Decls = slices.DeleteFunc(file.Decls, func(decl ast.Decl) bool {
		f, ok := decl.(*ast.FuncDecl)
		return ok && f.Name.Name != "_" && f.Name.Name != "init" && ours[funcName(f)]
	})
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			d.Specs = slices.DeleteFunc(d.Specs, func(spec ast.Spec) bool {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					return ours[s.Name.Name]
				case *ast.ValueSpec:
					return s.Names[0].Name != "_" && ours[s.Names[0].Name]
				}
				return false
			})
		}
	}
	used := map[string]bool{"_": true, ".": true}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			d.Specs = slices.DeleteFunc(d.Specs, func(spec ast.Spec) bool {
				s := spec.(*ast.ImportSpec)
				name, _ := strconv.Unquote(s.Path.Value)
				name = path.Base(name)
				if s.Name != nil {
					name = s.Name.Name
				}
				return !used[name]
			})
		}
	}
}

// parseFile is nil without an error if the file's build constraint does not hold.
func (l *loader) parseFile(from fs.FS, name string) (*ast.File, error) {
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return nil, err
	}
	if !constraintHolds(string(text)) {
		return nil, nil
	}
	return parser.ParseFile(l.fset, name, text, parser.SkipObjectResolution)
}

// holds says which build tags are set: those of a machine for which Go has no assembly, so that all
// code is Go.
func holds(tag string) bool {
	switch tag {
	case "linux", "unix", "gc", "purego", "math_big_pure_go":
		return true
	}
	return strings.HasPrefix(tag, "go1.") && version.Compare("go"+tag[2:], version.Lang(runtime.Version())) <= 0
}

// constraintHolds looks for a line //go:build before the package clause.
func constraintHolds(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "package ") {
			return true
		}
		if constraint.IsGoBuild(line) {
			expr, err := constraint.Parse(line)
			return err != nil || expr.Eval(holds)
		}
	}
	return true
}

// systems are the last parts of a file's name that bind it to a system or a processor.
var systems = strings.Fields("test aix android darwin dragonfly freebsd illumos ios js netbsd openbsd plan9 solaris " +
	"wasip1 windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")

func nameFits(name string) bool {
	parts := strings.Split(strings.TrimSuffix(name, ".go"), "_")
	return !slices.Contains(systems, parts[len(parts)-1]) || len(parts) == 1
}

// natives are the functions of the packages that have no body.
func natives(prog *ssa.Program, order []*source) []*ssa.Function {
	var found []*ssa.Function
	for _, s := range order {
		for _, file := range s.files {
			for _, decl := range file.Decls {
				if d, ok := decl.(*ast.FuncDecl); ok && d.Body == nil {
					if obj, ok := s.info.Defs[d.Name].(*types.Func); ok {
						if fn := prog.FuncValue(obj); fn != nil {
							found = append(found, fn)
						}
					}
				}
			}
		}
	}
	return found
}
