// Package compat asks how the installed kernel gets on with what others wrote: Jupyter's protocol, and GoNB's own example notebooks.
// (Other versions of JupyterLab are tried beside the course's own, in package lab.)
package compat

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// Jupyter's own suite for kernels. What GoNB cannot answer is named in messages.py, each with its reason, and must go on failing there.
func TestMessages(t *testing.T) {
	notebook.NeedsKernel(t)
	suite := notebook.NeedsCompat(t, "kernel-test")
	command := exec.Command(filepath.Join(notebook.Root(), "docker", "start"), "env", "PYTHONPATH="+suite, "python",
		filepath.Join(notebook.Root(), "helpers/internal/compat/messages.py"))
	said, err := command.CombinedOutput()
	passed := regexp.MustCompile(`(?m)^test_(\w+) .*\.\.\. ok$`).FindAllSubmatch(said, -1)
	refused := strings.Count(string(said), "... expected failure")
	t.Logf("%d answered, %d not, as expected", len(passed), refused)
	if err != nil || len(passed) != 7 || refused != 6 {
		t.Errorf("want 7 and 6; %v\n%s", err, said)
	}
}

// GoNB's examples, in its module: those that need neither a network nor a browser nor someone who types. Left out are comms, dom, wasm,
// widgets and wasm_demo (a browser answers them), input_boxes (someone types), tutorial and google_colab_demo (they fetch modules).
var examples = []string{
	"bash_script", "capture", "errors", "functions", "goflags", "gonbui", "gotest", "gowork", "hello", "init", "script", "vartuple", "writefile",
}

// Each cell of an example prints what its author's run printed, and fails where that one did.
func TestExamplesOfGoNB(t *testing.T) {
	notebook.NeedsKernel(t)
	notebook.NeedsCompat(t, "kernel-test") // The same command gets a module that one of them imports and the course does not.
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output()
	if err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(strings.TrimSpace(string(module)), "examples", "tests")
	dir := t.TempDir()
	for _, name := range []string{"TEST_DIR", "GOCOVERDIR"} { // The examples ask for them.
		t.Setenv(name, filepath.Join(dir, name))
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GONB_GIT_ROOT", filepath.Dir(filepath.Dir(from)))
	before := map[string]*notebook.Notebook{}
	var files []string
	for _, name := range examples {
		nb, err := notebook.Read(filepath.Join(from, name+".ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		before[name] = nb
		file := filepath.Join(dir, name+".ipynb")
		run := nb.With(nb.Cells()...)
		for _, cell := range run.Code() {
			if strings.Contains(cell.Source(), `go work use . "${GONB_GIT_ROOT}"`) {
				cell.SetSource("") // It leads the notebook to a clone of GoNB; the course's workspace has GoNB already.
			}
		}
		if err := run.Write(file); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if err := notebook.Execute(t.Context(), 60, files...); err != nil {
		t.Fatal(err)
	}
	for i, name := range examples {
		t.Run(name, func(t *testing.T) {
			nb, err := notebook.Read(files[i])
			if err != nil {
				t.Fatal(err)
			}
			for i, cell := range nb.Code() {
				author := before[name].Code()[i]
				if cell.Source() == "" {
					continue
				}
				if (cell.Error() != "") != (author.Error() != "") {
					t.Errorf("%s\nerror %q, with its author %q\nstderr %s", cell.Source(), cell.Error(), author.Error(), cell.Complained())
				}
				if got, want := ofAnyMachine(cell.Printed()), ofAnyMachine(author.Printed()); got != want {
					t.Errorf("%s\nprinted %q, with its author %q", cell.Source(), got, want)
				}
			}
		})
	}
}

var (
	ownLine = regexp.MustCompile(`\n*(cpu: .*|replace example\.com/multithreading .*)`)
	path    = regexp.MustCompile(`/[^\s"]+`)
	build   = regexp.MustCompile(`gonb_[0-9a-f]{8}`)
	number  = regexp.MustCompile(`[ \t]*\d[\d.]*`)
)

// ofAnyMachine is a text without what depends on the machine: folders, names of builds, numbers (which are times and versions here).
func ofAnyMachine(text string) string {
	text = ownLine.ReplaceAllString(text, "")
	return number.ReplaceAllString(build.ReplaceAllString(path.ReplaceAllString(text, "/…"), "gonb"), "#")
}
