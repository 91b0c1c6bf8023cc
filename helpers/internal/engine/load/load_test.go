package load

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/engine/goroot"
)

// sources are Go's own.
func sources() fs.FS {
	return goroot.MustFS()
}

const counter = `package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { counter++ })
	}
	wg.Wait()
	fmt.Println(counter)
}
`

func TestLoad(t *testing.T) {
	p, err := Load(sources(), map[string]string{"main.go": counter})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Natives {
		t.Log(f)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(sources(), map[string]string{"main.go": counter}); err != nil {
			b.Fatal(err)
		}
	}
}

// allowed are all packages that a program may import.
func allowed() []string {
	var names []string
	for name := range pure {
		names = append(names, name)
	}
	fs.WalkDir(embedded, "_std", func(path string, entry fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, "_std/")
		if entry.IsDir() && !strings.HasPrefix(name, "internal/") && hasModel(name) {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEveryPackageLoads(t *testing.T) {
	for _, name := range allowed() {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			text := "package main\n\nimport _ " + strconv.Quote(name) + "\n\nfunc main() {}\n"
			p, err := Load(sources(), map[string]string{"main.go": text})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range p.Natives {
				t.Log(f)
			}
		})
	}
}

// doubled are n types, each with two of the one before.
func doubled(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "type t%d struct{ a, b t%d }\n", i+1, i)
	}
	return text.String()
}

// TestFaults loads what is no program, or none that can be explored: the error names the line and
// says why.
func TestFaults(t *testing.T) {
	one := func(text string) map[string]string { return map[string]string{"main.go": text} }
	for _, c := range []struct {
		name    string
		files   map[string]string
		want    string // begins the error
		refused bool
	}{
		{"no file", nil, "there is no file to explore", false},
		{"empty file", one(""), "line 1: syntax error: expected 'package', found 'EOF'", false},
		{"only a comment", one("// nothing\n"), "line 1: syntax error: expected 'package', found 'EOF'", false},
		{"no main", one("package main\n\nfunc other() {}\n"), "function main is undeclared in the main package", false},
		{"main is a variable",
			one("package main\n\nvar main = 1\n"),
			"line 3: cannot declare main - must be func", false},
		{"main with a parameter",
			one("package main\n\nfunc main(x int) {}\n"),
			"line 3: func main must have no arguments and no return values", false},
		{"two mains",
			one("package main\n\nfunc main() {}\n\nfunc main() {}\n"),
			"line 5: main redeclared in this block", false},
		{"two mains in two files",
			map[string]string{"a.go": "package main\n\nfunc main() {}\n", "b.go": "package main\n\n\nfunc main() {}\n"},
			"b.go, line 4: main redeclared in this block", false},
		{"syntax error",
			one("package main\n\nfunc main() {\n\tx := \n}\n"),
			"line 5: syntax error: expected operand, found '}'", false},
		{"not Go", one("hello\n"), "line 1: syntax error: expected 'package', found hello", false},
		{"bytes", one("package main\x00\xff\n"), "line 1: syntax error: illegal character NUL", false},
		{"type error",
			one("package main\n\nfunc main() {\n\tvar x int = \"a\"\n}\n"),
			"line 4: declared and not used: x", false},
		{"unused import",
			one("package main\n\nimport \"fmt\"\n\nfunc main() {}\n"),
			"line 3: \"fmt\" imported and not used", false},
		{"undefined",
			one("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Prinln()\n}\n"),
			"line 6: undefined: fmt.Prinln", false},
		{"another package",
			one("package lesson\n\nfunc main() {}\n"),
			"line 1: this is package lesson; only a package main can be explored", true},
		{"cgo",
			one("package main\n\nimport \"C\"\n\nfunc main() {}\n"),
			"line 3: explore does not know package C: C code cannot be explored", true},
		{"unsafe",
			one("package main\n\nimport \"unsafe\"\n\nfunc main() { _ = unsafe.Sizeof(1) }\n"),
			"line 3: explore does not know package unsafe", true},
		{"network",
			one("package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n)\n\n" +
				"func main() { fmt.Println(http.StatusOK) }\n"),
			"line 5: explore does not know package net/http: what comes over a network is not known beforehand", true},
		{"two refused", one("package main\n\nimport (\n\t\"os/exec\"\n\t\"math/rand\"\n)\n\nfunc main() {}\n"),
			"line 4: explore does not know package os/exec: what another program does is not known beforehand\n" +
				"line 5: explore does not know package math/rand", true},
		{"no such package",
			one("package main\n\nimport \"example.org/x\"\n\nfunc main() {}\n"),
			"line 3: explore does not know package example.org/x; it knows", true},
		{"internal",
			one("package main\n\nimport \"internal/machine\"\n\nfunc main() {}\n"),
			"line 3: explore does not know package internal/machine", true},
		{"relative import",
			one("package main\n\nimport \"./x\"\n\nfunc main() {}\n"),
			"line 3: explore does not know package ./x", true},
		{"import of main",
			one("package main\n\nimport \"main\"\n\nfunc main() {}\n"),
			"line 3: explore does not know package main", true},
		{"left out of os", one("package main\n\nimport \"os\"\n\nfunc main() {\n\tos.ReadFile(\"x\")\n}\n"),
			"line 6: explore does not know os.ReadFile: what the system answers is not known beforehand", true},
		{"left out of fmt", one("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tvar n int\n\tfmt.Scanln(&n)\n}\n"),
			"line 7: explore does not know fmt.Scanln: what is typed is not known beforehand", true},
		{"a method that is left out", one("package main\n\nimport \"os\"\n\nfunc main() {\n\tos.Stdout.Close()\n}\n"),
			"line 6: explore does not know os.File.Close: what the system answers", true},
		{"embed",
			one("package main\n\nimport _ \"embed\"\n\n//go:embed x.txt\nvar text string\n\nfunc main() {}\n"),
			"line 3: explore does not know package embed", true},
		{"linkname",
			one("package main\n\nimport _ \"fmt\"\n\n//go:linkname now time.now\nfunc now()\n\nfunc main() {}\n"),
			"line 5: //go:linkname cannot be explored", true},
		{"large",
			one("package main\n\nfunc main() {}\n" + strings.Repeat("// more\n", 100_000)),
			"the program has 800029 bytes; explore takes 262144", true},
		{"many branches",
			one("package main\n\nfunc main() {\n\ta := 1\n" + strings.Repeat("if a == 1 {} else ", 5_000) + "{}\n}\n"),
			"line 5: this is nested more than 2000 deep", true},
		{"long sum",
			one("package main\n\nfunc main() {\n\t_ = 1" + strings.Repeat("+1", 5_000) + "\n}\n"),
			"line 4: this is nested more than 2000 deep", true},
		{"large array",
			one("package main\n\nvar x [1 << 40]int\n\nfunc main() { x[0] = 1 }\n"),
			"line 3: this has more than 1048576 parts", true},
		{"doubled types",
			one("package main\n\ntype t0 struct{ a, b int }\n" + doubled(60) + "\nfunc main() { var x t60; _ = x }\n"),
			"line 22: this has more than 1048576 parts", true},
		{"line comment",
			one("package main\n\n//line other.go:100\nfunc main() {}\n"),
			"line 3: //line cannot be explored", true},
		{"no body", one("package main\n\nfunc f()\n\nfunc main() {}\n"), "line 3: missing function body", false},
		{"type that holds itself",
			one("package main\n\ntype t struct{ t }\n\nfunc main() {}\n"),
			"line 3: invalid recursive type: t refers to itself", false},
		{"initialisation cycle",
			one("package main\n\nvar a = b\nvar b = a\n\nfunc main() {}\n"),
			"line 3: initialization cycle", false},
		{"constant too large",
			one("package main\n\nconst x = 1 << 5000 * 1 << 5000 << 5000\n\nfunc main() {}\n"),
			"line 3: ", false},
		{"many errors",
			one("package main\n\nfunc main() {\n" + strings.Repeat("\tx()\n", 30) + "}\n"),
			"line 4: undefined: x", false},
		{"deep nesting",
			one("package main\n\nfunc main() { _ = " + strings.Repeat("(", 110_000) + "1" +
				strings.Repeat(")", 110_000) + " }\n"),
			"line 3: syntax error: exceeded max nesting depth", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(sources(), c.files)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("the error is\n%s\nand should begin\n%s", err, c.want)
			}
			var faults Errors
			if !errors.As(err, &faults) {
				t.Fatalf("the error is a %T", err)
			}
			if faults[0].Refused != c.refused {
				t.Errorf("refused: %t", faults[0].Refused)
			}
			if len(faults) > most+1 {
				t.Errorf("%d errors at once", len(faults))
			}
		})
	}
}

// TestTaken loads what is unusual and yet right.
func TestTaken(t *testing.T) {
	for name, text := range map[string]string{
		"dot import":       "package main\n\nimport . \"fmt\"\n\nfunc main() { Println() }\n",
		"renamed import":   "package main\n\nimport f \"fmt\"\n\nfunc main() { f.Println() }\n",
		"build tag":        "//go:build ignore\n\npackage main\n\nfunc main() {}\n",
		"go:generate":      "package main\n\n//go:generate echo\n//go:noinline\nfunc main() {}\n",
		"carriage returns": "package main\r\n\r\nfunc main() {\r\n}\r\n",
		"byte order mark":  "\ufeffpackage main\n\nfunc main() {}\n",
		"generics": "package main\n\ntype list[T any] struct{ next *list[T]; v T }\n\n" +
			"func (l *list[T]) push(v T) *list[T] { return &list[T]{l, v} }\n\n" +
			"func main() { (*list[int])(nil).push(1).push(2) }\n",
		"range over func": "package main\n\nfunc main() {\n\tfor x := range " +
			"func(yield func(int) bool) { yield(1) } {\n" +
			"\t\tprintln(x)\n\t}\n}\n",
		"init, twice": "package main\n\nfunc init() {}\nfunc init() {}\nfunc main() {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(sources(), map[string]string{"main.go": text}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWithoutGoroot loads what needs none of Go's sources, and says so where it does.
func TestWithoutGoroot(t *testing.T) {
	text := "package main\n\nimport \"sort\"\n\nfunc main() { sort.Ints(nil) }\n"
	_, err := Load(nil, map[string]string{"main.go": text})
	if err == nil || !strings.Contains(err.Error(), "Go's sources") {
		t.Error(err)
	}
	text = "package main\n\nimport \"sync\"\n\nfunc main() { var mu sync.Mutex; mu.Lock() }\n"
	if _, err := Load(nil, map[string]string{"main.go": text}); err != nil {
		t.Error(err)
	}
}

// TestKept loads programs one after the other with what was read for those before, and one of them
// cannot be read.
func TestKept(t *testing.T) {
	reads := 0
	kept := Keep(counted{goroot.MustFS(), &reads})
	for i, c := range []struct {
		imports, body string
		reads, wrong  bool
	}{
		{imports: `"slices"; "fmt"`, body: `fmt.Print(slices.Max([]int{1}))`, reads: true},
		{imports: `"fmt"; "slices"`, body: `type t int; fmt.Print(slices.Max([]t{1}))`},
		{imports: `"fmt"`, body: `x`, wrong: true},
		{imports: `"fmt"`, body: `fmt.Print(1)`},
		{imports: `"bufio"`, body: `bufio.NewWriter(nil)`, reads: true},
	} {
		before := reads
		p, err := Load(kept, map[string]string{"main.go": "package main\nimport (" + c.imports + ")\nfunc main() { " + c.body + " }"})
		if (err != nil) != c.wrong {
			t.Fatalf("program %d: %v", i, err)
		}
		if (reads > before) != c.reads {
			t.Errorf("program %d: %d files of Go's were read", i, reads-before)
		}
		if c.wrong {
			continue
		}
		seen := map[string]bool{}
		for _, pkg := range p.Packages {
			seen[pkg.Pkg.Path()] = true
			for _, imported := range pkg.Pkg.Imports() {
				if !seen[imported.Path()] {
					t.Errorf("program %d: %s comes before %s, which it imports", i, pkg.Pkg.Path(), imported.Path())
				}
			}
		}
		if want := strings.Contains(c.imports, "slices"); seen["slices"] != want {
			t.Errorf("program %d imports %s, and its packages are %v", i, c.imports, p.Packages)
		}
	}
}

type counted struct {
	fs.FS
	reads *int
}

func (c counted) Open(name string) (fs.File, error) {
	*c.reads++
	return c.FS.Open(name)
}
