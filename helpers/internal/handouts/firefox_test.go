package handouts

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/browser"
)

// inFirefox does in Firefox what a student does with the lesson's page alone: a guess, run, explore
// and step, and the same by keyboard.
func inFirefox(t *testing.T, dir string) {
	begin := time.Now()
	defer func() { t.Logf("%.1f s, with Firefox's start", time.Since(begin).Seconds()) }()
	f := browser.StartFirefox(t)
	l := lively{cell: "shared-counter"}
	presses := func(name string) string {
		return f.Ask(l.in(`
			press('` + name + `');
			const status = c.querySelector('.status');
			while (status.textContent.endsWith('…')) await new Promise((r) => setTimeout(r, 10));
			return status.textContent + '\n' + c.querySelector('.result').textContent;`))
	}
	says := func(said string, want ...string) {
		t.Helper()
		for _, want := range want {
			if !strings.Contains(said, want) {
				t.Errorf("no %q: %s", want, said)
			}
		}
	}
	open := func() { f.Open("file://" + filepath.Join(dir, "01-multi-threading.html")) }
	open()
	// What a web page of a server would be given, a file is not.
	says(f.Ask(`fetch('notebooks.js').then(() => 'given', () => 'refused')`), "refused")

	f.Ask(`document.querySelector('div[data-prediction="seconds"] input').focus()`)
	f.Type("6" + enter)
	says(f.Ask(`document.querySelector('p[data-prediction="seconds"]').checkVisibility({contentVisibilityAuto: true}) +
		document.querySelector('p[data-prediction="seconds"]').textContent`), "trueYou said 6; it took ")

	within(t, "in Firefox the engine is ready, after the first click on Run,", 1.5, func() float64 {
		open()
		says(presses("Run"), "Done in ", "Final counter value: ")
		ms, err := strconv.ParseFloat(f.Ask(ready), 64)
		if err != nil {
			t.Error(err)
		}
		return ms / 1000
	})
	l.cell = "every-order"
	says(presses("Explore"), "Done in ", "interleavings")
	says(presses("Step"), "Done in ")
	says(f.Ask(l.in(`return c.querySelector('.result [data-stepper]').shadowRoot !== null`)), "true")

	// By keyboard alone: the cell is changed, and Shift+Enter runs it.
	f.Ask(l.in(`[...c.querySelectorAll('.here button')].find((b) => b.textContent === 'Edit').focus()`))
	f.Type(enter)
	f.Ask(l.in(`while (!c.querySelector('.cm-content')?.contains(document.activeElement)) await new Promise((r) => setTimeout(r, 10));`))
	f.Type("// typed")
	f.Type(tabKey)
	says(f.Ask(`document.activeElement.textContent`), "Run")
	f.Ask(l.in(`c.querySelector('.status').textContent = ''`)) // of what was done before
	f.Type(enter)
	says(f.Ask(l.in(`
		const status = c.querySelector('.status');
		while (!/^Done/.test(status.textContent)) await new Promise((r) => setTimeout(r, 10));
		return c.querySelector('.cm-content').textContent + '\n' + c.querySelector('.result').textContent;`)), "// typed", "not parallelism")
}

// As WebDriver calls the keys.
const (
	enter  = "\uE007"
	tabKey = "\uE004"
)
