package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// The kernel builds most cells by compiler and linker, without the go command
// (docker/kernel/build.go). Here a kernel finds this test's binary as its "go", which builds each
// cell both ways, in the kernel's own folder, and puts a program in its place that ends at once.

const (
	// in the kernel's environment: the folder of bin/go, and of the report of the last build
	bothWaysDir = "COURSE_BOTH_WAYS"
	// as first argument, asks to become the tool that follows
	unnamed = "-unnamed"
)

// TestMain is the tests, or in a child what the kernel, or the go command below it, takes it for.
func TestMain(m *testing.M) {
	var err error
	switch {
	case len(os.Args) > 2 && os.Args[1] == unnamed:
		err = withoutNames(os.Args[2:])
	case filepath.Base(os.Args[0]) == "go":
		err = goBothWays(os.Args[1:])
	default:
		os.Exit(m.Run())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// withoutNames becomes a tool of the go command's. The linker leaves out what the kernel's own way
// has not: the description of the modules, and a build id that is one program's only.
func withoutNames(command []string) error {
	config := slices.Index(command, "-importcfg") + 1
	if filepath.Base(command[0]) == "link" && config > 0 {
		text, err := os.ReadFile(command[config])
		if err != nil {
			return err
		}
		text = regexp.MustCompile(`(?m)^modinfo .*\n`).ReplaceAll(text, nil)
		if err := os.WriteFile(command[config], text, 0o644); err != nil {
			return err
		}
		for i, argument := range command {
			if strings.HasPrefix(argument, "-buildid=") {
				command[i] = "-buildid=cell"
			}
		}
	}
	return syscall.Exec(command[0], command, os.Environ())
}

// bothWays is what came of building a cell.
type bothWays struct {
	Args     []string
	Main     string    // the program's text
	Direct   bool      // the kernel's own way went without the go command
	Programs [2]string // what each way wrote and how long it is, "" where it failed
	Messages [2]string
	Took     [2]time.Duration
	Differ   string // "" where both programs are the same
}

// goBothWays is the kernel's "go".
func goBothWays(args []string) error {
	path := filepath.SplitList(os.Getenv("PATH"))
	own := filepath.Join(os.Getenv(bothWaysDir), "bin")
	path = slices.DeleteFunc(path, func(dir string) bool { return dir == own })
	os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator)))
	real, err := exec.LookPath("go")
	if err != nil {
		return err
	}
	out := slices.Index(args, "-o") + 1
	if len(args) == 0 || args[0] != "build" || out == 0 {
		return syscall.Exec(real, append([]string{"go"}, args...), os.Environ())
	}
	program := args[out] + ".program"
	text, err := os.ReadFile("main.go")
	if err != nil {
		return err
	}
	did := bothWays{Args: args, Main: string(text)}
	var built [2][]byte
	way := func(i int, environment ...string) error {
		os.Remove(program) // what the last cell has left
		command := exec.Command(real, args...)
		command.Env = append(os.Environ(), environment...)
		begin := time.Now()
		messages, failed := command.CombinedOutput()
		did.Messages[i], did.Took[i] = string(messages), time.Since(begin)
		if failed != nil {
			did.Programs[i] = ""
			return nil
		}
		var err error
		built[i], err = os.ReadFile(program)
		did.Programs[i] = fmt.Sprintf("%s, %d bytes", program, len(built[i]))
		return err
	}
	// The first time that something is imported the go command is watched, and where it had to compile
	// a package for that, once more. It is only where main.go is another one that it compiles that.
	for try := range 3 {
		if err := os.WriteFile("main.go", append(text, strings.Repeat("\n", try)...), 0o644); err != nil {
			return err
		}
		if err := way(0); err != nil {
			return err
		}
		if did.Direct = isKept(program); did.Direct || did.Programs[0] == "" {
			break
		}
	}
	// With a flag that it does not know, the kernel leaves a build to the go command.
	self, err := os.Executable()
	if err != nil {
		return err
	}
	flags := fmt.Sprintf("GOFLAGS=%s '-toolexec=%s %s'", os.Getenv("GOFLAGS"), self, unnamed)
	if err := way(1, flags); err != nil {
		return err
	}
	if !bytes.Equal(built[0], built[1]) {
		did.Differ = firstDifference(built[0], built[1])
	}
	if text, err = json.Marshal(did); err == nil {
		err = os.WriteFile(reportIn(os.Getenv(bothWaysDir)), text, 0o644)
	}
	if err != nil {
		return err
	}
	if did.Programs[0] == "" {
		return fmt.Errorf("%s", did.Messages[0])
	}
	quiet, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	os.Remove(program)
	if err := os.Symlink(quiet, program); err != nil {
		return err
	}
	os.Exit(0)
	return nil
}

// isKept tells whether a program is one of those that the kernel keeps of what it has built itself.
func isKept(program string) bool {
	is, err := os.Stat(program)
	if err != nil {
		return false
	}
	kept, _ := filepath.Glob(filepath.Join(filepath.Dir(program), ".build", "*.built"))
	return slices.ContainsFunc(kept, func(file string) bool {
		info, err := os.Stat(file)
		return err == nil && os.SameFile(info, is)
	})
}

func firstDifference(a, b []byte) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	part := func(text []byte) []byte { return text[max(0, at-40):min(len(text), at+40)] }
	return fmt.Sprintf("%d and %d bytes, from byte %d on: %q and %q", len(a), len(b), at, part(a), part(b))
}

// faults makes a cell as a student may leave it. Some of them GoNB mends, by an import.
var faults = map[string]func(source string) string{
	"a variable is not used": inMain("\tunused := 1\n"),
	"a wrong type":           inMain("\tvar text string = 1\n\tprintln(text)\n"),
	"an unknown name":        inMain("\tunknown()\n"),
	"no value is returned":   func(source string) string { return source + "\n\nfunc value() int {}\n" },
	"a function has no body": func(source string) string { return source + "\n\nfunc nothing()\n" },
	"a misspelt name": func(source string) string {
		name := regexp.MustCompile(`\b(fmt|sync|time|show|timing|race|explore)\.[A-Z]\w*`).FindStringIndex(source)
		if name == nil {
			return source
		}
		return source[:name[1]] + "x" + source[name[1]:]
	},
	"an import is missing": func(source string) string {
		line := regexp.MustCompile(`(?m)^(import )?\s*"[^"]+"\n`).FindAllStringIndex(source, -1)
		if line == nil {
			return source
		}
		last := line[len(line)-1] // a helper, where the cell has one
		return source[:last[0]] + source[last[1]:]
	},
	"what is internal to Go is imported":         importing("internal/abi"),
	"what is internal to the course is imported": importing("example.com/multithreading/helpers/internal/notebook"),
	"an unknown package is imported":             importing("example.org/not/there"),
	"main is declared as a variable": func(source string) string {
		return strings.Replace(source, "func main() {", "var main = func() {", 1)
	},
}

func importing(path string) func(string) string {
	return func(source string) string { return fmt.Sprintf("import _ %q\n\n%s", path, source) }
}

func inMain(lines string) func(string) string {
	return func(source string) string {
		return strings.Replace(source, "func main() {\n", "func main() {\n"+lines, 1)
	}
}

// sampled are built in `make test`, with what they need of other cells: a plain cell, one that is
// explored, one with helpers, and the largest program of the course.
var sampled = []string{"two-workers", "lesson-explored", "lock-cost", "gomlx-product"}

// Whichever way the kernel builds a cell, the program is the same, byte for byte, and so is what
// the student reads of one that does not compile. With COURSE_LONG set, every cell of every
// notebook, and every eighth also with faults; otherwise a few, and one with faults.
func TestLongCellsAreBuiltTheSameBothWays(t *testing.T) {
	t.Parallel()
	notebook.NeedsKernel(t)
	everyCell := long(0, 1) == 1
	dir := t.TempDir()
	kernelThatBuildsBothWays(t, dir)
	s := startServer(t, "JUPYTER_PATH="+dir)
	seen, direct, all, faulty := map[string]bool{}, 0, 0, 0
	var took [2]time.Duration
	for _, path := range notebook.Paths() {
		nb, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		lesson := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		var cells []notebook.Cell
		for _, cell := range nb.Code() {
			if !cell.IsGo() || !everyCell && !slices.Contains(sampled, cell.ID()) {
				continue
			}
			if needed, err := nb.Needed(cell); err != nil {
				t.Fatal(err)
			} else if !everyCell {
				cells = append(cells, needed...)
			}
			cells = append(cells, cell)
		}
		if len(cells) == 0 {
			continue
		}
		k := s.newKernel(t)
		for i, cell := range cells {
			t.Run(lesson+"/"+cell.ID(), func(t *testing.T) {
				did := buildBothWays(t, k, dir, cell.Source())
				if seen[did.Main] {
					return
				}
				seen[did.Main] = true
				all++
				for way := range took {
					took[way] += did.Took[way]
				}
				if did.Direct {
					direct++
				}
				if did.Programs[0] == "" || did.Programs[1] == "" {
					t.Errorf("it does not compile:\n%s\n%s", did.Messages[0], did.Messages[1])
				}
				if i%8 != 0 || !everyCell && faulty > 0 {
					return
				}
				for name, fault := range faults {
					source := fault(cell.Source())
					if source == cell.Source() {
						continue
					}
					faulty++
					t.Run(name, func(t *testing.T) { buildBothWays(t, k, dir, source) })
				}
			})
		}
		k.end(t)
	}
	t.Logf("%d programs, %d of them built without the go command, and %d with faults; the one way took %v, the other %v",
		all, direct, faulty, took[0].Round(time.Millisecond), took[1].Round(time.Millisecond))
}

// kernelThatBuildsBothWays writes the kernel's settings into a folder for JUPYTER_PATH, with this
// test's binary as its "go".
func kernelThatBuildsBothWays(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(notebook.Root(), ".venv/share/jupyter/kernels/gonb/kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]any
	if err := json.Unmarshal(text, &settings); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin, kernel := filepath.Join(dir, "bin"), filepath.Join(dir, "kernels", "gonb")
	environment := settings["env"].(map[string]any)
	environment["PATH"] = bin + string(os.PathListSeparator) + environment["PATH"].(string)
	environment[bothWaysDir] = dir
	if text, err = json.Marshal(settings); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{bin, kernel} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(kernel, "kernel.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "go")); err != nil {
		t.Fatal(err)
	}
}

func reportIn(dir string) string { return filepath.Join(dir, "report.json") }

// buildBothWays has the kernel build a cell, and holds what came of the one way against the other.
func buildBothWays(t *testing.T, k *kernel, dir, source string) (did bothWays) {
	t.Helper()
	report := reportIn(dir)
	os.Remove(report)
	e := k.run(t, source)
	if !e.ended(patience) {
		t.Fatalf("not ended after %v; it shows %q", patience, cut(e.text()))
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("it was not built: %v\n%s", err, cut(e.text()))
	}
	if err := json.Unmarshal(text, &did); err != nil {
		t.Fatal(err)
	}
	if !did.Direct && did.Programs[0] != "" {
		t.Errorf("go %q is not built without the go command:\n%s", did.Args, did.Main)
	} else if did.Programs[0] != did.Programs[1] || did.Differ != "" {
		t.Errorf("the programs differ: %s\n%q\n%s", did.Differ, did.Programs, did.Main)
	}
	if did.Messages[0] != did.Messages[1] {
		t.Errorf("built by the kernel, it says:\n%s\nby the go command:\n%s\n%s", did.Messages[0], did.Messages[1], did.Main)
	}
	return did
}
