package supply

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// Where things from outside are asked for, and what a line that does so looks like. What locks and "// indirect" add, others ask for.
var pins = []struct {
	files, line string
	least       int // as many lines are such, or the pattern no longer fits
}{
	{"go.mod", `^(require )?\t?[a-z]\S*\.\S+( v[0-9]\S*)?( |$)`, 15},
	{"docker/*.in", `^[a-z]`, 8},
	{".ci/*.in", `^[a-z]`, 9},
	{"docker/setup", `^[a-z_]+(_version=v|_needed=)`, 4},
	{"Makefile", `@v[0-9]`, 1},
	{".ci/audit", `@v[0-9]`, 1},
	{".ci/lint", `@v[0-9]`, 2},
	{".github/workflows/test.yml", `uses: `, 2},
	{".github/workflows/pages.yml", `uses: `, 4},
	{"binder/Dockerfile", `^ARG [A-Z]+_IMAGE=`, 2},
}

// Everything that the course asks for by name says beside it why: after // or # on its own line, or in a Dockerfile, which knows comments
// on lines of their own only, above it.
func TestEveryPinHasItsReason(t *testing.T) {
	for _, p := range pins {
		files, err := filepath.Glob(filepath.Join(notebook.Root(), p.files))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			before := ""
			for line := range strings.Lines(string(text)) {
				line = strings.TrimSuffix(line, "\n")
				if regexp.MustCompile(p.line).MatchString(line) && !strings.HasSuffix(line, "// indirect") {
					found++
					if !reason.MatchString(line) && !(strings.HasPrefix(line, "ARG ") && reason.MatchString(before)) {
						t.Errorf("%s: say in a comment why this is there: %s", file, line)
					}
				}
				before = line
			}
		}
		if found < p.least {
			t.Errorf("%s: %d pins, want at least %d", p.files, found, p.least)
		}
	}
	// JSON has no comments: the packages of npm have one reason a file.
	for _, file := range []string{"docker/hub/package.json", "helpers/internal/handouts/testdata/package.json",
		"helpers/internal/handouts/reveal/package.json", "helpers/internal/page/editor/package.json"} {
		text, err := os.ReadFile(filepath.Join(notebook.Root(), file))
		if err != nil {
			t.Fatal(err)
		}
		var p struct{ Description string }
		if err := json.Unmarshal(text, &p); err != nil || len(strings.Fields(p.Description)) < 3 {
			t.Errorf("%s: its description says why these packages are there: %q, %v", file, p.Description, err)
		}
	}
}

// Two words at least.
var reason = regexp.MustCompile(`(//|#) ?\S+ \S+`)
