package imports

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importsOf lists what a program imports, with names.
func importsOf(t *testing.T, text string) (list []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, spec := range file.Imports {
		entry := spec.Path.Value
		if spec.Name != nil {
			entry = spec.Name.Name + " " + entry
		}
		list = append(list, entry)
	}
	slices.Sort(list)
	return list
}

// What Tidy does, goimports does, too; the rest is left to it.
func TestTidyIsWhatGoimportsDoes(t *testing.T) {
	goimports, err := exec.LookPath("goimports")
	if err != nil {
		t.Skip("no goimports in PATH: docker/setup makes one")
	}
	const body = "\n\nfunc main() { fmt.Println(time.Now()) }\n"
	for name, test := range map[string]struct {
		program string
		tidies  bool
	}{
		"all used":                  {"import (\n\t\"fmt\"\n\t\"time\"\n)" + body, true},
		"unused":                    {"import (\n\t\"fmt\"\n\t\"os\"\n\t\"sync\"\n\t\"time\"\n)" + body, true},
		"each by itself":            {"import \"os\"\nimport \"fmt\"\nimport \"time\"\nimport \"sync\"" + body, true},
		"a whole group unused":      {"import (\n\t\"os\"\n\t\"sync\"\n)\nimport \"fmt\"\nimport \"time\"" + body, true},
		"in one line":               {"import (\"fmt\"; \"os\"; \"time\")" + body, false},
		"for its effect":            {"import (\n\t_ \"embed\"\n\t\"fmt\"\n\t\"time\"\n)" + body, true},
		"under another name":        {"import (\n\tother \"os\"\n\t\"fmt\"\n\tf \"fmt\"\n\t\"time\"\n)\n\nvar _ = f.Sprint" + body, true},
		"a version":                 {"import (\n\t\"fmt\"\n\t\"math/rand/v2\"\n\t\"time\"\n)\n\nvar _ = rand.IntN" + body, true},
		"a version, unused":         {"import (\n\t\"fmt\"\n\t\"math/rand/v2\"\n\t\"time\"\n)" + body, true},
		"a variable of the name":    {"import (\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\ntype file struct{ Args int }\n\nfunc f(os file) int { return os.Args }" + body, true},
		"a package's variable":      {"import (\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\nvar os struct{ Args int }\n\nfunc f() int { return os.Args }" + body, true},
		"nothing":                   {"func main() {}\n", true},
		"missing":                   {"import \"fmt\"" + body, false},
		"missing, all":              {body, false},
		"a small letter":            {"import (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc f() { fmt.println() }" + body, true},
		"all names":                 {"import (\n\t. \"fmt\"\n\t\"time\"\n)\n\nfunc main() { Println(time.Now()) }\n", false},
		"cgo":                       {"import \"C\"\nimport \"fmt\"\nimport \"time\"" + body, false},
		"a name that no path tells": {"import (\n\t\"fmt\"\n\t\"time\"\n\n\t\"github.com/x/go-y\"\n)" + body, false},
		"twice":                     {"import (\n\t\"crypto/rand\"\n\t\"fmt\"\n\t\"math/rand\"\n\t\"time\"\n)\n\nvar _ = rand.Int" + body, false},
		"not Go":                    {"import \"fmt\"\n\nfunc main( {\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "main.go")
			program := "package main\n\n" + test.program
			write := func() {
				if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			read := func() string {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			write()
			if tidies := Tidy(file); tidies != test.tidies {
				t.Fatalf("it is %v that all is done, want %v", tidies, test.tidies)
			}
			got := read()
			if !test.tidies {
				if got != program {
					t.Errorf("the file is changed, but not for goimports:\n%s", got)
				}
				return
			}
			if strings.Count(got, "\n") != strings.Count(program, "\n") {
				t.Errorf("lines have moved:\n%s", got)
			}
			write()
			if text, err := exec.Command(goimports, "-w", file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if got, want := importsOf(t, got), importsOf(t, read()); !slices.Equal(got, want) {
				t.Errorf("imports %q, want %q", got, want)
			}
		})
	}
}
