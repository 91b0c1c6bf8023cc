package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
)

// Checkers gives the folder of the npm packages that check pages, as the handouts'
// package-lock.json pins them. They are for tests only, and the course asks nobody for npm. Where
// there is no npm, the test is left out.
func Checkers(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		notebook.LeftOut(t, "no npm, which gets axe-core and the HTML checker: install it (Debian: apt install npm)")
	}
	pins := filepath.Join(notebook.Root(), "helpers", "internal", "handouts", "testdata")
	dir := filepath.Join(notebook.Root(), ".venv", "npm")
	lock, err := os.ReadFile(filepath.Join(pins, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if had, err := os.ReadFile(filepath.Join(dir, "installed-lock.json")); err == nil && string(had) == string(lock) {
		return filepath.Join(dir, "node_modules")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(pins, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("npm", "ci", "--cache", filepath.Join(notebook.Root(), ".venv", "npm-cache"),
		"--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, output)
	}
	if err := os.WriteFile(filepath.Join(dir, "installed-lock.json"), lock, 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "node_modules")
}

// What axe is asked: WCAG 2.2 at AA, AAA's better contrast, and what its makers advise besides.
const axe = `axe.run(document, {
	runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'wcag2aaa', 'best-practice'],
	rules: {'target-size': {enabled: true}, 'color-contrast-enhanced': {enabled: true}}, resultTypes: ['violations'],
}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + n.failureSummary)))`

// Axe asks axe-core about the page as it is now, and returns what is wrong with it.
func Axe(t *testing.T, ctx context.Context) (violations []string) {
	t.Helper()
	there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`'axe' in window`))
	if err == nil && !there {
		var script []byte
		if script, err = os.ReadFile(filepath.Join(Checkers(t), "axe-core", "axe.min.js")); err == nil {
			_, err = chromedp.Run(ctx, chromedp.Evaluate[any](string(script)+`; 0`))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	violations, err = chromedp.Run(ctx, chromedp.Evaluate[[]string](axe, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return violations
}
