package engine

import (
	"go/types"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
	"time"
)

// sequential runs a program without goroutines in the machine, and gives what it prints.
func sequential(t *testing.T, source string) string {
	t.Helper()
	r, err := load1(t, source).Explore(Options{Time: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Outcomes) != 1 {
		t.Fatalf("%d outcomes of a program without goroutines", len(r.Outcomes))
	}
	if o := r.Outcomes[0]; o.Kind != Ends || o.Message != "" {
		return o.Output + o.Kind.String() + ": " + o.Message + "\n"
	}
	return r.Outcomes[0].Output
}

// goRun runs a program as Go does.
func goRun(t *testing.T, source string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestLikeGo runs programs in the machine and as Go does: they print the same.
func TestLikeGo(t *testing.T) {
	files, err := filepath.Glob("testdata/like-go/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		t.Run(name, func(t *testing.T) { likeGo(t, string(text)) })
		if half := strings.Replace(string(text), "const half = 0", "const half = 1", 1); half != string(text) {
			t.Run(name+", second half", func(t *testing.T) { likeGo(t, half) })
		}
	}
}

func likeGo(t *testing.T, source string) {
	t.Helper()
	want := strings.Split(goRun(t, source), "\n")
	got := strings.Split(sequential(t, source), "\n")
	for i := range max(len(want), len(got)) {
		var w, g string
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if w != g {
			t.Errorf("line %d is\n%s\nand should be\n%s", i+1, g, w)
		}
	}
}

// TestEveryNativeIsThere asks for each function without a body in the models, and for those that
// GOROOT's packages have.
func TestEveryNativeIsThere(t *testing.T) {
	p := load1(t, `package main

import (
	_ "bufio"
	_ "bytes"
	_ "container/heap"
	_ "context"
	_ "errors"
	_ "fmt"
	_ "hash/fnv"
	_ "io"
	_ "iter"
	_ "log"
	_ "maps"
	_ "math"
	_ "math/bits"
	_ "math/cmplx"
	_ "os"
	_ "path"
	_ "runtime"
	_ "slices"
	_ "sort"
	_ "strconv"
	_ "strings"
	_ "sync"
	_ "sync/atomic"
	_ "text/tabwriter"
	_ "time"
	_ "unicode"
	_ "unicode/utf16"
	_ "unicode/utf8"

	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/sync/semaphore"
)

func main() {}
`)
	for fn := range functions(p) {
		if fn.String() == "maps.clone" {
			continue // only maps.Clone calls it, which is our own
		}
		if len(fn.Blocks) == 0 && p.nativeCode(fn) == nil {
			t.Errorf("%s has no body and is no native", fn)
		}
	}
}

// functions are the functions and methods of all packages.
func functions(p *Program) iter.Seq[*ssa.Function] {
	return func(yield func(*ssa.Function) bool) {
		for _, pkg := range p.SSA.AllPackages() {
			for _, member := range pkg.Members {
				switch m := member.(type) {
				case *ssa.Function:
					if !yield(m) {
						return
					}
				case *ssa.Type:
					named, ok := m.Type().(*types.Named)
					if !ok {
						continue
					}
					for i := range named.NumMethods() {
						if fn := p.SSA.FuncValue(named.Method(i)); fn != nil && !yield(fn) {
							return
						}
					}
				}
			}
		}
	}
}
