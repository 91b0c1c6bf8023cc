package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/npm"
)

// Checkers gives the folder of the npm packages that check pages, as the handouts'
// package-lock.json pins them. They are for tests only. Where there is no npm, the test is left out.
func Checkers(t *testing.T) string {
	t.Helper()
	dir, err := npm.Packages(t.Context(), "helpers/internal/handouts/testdata", "npm")
	if errors.Is(err, npm.ErrMissing) {
		notebook.LeftOut(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// What axe is asked of a part of the page: WCAG 2.2 at AA, AAA's better contrast, and what its makers advise besides.
const axe = `axe.run(%s, {
	runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'wcag2aaa', 'best-practice'],
	rules: {'target-size': {enabled: true}, 'color-contrast-enhanced': {enabled: true}}, resultTypes: ['violations'],
}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + n.failureSummary)))`

// Axe asks axe-core about the page as it is now, and returns what is wrong with it.
func Axe(t *testing.T, ctx context.Context) (violations []string) { return AxeOf(t, ctx, "document") }

// AxeOf is Axe of what a script names: an element, or elements with what is in their shadows.
func AxeOf(t *testing.T, ctx context.Context, part string) (violations []string) {
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
	violations, err = chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(axe, part), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return violations
}
