package replay

import (
	"context"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

var fset = token.NewFileSet()

var source = sync.OnceValue(func() types.Importer { return importer.ForCompiler(fset, "source", nil) })

// load builds the SSA form of one file; what it imports is known by its types alone.
func load(t testing.TB, name, text string) *ssa.Package {
	t.Helper()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	conf := &types.Config{Importer: source(), GoVersion: "go1.26"}
	pkg, _, err := ssautil.BuildPackage(conf, fset, types.NewPackage("main", "main"), []*ast.File{file}, ssa.InstantiateGenerics)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// TestSameAsGo: a program that is emitted and runs freely prints what it prints when it is compiled as it stands.
func TestSameAsGo(t *testing.T) {
	files, err := filepath.Glob("testdata/same/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	if extra := os.Getenv("REPLAY_SAME"); extra != "" { // more programs, such as those of Go's own tests
		more, err := filepath.Glob(extra)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			p, err := Build(within(t, time.Minute), load(t, file, string(text)), "", dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Follow(within(t, time.Minute), nil)
			if err != nil {
				t.Fatal(err)
			}
			bin := filepath.Join(dir, "plain")
			if out, err := exec.Command("go", "build", "-o", bin, file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			cmd := exec.CommandContext(within(t, time.Minute), bin)
			var out, errs strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &errs
			cmd.Run()
			if got.Output != out.String() || got.Exit != cmd.ProcessState.ExitCode() {
				t.Errorf("emitted: exit %d\n%s\n%s\nplain: exit %d\n%s\n%s", got.Exit, got.Output, got.Errors,
					cmd.ProcessState.ExitCode(), out.String(), errs.String())
			}
			if a, b, _ := strings.Cut(got.Errors, "\n\ngoroutine "); b != "" {
				if want, _, _ := strings.Cut(errs.String(), "\n\ngoroutine "); a != want {
					t.Errorf("emitted ends with %q, plain with %q", a, want)
				}
			}
		})
	}
}
