package detector

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// cell lays out a program as GoNB does: main.go in a module of its own, with this repository's module in its workspace.
func cell(t *testing.T, main string) (dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for name, text := range map[string]string{
		"main.go": "package main\n" + main,
		"go.mod":  "module cell\n\ngo 1.26\n",
		"go.work": "go " + strings.TrimPrefix(runtime.Version(), "go") + "\n\nuse (\n\t.\n\t" + root + "\n)\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", "cell")
	build.Dir = dir
	if message, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, message)
	}
	return dir
}

func run(dir string, environment ...string) (output string, status int) {
	command := exec.Command(filepath.Join(dir, "cell"))
	command.Env = append(os.Environ(), environment...)
	text, _ := command.CombinedOutput()
	return string(text), command.ProcessState.ExitCode()
}

const racy = `
import (
	"fmt"
	"sync"

	"example.com/multithreading/helpers/detector"
)

func main() {
	detector.On()
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { counter++ })
	}
	wg.Wait()
	fmt.Println("done")
}
`

func TestOnReportsARace(t *testing.T) {
	dir := cell(t, racy)
	output, status := run(dir, "GONB_TMP_DIR="+dir)
	if status != 66 || !strings.Contains(output, "WARNING: DATA RACE") || !strings.Contains(output, filepath.Join(dir, "main.go:")) {
		t.Errorf("status %d, want 66 and a report that names main.go:\n%s", status, output)
	}
	if strings.Count(output, "done") != 1 {
		t.Errorf("main ran to its end %d times, want once:\n%s", strings.Count(output, "done"), output)
	}
}

func TestOnIsSilentWithoutARace(t *testing.T) {
	dir := cell(t, strings.Replace(racy, "range 2", "range 1", 1))
	if output, status := run(dir, "GONB_TMP_DIR="+dir); status != 0 || output != "done\n" {
		t.Errorf("status %d, output %q", status, output)
	}
}

func TestOnSaysWhatIsMissing(t *testing.T) {
	dir := cell(t, racy)
	if output, status := run(dir, "GONB_TMP_DIR="); status != 1 || strings.Count(output, "\n") != 1 || !strings.Contains(output, "go run -race") {
		t.Errorf("outside a notebook: status %d, output %q", status, output)
	}
	if output, status := run(dir, "GONB_TMP_DIR="+dir, "CGO_ENABLED=0"); status != 1 || !strings.Contains(output, "C compiler") {
		t.Errorf("without cgo: status %d, output %q", status, output)
	}
}
