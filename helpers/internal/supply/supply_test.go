// Package supply looks at what the course ships of others: under which licences, and what of it each helper makes a cell pay for.
package supply

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// The licences under which something may be shipped beside a course under MIT. Those of one file at a time (MPL-2.0) are among them, since
// no such file is changed here; those that ask for the whole (GPL, AGPL) and those that nobody has named are not.
var allowed = []string{
	"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
	"Zlib",
}

// A sentence of each licence that no other one has.
var sentences = []struct{ name, sentence string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without specific prior written permission"},
	{"BSD-2-Clause", "Redistributions of source code must retain the above copyright notice"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "for any purpose with or without fee is hereby granted, provided that the above copyright notice"},
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.Command("go", append([]string{"list"}, args...)...)
	command.Dir = notebook.Root()
	text, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Compact(slices.Sorted(strings.SplitSeq(strings.TrimSpace(string(text)), "\n")))
}

// licence names the licence of the module in a folder, "unknown" where it is none of those above.
func licence(t *testing.T, dir string) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "LICENSE*"))
	copying, _ := filepath.Glob(filepath.Join(dir, "COPYING*"))
	name := "unknown"
	for _, file := range append(files, copying...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words := strings.ToLower(strings.Join(strings.Fields(string(text)), " "))
		for _, l := range slices.Backward(sentences) {
			if strings.Contains(words, strings.ToLower(l.sentence)) {
				name = l.name
			}
		}
	}
	return name
}

func checkLicence(t *testing.T, module, version, dir string) {
	t.Helper()
	name := licence(t, dir)
	t.Log(module, version, name)
	if !slices.Contains(allowed, name) {
		t.Errorf("%s: its licence is %s", module, name)
	}
}

// Every Go module that is compiled into the kernel, the tools or a cell has a licence that is known and allowed, and so has Go. `go test -v`
// lists them.
func TestLicencesOfGo(t *testing.T) {
	for _, line := range goList(t, "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}",
		"./helpers/...", "./docker/kernel", "./docker/completion", "github.com/janpfeifer/gonb", "golang.org/x/tools/cmd/goimports") {
		if line != "" {
			fields := strings.SplitN(line, " ", 3)
			checkLicence(t, fields[0], fields[1], fields[2])
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	checkLicence(t, "Go", runtime.Version(), strings.TrimSpace(string(root)))
}

// gopls is no part of the course's go.mod: which modules it is made of, it says itself.
func TestLicencesOfGopls(t *testing.T) {
	notebook.NeedsKernel(t)
	program, err := buildinfo.ReadFile(filepath.Join(notebook.Root(), ".venv", "bin", "gopls"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"mod", "download", "-json"}
	for _, module := range append(program.Deps, &program.Main) {
		args = append(args, module.Path+"@"+module.Version)
	}
	output, err := exec.Command("go", args...).Output() // `make setup` has filled the module cache; no network is asked
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); n++ {
		var module struct{ Path, Version, Dir string }
		if err := decoder.Decode(&module); err != nil {
			t.Fatal(err)
		}
		checkLicence(t, module.Path, module.Version, module.Dir)
	}
	if n < 10 {
		t.Errorf("only %d modules", n)
	}
}

// The hub's proxy, and what is in the slides, as npm's locks have them.
func TestLicencesOfNode(t *testing.T) {
	for folder, least := range map[string]int{"docker/hub": 10, "helpers/internal/handouts/reveal": 1} {
		text, err := os.ReadFile(filepath.Join(notebook.Root(), folder, "package-lock.json"))
		if err != nil {
			t.Fatal(err)
		}
		var lock struct {
			Packages map[string]struct{ Version, License string }
		}
		if err := json.Unmarshal(text, &lock); err != nil {
			t.Fatal(err)
		}
		delete(lock.Packages, "") // the course's own
		if len(lock.Packages) < least {
			t.Errorf("%s: only %d packages", folder, len(lock.Packages))
		}
		for name, p := range lock.Packages {
			t.Log(name, p.Version, p.License)
			if !slices.Contains(allowed, p.License) {
				t.Errorf("%s: its licence is %q", name, p.License)
			}
		}
	}
}

// The words in which Python's packages say their licence, where they do not yet use the names that SPDX gives.
var spellings = regexp.MustCompile(`(?i)\b(apache|bsd|isc|iscl|mit|mozilla|mpl|psf|psfl|python software foundation)\b`)

var wholly = regexp.MustCompile(`(?i)\bA?GPL|GNU (Affero )?General`)

const listPython = `import importlib.metadata as m, json
print(json.dumps([[d.name, d.version, d.metadata.get("License-Expression") or "",
  [c.split(" :: ")[-1] for c in d.metadata.get_all("Classifier") or [] if c.startswith("License")], (d.metadata.get("License") or "").split("\n")[0]]
  for d in m.distributions()]))`

func TestLicencesOfPython(t *testing.T) {
	notebook.NeedsKernel(t)
	text, err := exec.Command(filepath.Join(notebook.Root(), "docker", "start"), "python", "-c", listPython).Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages [][]any
	if err := json.Unmarshal(text, &packages); err != nil {
		t.Fatal(err)
	}
	if len(packages) < 50 {
		t.Fatalf("only %d packages", len(packages))
	}
	for _, p := range packages {
		name, expression := p[0].(string), p[2].(string)
		t.Log(name, p[1], expression, p[3], p[4])
		if expression != "" { // SPDX: all of those joined by AND, one of those joined by OR
			for _, part := range strings.Split(expression, " AND ") {
				if !slices.ContainsFunc(strings.Split(part, " OR "), func(l string) bool { return slices.Contains(allowed, strings.Trim(l, "()")) }) {
					t.Errorf("%s: its licence is %s", name, expression)
				}
			}
			continue
		}
		said := p[4].(string)
		for _, c := range p[3].([]any) {
			said += " " + c.(string)
		}
		if !spellings.MatchString(said) || wholly.MatchString(said) {
			t.Errorf("%s: its licence is %q", name, said)
		}
	}
}

// What each helper brings besides Go's own packages is paid by every cell that calls it, in linking. Whole modules are listed, so that it
// is a decision when one is added.
var imports = map[string][]string{
	"counter":   {"github.com/puzpuzpuz/xsync/v4"},
	"detector":  {},
	"explore":   {},
	"exercise":  {},
	"outside":   {},
	"picture":   {},
	"predict":   {},
	"process":   {},
	"python":    {},
	"race":      {"github.com/puzpuzpuz/xsync/v4"},
	"show":      {},
	"show/pipe": {},
	"spans":     {},
	"timeline":  {"golang.org/x/exp/trace"},
	"timing":    {},
}

func TestImportsOfHelpers(t *testing.T) {
	for _, helper := range goList(t, "./helpers/...") {
		name, called := strings.CutPrefix(helper, "example.com/multithreading/helpers/")
		if !called || strings.HasPrefix(name, "internal/") { // the package above holds sources for the engine
			continue
		}
		want, listed := imports[name]
		if !listed {
			t.Errorf("%s: say here what it imports", name)
			continue
		}
		var more []string
		used := map[string]bool{}
		for _, dep := range goList(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", helper) {
			if dep == "" || strings.HasPrefix(dep, "example.com/multithreading/") {
				continue
			}
			i := slices.IndexFunc(want, func(m string) bool { return dep == m || strings.HasPrefix(dep, m+"/") })
			if i < 0 {
				more = append(more, dep)
			} else {
				used[want[i]] = true
			}
		}
		if len(more) > 0 {
			t.Errorf("%s: every cell that calls it would pay for %v too", name, more)
		}
		for _, m := range want {
			if !used[m] {
				t.Errorf("%s: it no longer imports %s", name, m)
			}
		}
		std := len(goList(t, "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", helper))
		t.Logf("%s: %v and %d packages of Go's own", name, want, std)
		if std > 100 { // 86 at most, with Go 1.26; fmt alone brings 61
			t.Errorf("%s: %d packages of Go's own", name, std)
		}
	}
}
