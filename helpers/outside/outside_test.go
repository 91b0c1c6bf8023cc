package outside

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

func needsPython(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		notebook.LeftOut(t, "there is no python3")
	}
}

func TestPythonWorksEachTimeAndKeepsItsState(t *testing.T) {
	needsPython(t)
	file := filepath.Join(t.TempDir(), "count")
	python, err := Python(
		"import os\ncount = 0\ndef work():\n  global count\n  count += 1\n  open(os.environ['FILE'], 'w').write(str(count))",
		"FILE="+file)
	if err != nil {
		t.Fatal(err)
	}
	python.Work()
	python.Work()
	python.Close()
	if text, _ := os.ReadFile(file); string(text) != "3" {
		t.Errorf("worked %s times, want 3: once at the start, and twice", text)
	}
	if !python.command.ProcessState.Success() {
		t.Error("Close: ", python.command.ProcessState)
	}
}

func TestPythonSaysInOneLineWhatIsMissing(t *testing.T) {
	needsPython(t)
	for source, want := range map[string]string{
		"import numpi":                   "No module named 'numpi'",
		"x = 1":                          "'work' is not defined",
		"def work(): print('a picture')": "a picture",
	} {
		if _, err := Python(source); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want one line with %q", source, err, want)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Python("def work(): pass"); err == nil || !strings.Contains(err.Error(), "python3") {
		t.Errorf("without python3: %v", err)
	}
}

// The copy is a cell laid out as GoNB does: main.go in a module of its own, with this repository's module in its workspace.
func TestCopyIsBuiltWithSIMDAndServes(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module cell\n\ngo 1.26\n",
		"go.work": "go " + strings.TrimPrefix(runtime.Version(), "go") + "\n\nuse (\n\t.\n\t" + root + "\n)\n",
		"simd.go": "//go:build goexperiment.simd\n\npackage main\n\nfunc init() { simd = true }\n",
		"main.go": `package main

import (
	"fmt"
	"os"
	"runtime"

	"example.com/multithreading/helpers/outside"
)

var simd bool

func main() {
	n := 0
	outside.Serve(func() {
		n++
		os.WriteFile("said", fmt.Append(nil, n, simd, runtime.GOMAXPROCS(0)), 0o644)
	})
	copy, err := outside.Copy("GOMAXPROCS=1")
	if err != nil {
		fmt.Println(err)
		return
	}
	copy.Work()
	copy.Close()
	said, _ := os.ReadFile("said")
	fmt.Println(string(said), simd)
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(env ...string) string {
		cell := exec.Command(filepath.Join(dir, "cell"))
		cell.Dir, cell.Env = dir, append(os.Environ(), env...)
		text, _ := cell.CombinedOutput()
		return string(text)
	}
	build := exec.Command("go", "build", "-o", "cell")
	build.Dir = dir
	if message, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, message)
	}
	if said := run("GONB_TMP_DIR=" + dir); said != "2 true 1 false\n" && !strings.Contains(said, "amd64 only") {
		t.Errorf("the cell said %q, want that the copy had worked twice, with SIMD, on one core, and the cell was without SIMD", said)
	}
	if said := run("GONB_TMP_DIR="); strings.Count(said, "\n") != 1 ||
		!strings.Contains(said, "notebook") && !strings.Contains(said, "amd64 only") {
		t.Errorf("outside a notebook the cell said %q", said)
	}
}
