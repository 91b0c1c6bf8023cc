package main

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
	"testing"
	"time"
)

// noLink, in the environment of this test's binary as -toolexec, has it note how the linker is
// called, and not link: most of these tests want to know only that.
const noLink = "KERNEL_TEST_NO_LINK"

// testTool is this test's binary as -toolexec.
func testTool(args []string) {
	if os.Getenv(noLink) != "" && strings.HasPrefix(filepath.Base(args[1]), "link") && args[2] != "-V=full" {
		if err := noted(args[0], args[1:]); err != nil {
			panic(err)
		}
		if err := os.WriteFile(*argumentOf(args, "-o"), []byte("not linked"), 0o755); err != nil {
			panic(err)
		}
		return
	}
	if err := noteTool(args[0], args[1:]); err != nil {
		panic(err)
	}
}

// course is the folder of the course.
func course(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// A bench is a folder of GoNB's for cells, which no other has recipes from.
type bench struct {
	t         *testing.T
	real, dir string
}

func newBench(t *testing.T, module string) *bench {
	t.Helper()
	flags, err := exec.Command("sh", "-c", `. "$0" && echo "$COURSE_GOFLAGS"`, filepath.Join(course(t), "docker/environment")).Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOFLAGS", strings.TrimSpace(string(flags)))
	t.Setenv("GOTOOLCHAIN", "local")
	t.Setenv(bounded, "")
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	scratch, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	was := recipeDir
	recipeDir = func() string { return filepath.Join(scratch, "recipes") }
	t.Cleanup(func() { recipeDir = was })
	b := &bench{t, real, filepath.Join(scratch, "gonb_test")}
	if err := newFolder(real, b.dir, module); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) args() []string {
	return []string{"build", "-o", filepath.Join(b.dir, "gonb_test"+programSuffix)}
}

func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// cell writes main.go and reads what is to be built.
func (b *bench) cell(program string) *cell {
	b.t.Helper()
	b.write("main.go", program)
	c, err := newCell(b.real, b.args())
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// learn has a program built by the go command, and its recipe kept. What has never been compiled before needs to be built twice.
func (b *bench) learn(program string) *cell {
	b.t.Helper()
	var unlearned error
	for try := range 2 {
		c := b.cell(program + strings.Repeat("\n", try))
		var messages string
		var err error
		if messages, err, unlearned = c.watch(b.real, b.args()); err != nil {
			b.t.Fatalf("%v\n%s", err, messages)
		}
		if unlearned == nil {
			return c
		}
	}
	b.t.Fatal(unlearned)
	return nil
}

// run runs the program that was built last.
func (b *bench) run() string {
	b.t.Helper()
	text, err := exec.Command(b.args()[2]).CombinedOutput()
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// importing is a program that imports these packages.
func importing(packages []string) string {
	program := "package main\n\n"
	for _, path := range packages {
		program += fmt.Sprintf("import _ %q\n", path)
	}
	return program + "\nfunc main() { println(\"runs\") }\n"
}

// importsOfCells lists what the cells of all notebooks import, each combination once. As in a kernel,
// a cell has what it names of the imports of the cells above.
func importsOfCells(t *testing.T) (sets [][]string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(course(t), "notebooks/*.ipynb"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no notebooks: ", err)
	}
	line := regexp.MustCompile(`(?m)^(?:import )?[ \t]*(?:[\w.]+ )?"([a-z][\w./-]*)"$`)
	version := regexp.MustCompile(`/v\d+$`)
	seen := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var notebook struct {
			Cells []struct {
				Kind   string   `json:"cell_type"`
				Source []string `json:"source"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(text, &notebook); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		known := map[string]string{}
		for _, cell := range notebook.Cells {
			source := strings.Join(cell.Source, "")
			if cell.Kind != "code" || regexp.MustCompile(`^(!|%%(script|bash))`).MatchString(source) {
				continue
			}
			var set []string
			for _, match := range line.FindAllStringSubmatch(source, -1) {
				name := version.ReplaceAllString(match[1], "")
				known[name[strings.LastIndex(name, "/")+1:]] = match[1]
				set = append(set, match[1])
			}
			for name, path := range known {
				if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(source) {
					set = append(set, path)
				}
			}
			slices.Sort(set)
			set = slices.Compact(set)
			if key := strings.Join(set, " "); !seen[key] && !strings.Contains(source, "%env GOEXPERIMENT") {
				seen[key] = true
				sets = append(sets, set)
			}
		}
	}
	return sets
}

// A program is what its compiler, its linker, their arguments and the packages make of it. For what
// each cell imports, the recipe has the same as the go command.
func TestRecipeIsWhatTheGoCommandDoes(t *testing.T) {
	b := newBench(t, course(t))
	sets := importsOfCells(t)
	all := slices.Concat(sets...)
	slices.Sort(all)
	b.learn(importing(slices.Compact(all)))
	if len(sets) < 20 {
		t.Errorf("only %d different cells", len(sets))
	}
	if testing.Short() {
		sets = sets[:5]
	}
	t.Setenv(noLink, "1")
	for i, set := range sets {
		c := b.cell(importing(set) + fmt.Sprintf("\nconst number = %d\n", i))
		r, err := c.recipe()
		if err != nil {
			t.Errorf("%v: %v", set, err)
			continue
		}
		theirs := b.noted(c)
		if is, want := inOrder(theirs.compile.Command), inOrder(r.Compile); !slices.Equal(is, want) {
			t.Errorf("%v: compiled with\n%q, want\n%q", set, want, is)
		}
		if is, want := inOrder(theirs.link.Command), inOrder(r.Link); !slices.Equal(is, want) {
			t.Errorf("%v: linked with\n%q, want\n%q", set, want, is)
		}
		ours := packagesOf(r.config)
		for path, file := range packagesOf([]byte(theirs.link.Config)) {
			if path == filepath.Base(c.dir) {
				continue
			}
			if file, err := filepath.EvalSymlinks(file); err != nil || ours[path] != file {
				t.Errorf("%v: %s lies in %s, want %s %v", set, path, ours[path], file, err)
			}
		}
	}
}

// What set-up has a recipe made of, there can be one of: a package that embeds a folder, say, has none, and then there is none for all.
func TestRecipeOfSetUp(t *testing.T) {
	b := newBench(t, course(t))
	list := exec.Command("sh", "-c", `eval "$(grep '^helpers()' docker/setup)" && helpers`)
	list.Dir = course(t)
	packages, err := list.Output()
	if err != nil || !bytes.Contains(packages, []byte("/helpers/race\n")) {
		t.Fatalf("%v\n%s", err, packages)
	}
	b.learn(importing(strings.Fields(string(packages))))
}

type notes struct{ compile, link note }

// noted has the go command build a cell, and reads the notes.
func (b *bench) noted(c *cell) (n notes) {
	b.t.Helper()
	os.Remove(c.out)
	if messages, err, _ := c.watch(b.real, b.args()); err != nil {
		b.t.Fatalf("%v\n%s", err, messages)
	}
	for name, to := range map[string]*note{"compile": &n.compile, "link": &n.link} {
		text, err := os.ReadFile(filepath.Join(c.work, "notes", name))
		if err != nil {
			b.t.Fatal(err)
		}
		if err := json.Unmarshal(text, to); err != nil {
			b.t.Fatal(err)
		}
	}
	return n
}

// inOrder is a tool's command line without what names a program and no more: files and build ids.
func inOrder(command []string) (list []string) {
	for i := 0; i < len(command); i++ {
		switch argument := command[i]; {
		case argument == "-o", argument == "-importcfg", argument == "-buildid", argument == "-trimpath":
			i++ // with the name that follows; the folder that -trimpath takes away is one that main.go does not lie in
		case isBuildID(argument), i == len(command)-1:
		default:
			list = append(list, argument)
		}
	}
	return list
}

func isBuildID(argument string) bool { return strings.HasPrefix(argument, "-buildid=") }

// The whole program is byte for byte what the go command's own calls make of it, but for its build id
// and the description of its modules.
func TestProgramIsTheSame(t *testing.T) {
	b := newBench(t, course(t))
	for name, program := range map[string]string{
		"plain": "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"runs\") }\n",
		"show":  importing([]string{"example.com/multithreading/helpers/show", "sync"}),
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.learn(program + "\nconst other = 1\n")
			c := b.cell(program)
			n := b.noted(c)
			r, err := c.recipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.make(r); err != nil {
				t.Fatal(err)
			}
			ours, err := os.ReadFile(c.out)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			for name, config := range map[string]string{"compile": n.compile.Config, "link": n.link.Config} {
				config = regexp.MustCompile(`(?m)^(modinfo .*|packagefile \S+=\S*/b001/_pkg_\.a)\n`).ReplaceAllString(config, "")
				if err := os.WriteFile(file(name), []byte(config), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compile, link := n.compile.Command, n.link.Command
			*argumentOf(compile, "-o"), *argumentOf(compile, "-importcfg") = file("object"), file("compile")
			*argumentOf(link, "-o"), *argumentOf(link, "-importcfg") = file("program"), file("link")
			link[len(link)-1] = file("object")
			link[slices.IndexFunc(link, isBuildID)] = "-buildid=cell"
			for _, line := range [][]string{compile, link} {
				command := exec.Command(line[0], line[1:]...)
				command.Dir = c.dir
				command.Env = append(os.Environ(), n.link.Env...)
				if text, err := command.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
			}
			theirs, err := os.ReadFile(file("program"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(ours, theirs) {
				t.Errorf("%d bytes and %d bytes that differ", len(ours), len(theirs))
			}
			if got := b.run(); got != "runs\n" {
				t.Errorf("it says %q", got)
			}
		})
	}
}

// greeting is a module whose package says a word.
func greeting(t *testing.T, word string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"go.mod":        "module example.com/greeting\n\ngo 1.26\n",
		"greeting.go":   "package greeting\n\nimport \"example.com/greeting/word\"\n\nvar Word = word.Word\n",
		"word/word.go":  "package word\n\nconst Word = \"" + word + "\\n\"\n",
		"other/data":    "x",
		"other/main.go": "package other\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-time.Hour) // not just changed
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const greets = "package main\n\nimport \"example.com/greeting\"\n\nfunc main() { print(greeting.Word) }\n"

// What may change the program, or needs more than a compiler and a linker, leaves the build to the
// go command. The program says the right word in any case.
func TestDoubtLeavesTheBuildToTheGoCommand(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(t *testing.T, b *bench, module string)
		program string // in the place of greets
		says    string // in the place of "hello"
		args    []string
		direct  bool
	}{
		"nothing": {direct: true},
		"go.work.sum": {change: func(t *testing.T, b *bench, module string) {
			b.write("go.work.sum", "example.com/other v1.0.0/go.mod h1:wDlXFlCrmJ8J+swcL/MnGUuYnqgQdW9rhSD61oNMb6U=\n")
		}, direct: true},
		"another package's file": {change: func(t *testing.T, b *bench, module string) {
			os.WriteFile(filepath.Join(module, "word", "word.go"), []byte("package word\n\nconst Word = \"good-bye\\n\"\n"), 0o644)
		}, says: "good-bye\n"},
		"a new file in another package": {change: func(t *testing.T, b *bench, module string) {
			os.WriteFile(filepath.Join(module, "word", "more.go"), []byte("package word\n\nfunc init() { print(\"and \") }\n"), 0o644)
		}, says: "and hello\n"},
		"a file beside main.go": {change: func(t *testing.T, b *bench, module string) {
			b.write("more.go", "package main\n\nfunc init() { print(\"and \") }\n")
		}, says: "and hello\n"},
		"the other module's go.mod": {change: func(t *testing.T, b *bench, module string) {
			os.WriteFile(filepath.Join(module, "go.mod"), []byte("module example.com/greeting\n\ngo 1.25\n"), 0o644)
		}},
		"the cells' go.mod": {change: func(t *testing.T, b *bench, module string) {
			b.write("go.mod", "module gonb_test\n\ngo 1.26\n\nreplace example.com/greeting => "+module+"\n\ngodebug panicnil=1\n")
		}},
		"go.work": {change: func(t *testing.T, b *bench, module string) {
			text, err := os.ReadFile(filepath.Join(b.dir, "go.work"))
			if err != nil {
				t.Fatal(err)
			}
			b.write("go.work", string(text)+"\ngodebug panicnil=1\n")
		}},
		"go.sum": {change: func(t *testing.T, b *bench, module string) { b.write("go.sum", "\n") }},
		"flags": {change: func(t *testing.T, b *bench, module string) {
			t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+",another") // the last flag is -tags
		}},
		"a flag that is not known here": {change: func(t *testing.T, b *bench, module string) {
			t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -p=1")
		}},
		"an experiment":      {change: func(t *testing.T, b *bench, module string) { t.Setenv("GOEXPERIMENT", "nogreenteagc") }},
		"flags of this cell": {args: []string{"-race"}},
		"a package never seen": {program: `package main

import "text/tabwriter"

func main() { print("hello\n"); _ = tabwriter.Debug }
`},
		"cgo": {program: `package main

// #include <stdlib.h>
import "C"

func main() { print("hello\n"); C.free(nil) }
`},
		"embed": {change: func(t *testing.T, b *bench, module string) { b.write("data", "hello\n") },
			program: "package main\n\nimport _ \"embed\"\n\n//go:embed data\nvar word string\n\nfunc main() { print(word) }\n"},
		"a build constraint": {program: "//go:build !js\n\n" + greets},
		"a debug setting":    {program: "//go:debug panicnil=1\n" + greets},
		"a question for modules": {program: `package main

import (
	"runtime/debug"

	"example.com/greeting"
)

func main() {
	if _, ok := debug.ReadBuildInfo(); ok {
		print(greeting.Word)
	}
}
`},
		"a package gone from Go's cache": {change: func(t *testing.T, b *bench, module string) {
			c := b.cell(greets)
			text, err := os.ReadFile(c.recipeFile())
			if err != nil {
				t.Fatal(err)
			}
			file := regexp.MustCompile(`(?m)^(packagefile example.com/greeting/word)=.*$`)
			gone := file.ReplaceAll(text, []byte("$1=/gone"))
			if err := os.WriteFile(c.recipeFile(), gone, 0o644); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			module := greeting(t, "hello")
			b := newBench(t, module)
			b.learn(greets)
			if test.change != nil {
				test.change(t, b, module)
			}
			program, says := test.program, test.says
			if program == "" {
				program = greets
			}
			if says == "" {
				says = "hello\n"
			}
			b.write("main.go", program+"\nvar another = 1\n")
			os.RemoveAll(filepath.Join(b.dir, ".build"))
			args := append(b.args(), test.args...)
			direct := func() error {
				c, err := newCell(b.real, args)
				if err != nil {
					return err
				}
				r, err := c.recipe()
				if err != nil {
					return err
				}
				return c.make(r)
			}()
			if (direct == nil) != test.direct {
				t.Errorf("built directly: %v", direct)
			}
			os.Remove(b.args()[2])
			if len(test.args) > 0 || os.Getenv("GOEXPERIMENT") != "" {
				return // the go command would compile the standard library anew
			}
			if messages, err := buildIn(b, args); err != nil {
				t.Fatalf("%v\n%s", err, messages)
			}
			if got := b.run(); got != says {
				t.Errorf("it says %q, want %q", got, says)
			}
		})
	}
}

// A recipe is made and followed in folders with any name.
func TestRecipeInAFolderWithBlanks(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Mein Kurs, größer")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Run("there", func(t *testing.T) {
		t.Setenv("TMPDIR", folder)
		b := newBench(t, greeting(t, "hello"))
		b.learn(greets)
		c := b.cell(greets + "\nvar another = 1\n")
		r, err := c.recipe()
		if err == nil {
			err = c.make(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := b.run(); got != "hello\n" {
			t.Errorf("it says %q", got)
		}
	})
}

// buildIn builds as a kernel does: in the folder of the cell.
func buildIn(b *bench, args []string) (string, error) {
	b.t.Helper()
	b.t.Chdir(b.dir)
	return build(b.real, args)
}

// After an error the messages are those of the go command, and the next cell is built directly again.
func TestErrorsAreTheGoCommands(t *testing.T) {
	b := newBench(t, greeting(t, "hello"))
	b.learn(greets)
	for name, program := range map[string]string{
		"does not compile":         "package main\n\nfunc main() { x := 1 }\n",
		"is not Go":                "package main\n\nfunc main( {\n",
		"has no main":              "package main\n",
		"imports nothing":          "package main\n\nimport _ \"example.org/not/there\"\n\nfunc main() {}\n",
		"imports what is internal": "package main\n\nimport _ \"internal/abi\"\n\nfunc main() {}\n",
	} {
		b.write("main.go", program)
		got, err := buildIn(b, b.args())
		want, wantErr := goBuild(b.real, b.dir, b.args())
		if err == nil || wantErr == nil || got != want {
			t.Errorf("%s: %v\n%s\nwant %v\n%s", name, err, got, wantErr, want)
		}
	}
	c := b.cell(greets + "\n")
	if r, err := c.recipe(); err != nil {
		t.Error(err)
	} else if err := c.make(r); err != nil {
		t.Error(err)
	}
}

// A cell that is run again is not built again, and no more than some programs are kept.
func TestProgramsAreKept(t *testing.T) {
	b := newBench(t, greeting(t, "hello"))
	b.learn(greets)
	number := func(i int) string { return fmt.Sprintf("package main\n\nfunc main() { println(%d) }\n", i) }
	make := func(program string, tools bool) error {
		c := b.cell(program)
		r, err := c.recipe()
		if err != nil {
			t.Fatal(err)
		}
		if !tools {
			r.Compile = []string{"/no/compiler"}
		}
		return c.make(r)
	}
	for i := range keptPrograms + 3 {
		if err := make(number(i), true); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if err := make(number(i-1), false); err != nil {
				t.Errorf("the program before is built again: %v", err)
			}
			if got := b.run(); got != fmt.Sprintln(i-1) {
				t.Errorf("it says %q, want %d", got, i-1)
			}
		}
	}
	if make(number(0), false) == nil {
		t.Error("the first program is still there")
	}
	if kept, _ := filepath.Glob(filepath.Join(b.dir, ".build", "*.built")); len(kept) != keptPrograms {
		t.Errorf("%d programs are kept, want %d", len(kept), keptPrograms)
	}
}
