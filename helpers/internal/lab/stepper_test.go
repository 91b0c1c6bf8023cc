package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/stepper/sample"
)

// What JupyterLab does with one key or two while a cell is selected: cells are inserted, deleted, cut, moved, changed, the kernel is
// restarted or interrupted, a cell is run, a dialog opens. None may happen while the stepper has the keyboard.
var shortcuts = []struct {
	key  string
	with chromedp.Modifier
}{
	{"a", 0}, {"b", 0}, {"d", 0}, {"d", 0}, {"x", 0}, {"c", 0}, {"v", 0}, {"z", 0}, {"y", 0}, {"m", 0}, {"r", 0}, {"1", 0}, {"0", 0}, {"0", 0}, {"i", 0}, {"i", 0}, {"h", 0},
	{"j", 0}, {"k", 0}, {"s", 0}, {"e", 0}, {"n", 0}, {"u", 0}, {"f", 0}, {kb.ArrowUp, 0}, {kb.ArrowDown, 0}, {kb.Escape, 0}, {kb.Enter, 0}, {kb.Backspace, 0}, {" ", 0},
	{"M", kb.ModifierShift}, {"L", kb.ModifierShift}, {"D", kb.ModifierShift}, {kb.Enter, kb.ModifierShift}, {kb.Enter, kb.ModifierCtrl}, {"x", kb.ModifierCtrl}, {"z", kb.ModifierCtrl},
}

func TestGraphInJupyterLab(t *testing.T) {
	s := startServer(t)
	html, err := sample.LostUpdate(2).HTML()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "notebooks", "stepper.html"), []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
	nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "01-multi-threading.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	code := nb.Code()[:2]
	for _, c := range code { // the same stepper twice in one page
		c.SetSource("%%\npage, _ := os.ReadFile(\"stepper.html\")\nshow.HTML(string(page))")
	}
	if err := nb.With(code...).Write(filepath.Join(s.dir, "notebooks", "steps.ipynb")); err != nil {
		t.Fatal(err)
	}
	// Every cell stays in the page, however far it is from what is seen: the state compared below is read there.
	s.set(t, "@jupyterlab/notebook-extension/tracker", `{"windowingMode": "none"}`)
	p := openTab(t, strings.Replace(s.url, "01-multi-threading", "steps", 1))
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length === 2`, 60*time.Second)
	p.click("the first cell", cell(0))
	p.wait("Idle", idle, 60*time.Second)
	for i := range 2 {
		p.goTo(i)
		p.do(chromedp.KeyEvent(kb.Enter, ctrl))
		p.wait("the stepper is alive", shadow(i)+`?.querySelector('button')`, 60*time.Second)
	}
	p.goTo(0)
	part := func(selector string) string { return shadow(0) + `.querySelector('` + selector + `')` }
	says := func(what string) {
		t.Helper()
		p.wait("it says "+what, part(".say")+fmt.Sprintf(`.textContent.includes(%q)`, what), 10*time.Second)
	}
	p.click("A's button", part(`[data-goroutine="A"]`))
	says("Step 1, A: reads counter (0).")
	p.do(chromedp.KeyEvent("b"), chromedp.KeyEvent("2"), chromedp.KeyEvent(kb.Backspace))
	says("Undone. 2 steps so far.")
	p.screenshot("graph-light")

	// A state of the notebook that every shortcut changes something of.
	const state = `JSON.stringify([[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')].map(c => c.className.replace(/ (jp-(mod-(dirty|noOutputs|active|selected)|toolbar-overlap))/g, '') + c.querySelector('.jp-InputPrompt').innerText + c.querySelector('.cm-content').innerText),
		document.querySelector('.jp-Dialog')?.innerText, document.querySelectorAll('.cm-lineNumbers').length, document.querySelector('.jp-Notebook').className.includes('jp-mod-editMode'), document.querySelector('#jp-main-statusbar').innerText.includes('Idle')])`
	before := ask[string](p, state)
	controls := ask[[]string](p, `[...`+shadow(0)+`.querySelectorAll('button, textarea, [tabindex]')].map((e, i) => { e.dataset.test = i; return e.outerHTML.slice(0, 90); })`)
	if len(controls) < 10 {
		t.Fatalf("only %d controls: %q", len(controls), controls)
	}
	for i, control := range controls {
		element := fmt.Sprintf(`[data-test="%d"]`, i)
		for _, s := range shortcuts {
			ask[int](p, part(element)+`.focus(), 0`)
			p.do(chromedp.KeyEvent(s.key, chromedp.KeyModifiers(s.with)))
		}
		if after := ask[string](p, state); after != before {
			t.Fatalf("keys on %s changed the notebook:\n%s\n%s", control, before, after)
		}
	}
	// A click beside the controls, then d d.
	ask[int](p, part(".say")+`.scrollIntoView({block: 'center'}), 0`)
	p.click("a text", part(".say"))
	p.do(chromedp.KeyEvent("d"), chromedp.KeyEvent("d"), chromedp.KeyEvent("0"), chromedp.KeyEvent("0"))
	if after := ask[string](p, state); after != before {
		t.Fatalf("keys after a click beside the controls changed the notebook:\n%s\n%s", before, after)
	}
	// Saving is JupyterLab's.
	file := filepath.Join(s.dir, "notebooks", "steps.ipynb")
	if saved, err := os.ReadFile(file); err != nil || strings.Contains(string(saved), "data-stepper") {
		t.Fatal("saved before Ctrl S was pressed, or not there: ", err)
	}
	p.do(chromedp.KeyEvent("s", ctrl))
	eventually(p.ctx, t, "Ctrl S in the stepper saves the notebook", 30*time.Second, func() bool {
		saved, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(saved), "data-stepper")
	})
	// The other stepper has seen none of it.
	if other := ask[string](p, shadow(1)+`.querySelector('.say').textContent`); !strings.Contains(other, "You are the scheduler") {
		t.Errorf("the other stepper says %q", other)
	}

	// Once saved, as somebody else's: no scripts, and the picture stands there.
	nb, err = notebook.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	nb.Cells()[0].SetSource("// changed, so not trusted")
	if err := nb.Write(filepath.Join(s.dir, "notebooks", "untrusted.ipynb")); err != nil {
		t.Fatal(err)
	}
	s.set(t, "@jupyterlab/apputils-extension/themes", `{"theme": "JupyterLab Dark", "adaptive-theme": false}`)
	dark := openTab(t, strings.Replace(s.url, "01-multi-threading", "untrusted", 1))
	dark.wait("the dark theme", `document.body.dataset.jpThemeLight === 'false'`, 30*time.Second)
	dark.wait("the notebook is there", cell(0)+`?.innerText.includes('not trusted')`, 60*time.Second)
	dark.wait("the picture", cell(1)+`?.querySelector('img')?.naturalWidth > 0 && `+cell(1)+`.querySelector('img').alt.length > 20`, 60*time.Second)
	if text := ask[string](dark, cell(1)+`.innerText`); !strings.Contains(text, "One schedule that reaches it: A:3 B:4 A main:2") {
		t.Errorf("without scripts stands %q", text)
	}
	dark.screenshot("graph-untrusted")
	// In the same dark theme the stepper is dark.
	dark.do(chromedp.Navigate(strings.Replace(s.url, "01-multi-threading", "steps", 1)))
	dark.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length === 2 && `+cell(0)+`.innerText.includes('ReadFile')`, 60*time.Second)
	dark.click("the first cell", cell(0))
	dark.wait("Idle", idle, 60*time.Second)
	dark.goTo(0)
	dark.do(chromedp.KeyEvent(kb.Enter, ctrl))
	dark.wait("the stepper is dark", shadow(0)+` && getComputedStyle(`+shadow(0)+`.querySelector('.play')).backgroundColor === 'rgb(22, 24, 27)'`, 60*time.Second)
	dark.click("break it", shadow(0)+`.querySelector('[data-act="all"]')`)
	dark.screenshot("graph-dark")
}

// colours has the system ask for light or dark, and waits until JupyterLab has followed.
func (p *tab) colours(name string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	}); err != nil {
		p.t.Fatal(err)
	}
	p.wait("JupyterLab is "+name, fmt.Sprintf(`document.body.dataset.jpThemeLight === '%t'`, name == "light"), 30*time.Second)
}

// shadow is a script for what the stepper below a cell is made of.
func shadow(index int) string { return cell(index) + `?.querySelector('[data-stepper]')?.shadowRoot` }

// hosts is a script for the steppers of the notebook that is seen.
const hosts = `[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) [data-stepper]')]`

// Each level of notebook 08 is won in JupyterLab by keys, by the way that is folded under it, and what was won is listed below.
func TestLevelsInJupyterLab(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "08-you-are-the-scheduler.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := nb.WithoutOutputs().Write(filepath.Join(s.dir, "notebooks", "levels.ipynb")); err != nil {
		t.Fatal(err)
	}
	// Every cell stays in the page, however far it is from what is seen.
	s.set(t, "@jupyterlab/notebook-extension/tracker", `{"windowingMode": "none"}`)
	p := openTab(t, strings.Replace(s.url, "01-multi-threading", "levels", 1))
	p.wait("the notebook is there", cell(0), 60*time.Second)
	p.click("the first cell", cell(0))
	p.wait("Idle", idle, 60*time.Second)
	p.click("the menu Run", `[...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.innerText.trim() === 'Run')`)
	p.click("Run All Cells", `document.querySelector('.lm-Menu li[data-command="runmenu:run-all"]')`)
	const list = `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) [data-levels]')?.shadowRoot?.querySelector('.play').innerText`
	p.wait("the list, which is the last to run", list, 3*time.Minute)
	p.wait("all levels are alive", hosts+`.length > 20 && `+hosts+`.every(host => host.shadowRoot)`, 30*time.Second)
	n := ask[int](p, hosts+`.length`)
	var took []float64 // by the moves, in milliseconds
	for i := range n {
		of := func(script string) string {
			return fmt.Sprintf(`((host, shadow) => %s)(%[2]s[%d], %[2]s[%[3]d].shadowRoot)`, script, hosts, i)
		}
		way := ask[string](p, of(`host.querySelector('details code')?.textContent ?? ''`))
		ask[int](p, of(`(host.scrollIntoView(), shadow.querySelector('[data-act="reset"]').focus(), 0)`))
		// A page that is busy may lose a key, so it is pressed again.
		press := func(key, answer string) {
			eventually(p.ctx, t, fmt.Sprintf("level %d answers the key %q", i+1, key), time.Minute, func() bool {
				p.do(chromedp.KeyEvent(key))
				for pressed := time.Now(); time.Since(pressed) < 5*time.Second; {
					if ask[bool](p, of(answer)) {
						return true
					}
					time.Sleep(10 * time.Millisecond) // between two looks
				}
				return false
			})
		}
		taken := func(steps int) string {
			return fmt.Sprintf(`shadow.querySelector('.play > .caption').textContent.startsWith('Steps so far: %d,')`, steps)
		}
		if way == "" {
			press("v", `shadow.querySelector('.say').textContent.startsWith('✓')`)
		}
		n := 0
		for turn := range strings.FieldsSeq(way) {
			name, count, counted := strings.Cut(turn, ":")
			steps := 1
			if counted {
				fmt.Sscan(count, &steps)
			}
			for range steps {
				n++
				const choices = `shadow.activeElement.matches('[data-move]')`
				press(strings.ToLower(name[:1]), choices+` || `+taken(n)) // m, a, b
				if ask[bool](p, of(choices)) {
					press(kb.Enter, taken(n)) // the first of several choices
				}
			}
		}
		said := ask[string](p, of(`shadow.querySelector('.say').textContent`))
		if !strings.Contains(said, "✓ Goal reached") && !strings.Contains(said, "✓ Right. No schedule reaches it: all") {
			t.Errorf("level %d is not won by %q: %s", i+1, way, said)
		}
		if way == "" {
			continue
		}
		// Once more, by the code of what was done, as a friend may type it; and once more by the mouse, with a clock.
		ask[int](p, of(fmt.Sprintf(`((box) => { shadow.querySelector('[data-act="reset"]').click(); box.value = %q; box.focus(); return 0; })(
			shadow.querySelector('textarea'))`, strings.ToLower(way))))
		press(kb.Enter, taken(n))
		said = ask[string](p, of(`shadow.querySelector('.say').textContent`))
		if !strings.Contains(said, "✓ Goal reached") || !strings.HasSuffix(said, "Your schedule: "+way) {
			t.Errorf("level %d is not won by following %q: %s", i+1, way, said)
		}
		took = append(took, ask[[]float64](p, of(`(() => {
			const took = [];
			shadow.querySelector('[data-act="reset"]').click();
			for (let more = true; more && took.length < 200;) {
				const begin = performance.now();
				shadow.querySelector('[data-act="redo"]').click();
				document.body.offsetHeight; // asks for the layout
				took.push(performance.now() - begin);
				more = shadow.querySelector('[data-act="redo"]').getAttribute('aria-disabled') === 'false';
			}
			return took;
		})()`))...)
	}
	slices.Sort(took)
	at := func(percent int) float64 { return took[(len(took)-1)*percent/100] }
	t.Logf("%d moves: half took up to %.1f ms, 95 %% up to %.1f ms, the longest %.1f ms", len(took), at(50), at(95), at(100))
	if at(75) > 50 { // the machine may be busy
		t.Errorf("a quarter of the moves took more than 50 ms: %.1f", at(75))
	}
	if said := ask[string](p, list); !strings.Contains(said, fmt.Sprintf("You have won %d levels.", n)) {
		t.Errorf("after all %d were won the list says %q", n, said)
	}
	p.screenshot("levels")

	takesKeys(t, p, slices.IndexFunc(nb.Cells(), func(c notebook.Cell) bool { return c.ID() == "lost-update" }))
	t.Run("axe", func(t *testing.T) { seenByAxe(t, p) })
}

// takesKeys runs the level in one cell: who does so has the keyboard in it, where a would else insert a cell, and goes on from there as
// from a cell.
func takesKeys(t *testing.T, p *tab, first int) {
	eventually(p.ctx, t, "Escape leads to the cell", 30*time.Second, func() bool {
		p.do(chromedp.KeyEvent(kb.Escape)) // again where the page was busy and has lost it
		return ask[bool](p, `document.activeElement.matches('.jp-Cell')`)
	})
	p.goTo(first)
	ask[int](p, `(`+cell(first)+`.querySelector('[data-stepper]').dataset.old = '', 0)`)
	p.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)))
	p.wait("the stepper has the keyboard", shadow(first)+`?.activeElement?.matches('.play') && !('old' in `+shadow(first)+`.host.dataset)`,
		60*time.Second)
	p.do(chromedp.KeyEvent("a"))
	p.wait("A has moved", shadow(first)+`.querySelector('.say').textContent.startsWith('Step 1, A')`, 10*time.Second)
	p.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)))
	p.wait("the next cell is selected", cell(first+1)+`.classList.contains('jp-mod-active')`, 10*time.Second)
}

// seenByAxe asks axe about some of the levels and about the list, in light and dark.
func seenByAxe(t *testing.T, p *tab) {
	// Axe takes what stands in a body without a height, as JupyterLab's is, or is scrolled away, to be unseen, and does not look at
	// its colours.
	ask[int](p, `(document.body.style.height = '100vh', 0)`)
	wrong := func(host string) []string {
		ask[int](p, host+`.scrollIntoView(), 0`)
		return browser.AxeOf(t, p.ctx, host)
	}
	for _, colours := range []string{"light", "dark"} {
		p.colours(colours)
		// The list, and of the levels one that is won, one that cannot be broken, one with choices and one of the largest.
		for _, host := range []string{hosts + `[0]`, hosts + `[7]`, hosts + `[14]`, hosts + `[21]`, `document.querySelector('[data-levels]')`} {
			for _, violation := range wrong(host) {
				t.Errorf("%s, %s: %s", colours, host, violation)
			}
		}
	}
	const title = hosts + `[0].shadowRoot.querySelector('#title').style.color`
	ask[int](p, title+` = '#444', 0`)
	if len(wrong(hosts+`[0]`)) == 0 {
		t.Error("axe does not see dark grey on black")
	}
}
