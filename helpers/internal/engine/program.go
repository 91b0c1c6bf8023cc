// Package engine runs ordinary Go in every order that its goroutines allow, for helpers/explore: it
// counts the interleavings, says what each ends in, and finds data races, deadlocks and a shortest
// schedule to each outcome.
//
// It interprets the SSA form of a package main with a small machine of its own. A step is what
// another goroutine could notice: a read or write of a shared variable that changes, taking or
// giving back a lock, an operation of sync/atomic, sending, receiving, printing, the end of main.
// What a goroutine does for itself belongs to the step before, so each goroutine stands before its
// next step. States that are equal are explored once.
//
// What is said of values holds under sequential consistency. Go promises that to programs without a
// data race only.
//
// Where to look:
//
//   - package load (a folder below) reads the program and the libraries, and makes SSA form of
//     them; the libraries' models are there too. program.go holds what is known of one program, and
//     where its instructions stand.
//   - code.go makes a function ready to run: registers, which of them are read later, jumps.
//     translate.go says how each instruction runs, calls.go how functions and builtins are called.
//     arithmetic.go has Go's operators, values.go what values are made of.
//   - machine.go runs a goroutine up to its next step; operations.go has the steps on memory, maps
//     and channels. buffers.go is the memory of an x86 processor. hooks.go counts for package
//     replay.
//   - natives*.go are the functions of the library that the machine itself is, and format.go is
//     what fmt prints.
//   - state.go is a state and how it is copied; encode.go tells whether two states are equal.
//   - explore.go goes through all states; counts.go then counts interleavings and finds shortest
//     schedules, and outcomes.go compares the outcomes. schedule.go follows one schedule.
//   - names.go, memory.go, columns.go and graph.go put a state or a run into the words and pictures
//     that a student sees.
package engine

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/engine/load"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// Program is a program ready to be explored, by [Program.Explore], or followed along one schedule,
// by [Program.Follow]. It is for one goroutine at a time. What exploring has found out about it,
// such as which variables change while they are shared, it keeps for the next time.
type Program struct {
	SSA     *ssa.Program
	Main    *ssa.Package // the student's
	Fset    *token.FileSet
	Sources map[string]string // of package main, by file name

	codes    map[*ssa.Function]*code
	numbered int // codes that have got a number
	closures map[*ssa.Function]*Closure
	methods  map[methodKey]*ssa.Function
	sites    map[any]*site
	globals  map[*ssa.Global]int32
	numbers  typeutil.Map // types to their canonical form
	implied  map[impliedKey]bool
	timer    *code // of a timer's goroutine; nil until there is one

	limits   limits
	initial  *state               // in which main begins
	reach    reach                // for state.share
	frozen   int                  // objects with a smaller number stood there when main began
	epochs   uint64               // given to states
	starting bool                 // variables are being initialised, before main
	learned  bool                 // what was explored must be explored again, as something was not known then
	clock    bool                 // Options.Clock
	buffers  bool                 // Options.StoreBuffers
	asksTime bool                 // a function of the program's own asks for the time
	usesNow  bool                 // the program asks for the time, so states differ by their clocks; only with clock
	spins    bool                 // with clock, somebody waits for time to pass by looking again and again
	prober   *encoder             // for idles
	idle     map[key][2]bool      // what it has found
	probing  bool                 // idles looks, so no time passes
	asked    int                  // how often the time was asked for
	watches  bool                 // a check asks which variables goroutines share, so states keep who has written what
	distinct bool                 // Options.Distinct
	explored bool                 // what counts as a step is known
	reads    []read               // what a goroutine that has long gone on without a step has read; nil: not noted
	before   trail                // of main's goroutine before main
	tracing  *trail               // of the run that is followed; nil: nobody asks
	used     map[*ssa.Global]bool // the variables of package main that what runs refers to; nil: not yet known
	check    checking             // what package exercise is asked for
	met      map[*site]bool       // of its variables, those that the student's functions touch
	cell     []int                // lines of the student's cell by those of the file; nil: the same
}

// impliedKey asks whether t implements i.
type impliedKey struct {
	t types.Type
	i *types.Interface
}

// Load reads a package main, whose files are given with their names, and runs what stands before
// its main. goroot holds Go's own sources, as the folder src of a Go installation does. The error
// names the line: what the compiler would say, or what cannot be explored.
//
// lines may be nil. Else it tells which line of the student's cell stands in which line of the
// file: lines[i] is the number for line i + 1, and 0 where that is not of the cell. The lines that
// are named are the cell's then.
func Load(goroot fs.FS, files map[string]string, lines []int) (*Program, error) {
	loaded, err := load.Load(goroot, files)
	if faults, ok := err.(load.Errors); ok {
		for i := range faults {
			if n := faults[i].Pos.Line; 0 < n && n <= len(lines) {
				faults[i].Pos.Line = lines[n-1]
			}
		}
	}
	if err != nil {
		return nil, err
	}
	p := &Program{
		SSA: loaded.SSA, Main: loaded.Main, Fset: loaded.Fset, Sources: loaded.Sources,
		codes: map[*ssa.Function]*code{}, closures: map[*ssa.Function]*Closure{}, methods: map[methodKey]*ssa.Function{},
		cell: lines, sites: map[any]*site{}, globals: map[*ssa.Global]int32{}, implied: map[impliedKey]bool{}, met: map[*site]bool{},
	}
	return p, p.prepare(loaded.Packages)
}

// prepare makes the state in which main begins: the variables of all packages, initialised.
func (p *Program) prepare(packages []*ssa.Package) error {
	s := &state{p: p, trail: &trail{}}
	s.alloc(&object{}) // 0 is nil
	if err := p.catch(func() {
		for _, pkg := range packages {
			for _, m := range pkg.Members {
				if g, ok := m.(*ssa.Global); ok {
					typ := g.Type().Underlying().(*types.Pointer).Elem()
					site := p.siteOf(g, g.Name(), typ)
					p.globals[g] = s.alloc(&object{site: site, cells: appendZero(nil, typ)})
				}
			}
		}
	}); err != nil {
		return err
	}
	main := p.Main.Func("main")
	if main == nil {
		return fmt.Errorf("there is no func main")
	}
	g := &goroutine{name: "main"}
	s.gs = []*goroutine{g}
	p.starting = true
	if err := p.catch(func() {
		t := &thread{s: s, g: g}
		t.call(p.codeOf(p.Main.Func("init")), nil, nil)
		t.granted = true
		for !t.g.done && s.ended == nil && s.refused == nil {
			t.granted = true
			t.run()
		}
	}); err != nil {
		return err
	}
	p.starting = false
	if s.refused != nil {
		return s.refused
	}
	if s.ended != nil {
		if s.ended.kind == Ends {
			return errors.New("the program ended itself before main began")
		}
		return fmt.Errorf("before main began: %s", s.ended.message)
	}
	if len(s.gs) > 1 {
		r := refusal{what: "explore does not take a goroutine that starts before main, in init or for the value " +
			"of a package's variable: start it in main"}
		if at := s.gs[1].pos; at != nil {
			r.pos = p.positionOf(at)
		}
		return p.refuse(r)
	}
	p.frozen = len(s.objs)
	p.initial = s
	p.before, s.trail = *s.trail, nil
	s.shared, s.once = make([]bool, len(s.objs)), make([]bool, len(s.objs))
	s.dirty = nil
	*g = goroutine{name: "main", epoch: s.epoch}
	return p.catch(func() {
		t := &thread{s: s, g: g}
		t.call(p.codeOf(main), nil, nil)
	})
}

// catch turns a refusal into an error.
func (p *Program) catch(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			err = p.refuse(r)
		case *exhausted:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// Refusal is the error for a program that is Go but does what the engine does not take, and where
// it stands.
type Refusal struct {
	Line   int // 0 where it has none
	What   string
	Excess bool // it is Go that the engine takes, but too much of it: goroutines, calls within calls, memory
}

func (r *Refusal) Error() string {
	if r.Line == 0 {
		return r.What
	}
	return fmt.Sprintf("line %d: %s", r.Line, r.What)
}

// refuse gives a refusal its line, where it stands in the student's own files.
func (p *Program) refuse(r refusal) error {
	line := 0
	if p.inProgram(r.pos) {
		line = p.lineOf(r.pos)
	}
	return &Refusal{line, r.what, r.excess}
}

// inProgram tells whether a place stands in the student's own files.
func (p *Program) inProgram(pos token.Pos) bool {
	if !pos.IsValid() {
		return false
	}
	_, ok := p.Sources[p.Fset.Position(pos).Filename]
	return ok
}

// line names the line of a place; "" where it is not in the student's own files.
func (p *Program) line(pos token.Pos) string {
	if !p.inProgram(pos) {
		return ""
	}
	if n := p.lineOf(pos); n > 0 {
		return fmt.Sprintf("line %d", n)
	}
	return "another cell"
}

// globalID is the object of a package's variable.
func (p *Program) globalID(g *ssa.Global) int32 {
	id, ok := p.globals[g]
	if !ok {
		panic(refusal{pos: g.Pos(), what: fmt.Sprintf("explore does not know the variable %s", g)})
	}
	return id
}

// madeUp tells whether a name is not of the program: package ssa gives it to what has none.
func madeUp(name string) bool {
	switch name {
	case "", "complit", "new", "slicelit", "varargs", "makeslice":
		return true
	}
	return false
}

// siteOf is the site for what is made at a place: an instruction, a package's variable or whatever
// else stands for it.
func (p *Program) siteOf(at any, name string, typ types.Type) *site {
	s := p.sites[at]
	if s == nil {
		s = &site{index: len(p.sites), name: name, typ: typ}
		s.instr, _ = at.(ssa.Instruction)
		s.global, _ = at.(*ssa.Global)
		_, isAlloc := at.(*ssa.Alloc)
		s.variable = isAlloc && !madeUp(name)
		p.sites[at] = s
	}
	return s
}

// canonical returns one type for all identical ones.
func (p *Program) canonical(t types.Type) types.Type {
	if c := p.numbers.At(t); c != nil {
		return c.(typeEntry).t
	}
	p.numbers.Set(t, typeEntry{t, uint64(p.numbers.Len() + 1)})
	return t
}

// typeEntry is the one type for all identical ones, and its number from 1 on.
type typeEntry struct {
	t types.Type
	n uint64
}

// typeNumber tells types apart in what states hold; identical types have the same.
func (p *Program) typeNumber(t types.Type) uint64 {
	p.canonical(t)
	return p.numbers.At(t).(typeEntry).n
}

// implements is types.Implements, which takes long, asked once.
func (p *Program) implements(t types.Type, i *types.Interface) bool {
	k := impliedKey{t, i}
	yes, known := p.implied[k]
	if !known {
		yes = types.Implements(t, i)
		p.implied[k] = yes
	}
	return yes
}

// runtimeType is a type of package runtime's model.
func (p *Program) runtimeType(name string) types.Type {
	pkg := p.SSA.ImportedPackage("runtime")
	if pkg == nil {
		return types.Typ[types.String]
	}
	return p.canonical(pkg.Type(name).Type())
}

// runtimeError is an error of Go's runtime, which prints with those words before it.
func (p *Program) runtimeError(text string) Value { return Iface{p.runtimeType("errorString"), text} }

// plainError is one without them.
func (p *Program) plainError(text string) Value { return Iface{p.runtimeType("plainError"), text} }

// text is a string as an interface value.
func (p *Program) text(s string) Value { return Iface{p.canonical(types.Typ[types.String]), s} }

// position is where a goroutine stands, in the student's own files if it came from there.
func (p *Program) position(g *goroutine) token.Pos {
	if g.crash != nil {
		return g.crashPos
	}
	var last token.Pos
	for i := len(g.frames) - 1; i >= 0; i-- {
		f := g.frames[i]
		pc := f.pc
		if i < len(g.frames)-1 && pc > 0 {
			if _, defers := f.code.instrs[pc].in.(*ssa.RunDefers); !defers {
				pc--
			}
		}
		if pc >= len(f.code.instrs) || f.code.instrs[pc].in == nil {
			continue
		}
		pos := p.positionOf(f.code.instrs[pc].in)
		if p.inProgram(pos) {
			return pos
		}
		if !last.IsValid() {
			last = pos
		}
	}
	if g.pos != nil {
		if pos := p.positionOf(g.pos); p.inProgram(pos) {
			return pos
		}
	}
	if g.id == 0 && len(g.frames) == 0 { // main has come to its end
		return endOf(p.Main.Func("main"))
	}
	return last
}

// positionOf is where an instruction stands. A read of a variable has no place of its own in SSA
// form; the expression that it came from has.
func (p *Program) positionOf(in ssa.Instruction) token.Pos {
	if _, ok := in.(*ssa.RunDefers); ok {
		if brace := endOf(in.Parent()); brace.IsValid() {
			return brace
		}
	}
	if next, ok := in.(*ssa.Next); ok {
		return next.Iter.Pos()
	}
	if pos := in.Pos(); pos.IsValid() {
		return pos
	}
	if v, ok := in.(ssa.Value); ok {
		if pos := usedAt(v); pos.IsValid() {
			return pos
		}
	}
	// The nearest instruction before, then after, in the same block.
	b := in.Block()
	if b == nil {
		return token.NoPos
	}
	at := max(slices.Index(b.Instrs, in), 0) // -1 where package ssa has dropped it
	for _, other := range slices.Backward(b.Instrs[:at]) {
		if pos := other.Pos(); pos.IsValid() {
			return pos
		}
	}
	for _, other := range b.Instrs[at+1:] {
		if pos := other.Pos(); pos.IsValid() {
			return pos
		}
	}
	return token.NoPos
}

// endOf is the brace that closes a function's body.
func endOf(fn *ssa.Function) token.Pos {
	switch f := fn.Syntax().(type) {
	case *ast.FuncDecl:
		if f.Body != nil {
			return f.Body.Rbrace
		}
	case *ast.FuncLit:
		return f.Body.Rbrace
	}
	return token.NoPos
}

// usedAt is where the expression stands that a value came from, or else what uses the value.
func usedAt(v ssa.Value) token.Pos {
	refs := v.Referrers()
	if refs == nil {
		return token.NoPos
	}
	for _, r := range *refs {
		if d, ok := r.(*ssa.DebugRef); ok {
			return d.Pos()
		}
	}
	for _, r := range *refs {
		if r.Pos().IsValid() {
			return r.Pos()
		}
	}
	return token.NoPos
}

// lineOf is the number of a line as the student sees it.
func (p *Program) lineOf(pos token.Pos) int {
	n := p.Fset.Position(pos).Line
	if p.cell == nil {
		return n
	}
	if n >= 1 && n <= len(p.cell) { // what the compiler has added has no line
		return p.cell[n-1]
	}
	return 0
}

// sourceLines are the lines that the student sees.
func (p *Program) sourceLines() []string {
	for _, source := range p.Sources {
		lines := strings.Split(strings.ReplaceAll(source, "\t", "    "), "\n")
		if p.cell == nil {
			return lines
		}
		var all []string
		for i, n := range p.cell {
			for n > len(all) {
				all = append(all, "")
			}
			if n > 0 && i < len(lines) {
				all[n-1] = lines[i]
			}
		}
		return all
	}
	return nil
}

// Line is the text of a line, without indentation; "" where there is none.
func (p *Program) Line(n int) string {
	if lines := p.sourceLines(); n >= 1 && n <= len(lines) {
		return strings.TrimSpace(lines[n-1])
	}
	return ""
}

// assertionError is what a type assertion that fails panics with.
func (t *thread) assertionError(static, dynamic, wanted types.Type) Value {
	text := "interface conversion: "
	_, toInterface := wanted.Underlying().(*types.Interface)
	switch {
	case dynamic == nil && toInterface:
		text += "interface is nil, not " + typeName(wanted)
	case dynamic == nil:
		text += fmt.Sprintf("%s is nil, not %s", interfaceName(static), typeName(wanted))
	case toInterface:
		missing, _ := types.MissingMethod(dynamic, wanted.Underlying().(*types.Interface), true)
		text += fmt.Sprintf("%s is not %s: missing method %s", typeName(dynamic), typeName(wanted), missing.Name())
	default:
		text += fmt.Sprintf("%s is %s, not %s", interfaceName(static), typeName(dynamic), typeName(wanted))
	}
	return t.errorObject("TypeAssertionError", text)
}

func interfaceName(t types.Type) string {
	if _, named := types.Unalias(t).(*types.Named); named {
		return typeName(t)
	}
	if i, ok := t.Underlying().(*types.Interface); ok && i.NumMethods() > 0 {
		return "interface"
	}
	return "interface {}"
}

// errorObject makes an error of package runtime's model that is a pointer to a struct.
func (t *thread) errorObject(name string, cells ...Value) Value {
	typ := t.s.p.runtimeType(name)
	site := t.s.p.siteOf(name, name, typ)
	return Iface{t.s.p.canonical(types.NewPointer(typ)), Ptr{Obj: t.s.alloc(&object{site: site, cells: cells})}}
}
