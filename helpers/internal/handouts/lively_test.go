package handouts

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/notebook"
	enliven "example.com/multithreading/helpers/internal/page"
	"example.com/multithreading/helpers/internal/page/cell"
)

// engine is built once for all tests.
var engine = sync.OnceValues(func() ([]byte, error) { return enliven.Engine(context.Background()) })

func engineOnce(context.Context) ([]byte, error) { return engine() }

// lively opens a cell's page as a reader would, from a file and without a network.
type lively struct {
	*tab
	cell string // its id
}

// in is an expression with c, the cell's element, and press, which presses one of its buttons.
func (l lively) in(script string) string {
	id, _ := json.Marshal("cell-id=" + l.cell)
	return `(async () => {
		const c = document.getElementById(` + string(id) + `);
		const press = (name) => [...c.querySelectorAll('.here button')].find((b) => b.textContent === name).click();
		` + script + `})()`
}

// writes puts a program into the cell, as a student does who edits it.
func (l lively) writes(source string) {
	text, _ := json.Marshal(source)
	ask[bool](l.tab, l.in(`
		if (!c.querySelector('.edits, .editing')) press('Edit');
		const begin = performance.now();
		while (!c.querySelector('.cm-content')) {
			if (performance.now() - begin > 60000) throw 'the editor does not come';
			await new Promise((r) => setTimeout(r, 10));
		}
		const editor = c.querySelector('.cm-content'), pasted = new DataTransfer();
		editor.focus();
		editor.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', keyCode: 65, ctrlKey: true, bubbles: true, cancelable: true}));
		pasted.setData('text/plain', `+string(text)+`);
		editor.dispatchEvent(new ClipboardEvent('paste', {clipboardData: pasted, bubbles: true, cancelable: true}));
		return true;`))
}

// presses presses a button and waits until what it does is done. It returns what is shown then.
func (l lively) presses(name string) (result string) {
	l.t.Helper()
	begin := time.Now()
	answer := ask[[]string](l.tab, l.in(`
		press(`+fmt.Sprintf("%q", name)+`);
		const status = c.querySelector('.status');
		while (status.textContent.endsWith('…')) await new Promise((r) => setTimeout(r, 10));
		return [status.textContent, c.querySelector('.result').textContent];`))
	l.t.Logf("%s of %s: %s (%.2f s from the click)", name, l.cell, answer[0], time.Since(begin).Seconds())
	if !strings.HasPrefix(answer[0], "Done") {
		l.t.Errorf("%s of %s: %s %s", name, l.cell, answer[0], answer[1])
	}
	return answer[1]
}

// took is how long the last button's work took, in seconds.
func (l lively) took() float64 {
	return ask[float64](l.tab, l.in(`return parseFloat(c.querySelector('.status').textContent.match(/ in ([\d.]+) s/)[1])`))
}

// within holds what takes so many seconds to what it may take on a quiet machine, three times over,
// as other tests have the same cores. What took longer than it may is done again, twice at most.
func within(t *testing.T, what string, most float64, took func() float64) {
	t.Helper()
	least := math.Inf(1)
	for range 3 {
		if least > most {
			least = min(least, took())
		}
	}
	t.Logf("%s in %.2f s; on a quiet machine it is to take at most %.1f s", what, least, most)
	if least > 3*most {
		t.Errorf("%s in %.2f s at best, more than three times what it may take", what, least)
	}
}

// ready is how many ms after the first click the engine was ready.
const ready = `performance.getEntriesByName('engine ready')[0].startTime - performance.getEntriesByName('engine asked for')[0].startTime`

// enters presses Enter where the focus is, on a button, and waits until what that does is done.
func (l lively) enters(name string) {
	l.t.Helper()
	ask[bool](l.tab, l.in(`c.querySelector('.status').textContent = ''; return true;`)) // of what was done before
	l.do(chromedp.KeyEvent("\r"))
	status := ask[string](l.tab, l.in(`
		const status = c.querySelector('.status');
		while (!status.textContent || status.textContent.endsWith('…')) await new Promise((r) => setTimeout(r, 10));
		return status.textContent;`))
	if !strings.HasPrefix(status, "Done") {
		l.t.Errorf("%s by keyboard: %s", name, status)
	}
}

// counter is the lesson's shared counter, smaller.
func counter(goroutines, times int) string {
	return fmt.Sprintf(`import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range %d {
		wg.Go(func() {
			for range %d {
				new := counter + 1
				counter = new
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}`, goroutines, times)
}

// TestLivelyPages does in Chromium what a student does with the pages alone: no Jupyter, no Go, no network.
func TestLivelyPages(t *testing.T) {
	order := course(t)
	js, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	order.Engine, order.Teacher = engineOnce, nil
	order.Notebooks = slices.DeleteFunc(order.Notebooks, func(path string) bool {
		return !strings.Contains(path, "01-multi-threading") && !strings.Contains(path, "07-exercises")
	})
	dir := order.write(t)
	packed := len(packedBy(t, js))
	t.Logf("engine.js: %d KB, %d KB by gzip", len(js)>>10, packed>>10)
	if packed > mostEngine {
		t.Errorf("engine.js takes %d bytes by gzip, and is to take at most %d", packed, mostEngine)
	}

	p := openTab(t)
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Minute)
	defer cancel()
	p.ctx = ctx
	open := func(name string) { p.do(chromedp.Navigate("file://" + filepath.Join(dir, name))) }
	p.do(chromedp.EmulateViewport(1280, 900))
	open("01-multi-threading.html")
	p.asksOnlyFor("file://" + filepath.Join(dir, "01-multi-threading.html"))

	t.Run("a guess", func(t *testing.T) { guesses(t, p) })
	l := lively{p, "shared-counter"}
	if said := l.presses("Run"); !strings.Contains(said, "Final counter value: ") || !strings.Contains(said, "not parallelism") {
		t.Errorf("the lesson's cell prints %q", said)
	}
	within(t, "the engine is ready, after the first click on Run,", 1, func() float64 {
		open("01-multi-threading.html")
		l.presses("Run")
		return ask[float64](p, ready) / 1000
	})
	written := counter(2, 2)
	l.writes(written)
	same := func(do, button string) (said string) {
		t.Helper()
		said = l.presses(button)
		if want := natively(cell.Order{Do: do, Source: written}); !strings.HasPrefix(said, want) {
			t.Errorf("the page says\n%s\nand the command explore\n%s", said, want)
		}
		return said
	}
	explore := func() float64 { l.presses("Explore"); return l.took() }
	if said := same("explore", "Explore"); !strings.Contains(said, "70 interleavings, 42 states: all seen.") {
		t.Errorf("2 × 2: %s", said)
	}
	within(t, "2 × 2 is explored", 0.2, explore)
	l.presses("Step")
	if !ask[bool](p, l.in(`return c.querySelector('.result [data-stepper]').shadowRoot !== null`)) {
		t.Error("the stepper has not started")
	}
	written = counter(5, 2)
	l.writes(written)
	if said := same("explore", "Explore"); !strings.Contains(said, "305,540,235,000 interleavings") {
		t.Errorf("5 × 2: %s", said)
	}
	within(t, "5 × 2 is explored", 2, explore)
	t.Run("axe", func(t *testing.T) {
		p.checkWithAxe(t)
		p.seenAs("screen", "dark")
		p.do(chromedp.EmulateViewport(360, 800))
		p.checkWithAxe(t)
		if wide := ask[[]string](p, l.in(`return [...c.querySelectorAll('.input, .input *, .here, .here *')].filter((e) =>
			e.getBoundingClientRect().right > 361 && !e.parentElement.closest('.cm-scroller')).map((e) => e.tagName + '.' + e.className)`)); len(wide) > 0 {
			t.Errorf("on a phone these are wider than the screen: %q", wide)
		}
		p.seenAs("screen", "light")
		p.do(chromedp.EmulateViewport(1280, 900))
	})
	t.Run("by keyboard", func(t *testing.T) {
		l.writes(counter(2, 2))
		ask[bool](p, l.in(`c.querySelector('.cm-content').focus(); return true;`))
		for _, name := range []string{"Run", "Explore", "Step"} {
			p.do(chromedp.KeyEvent("\t"))
			if at := ask[string](p, `document.activeElement.textContent`); at != name {
				t.Errorf("Tab leads to %q, and %q was to come", at, name)
			}
			l.enters(name)
		}
		// On with Tab, into the stepper, which takes a goroutine's letter.
		for n := 0; !ask[bool](p, l.in(`return document.activeElement === c.querySelector('.result [data-stepper]')`)); n++ {
			if n == 20 {
				t.Fatal("Tab does not lead to the stepper")
			}
			p.do(chromedp.KeyEvent("\t"))
		}
		p.do(chromedp.KeyEvent("a"))
		said := ask[string](p, l.in(`return c.querySelector('.result [data-stepper]').shadowRoot.querySelector('.say').textContent`))
		if !strings.HasPrefix(said, "Step 1, A: ") {
			t.Errorf("after A's key the stepper says %q", said)
		}
	})

	t.Run("a mistake is named with its line", func(t *testing.T) {
		l.writes("func main() {\n\tx := 1\n}")
		if said := l.presses("Run"); !strings.Contains(said, "line 2: declared and not used: x") {
			t.Error(said)
		}
	})
	t.Run("imports come and go", func(t *testing.T) {
		l.writes("import \"sync\"\n\nfunc main() {\n\tfmt.Println(\"here\")\n}")
		if said := l.presses("Run"); !strings.HasPrefix(said, "here\n") {
			t.Error(said)
		}
	})
	t.Run("a progress bar in colours", func(t *testing.T) {
		l.writes("func main() {\n\tfmt.Println(\"begin\")\n\tfor i := range 4 {\n\t\tfmt.Printf(\"\\r\\x1b[3%dm%d of 4\\x1b[0m \", i, i+1)\n\t}\n" +
			"\tfmt.Println(\"\\ndoen\\b\\bne\")\n}")
		if said := l.presses("Run"); !strings.HasPrefix(said, "begin\n4 of 4 \ndone\n") {
			t.Errorf("it prints %q", said)
		}
		if html := ask[string](p, l.in(`return c.querySelector('.result pre').innerHTML`)); !strings.Contains(html, `begin
<span class="ansi-yellow-fg">4 of 4</span>`) {
			t.Errorf("it prints %s", html)
		}
	})
	t.Run("stop", func(t *testing.T) {
		l.writes("var mu sync.Mutex\n\nfunc main() {\n\tfor {\n\t\tmu.Lock()\n\t\tmu.Unlock()\n\t}\n}")
		took := ask[float64](p, l.in(`
			const status = c.querySelector('.status');
			press('Run');
			await new Promise((r) => setTimeout(r, 500));
			if (!status.textContent.endsWith('…')) throw status.textContent;
			const begin = performance.now();
			press('Stop');
			while (!status.textContent.startsWith('Stopped')) await new Promise((r) => setTimeout(r, 1));
			return performance.now() - begin;`))
		t.Logf("stopped within %.0f ms", took)
		l.writes(counter(1, 1))
		if said := l.presses("Run"); !strings.HasPrefix(said, "Final counter value: 1") {
			t.Errorf("after a stop: %s", said)
		}
	})
	t.Run("what was written is there again", func(t *testing.T) {
		text := p.reopened(func() { open("01-multi-threading.html") }, l.in(`return c.querySelector('textarea')?.value ?? ''`), counter(1, 1))
		if text != counter(1, 1) {
			t.Errorf("after reloading the cell has %q", text)
		}
		if left := ask[bool](p, l.in(`press('Reset'); return c.querySelector('.edits, .editing') !== null || c.querySelector('.highlight').hidden`)); left {
			t.Error("Reset has not brought back what was there")
		}
	})
	t.Run("exercise", func(t *testing.T) {
		open("07-exercises.html")
		l := lively{p, "mutex"}
		if said := l.presses("Check"); !strings.HasPrefix(said, "✗ mutex: ") || !strings.Contains(said, "Hint 1") {
			t.Errorf("of the cell as it stands: %s", said)
		}
		l.writes("import (\n\t\"example.com/multithreading/helpers/exercise\"\n\t\"sync\"\n)\n\nfunc addLocked(counter *int, mu *sync.Mutex) {\n" +
			"\tmu.Lock()\n\tdefer mu.Unlock()\n\t*counter++\n}\n\nfunc main() { exercise.CheckMutex(addLocked) }")
		if said := l.presses("Check"); !strings.HasPrefix(said, "✓ mutex: right in all ") || !strings.Contains(said, "proved") {
			t.Errorf("of a right answer: %s", said)
		}
		ask[bool](p, l.in(`[...c.querySelectorAll('.here button')].find((b) => b.textContent === 'Check').focus(); return true;`))
		l.enters("Check")
		if said := ask[string](p, l.in(`return c.querySelector('.result').textContent`)); !strings.HasPrefix(said, "✓ mutex: ") {
			t.Errorf("by keyboard: %s", said)
		}
		p.checkWithAxe(t)
		text := p.saves()
		file := filepath.Join(t.TempDir(), "07-exercises.ipynb")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		nb, err := notebook.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		was, err := notebook.Read(order.Notebooks[1])
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range nb.Cells() {
			same := c.Source() == was.Cells()[i].Source()
			if c.ID() != was.Cells()[i].ID() || same == (c.ID() == "mutex") || strings.Contains(c.Source(), "*counter++") == same {
				t.Errorf("cell %s is saved as %q", c.ID(), c.Source())
			}
		}
	})
	t.Run("Firefox", func(t *testing.T) { inFirefox(t, dir) })
	t.Run("a page that goes alone", func(t *testing.T) {
		order.Single, order.Notebooks = true, order.Notebooks[:1]
		text, err := os.ReadFile(filepath.Join(order.write(t), "01-multi-threading.html"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d KB, %d KB by gzip", len(text)>>10, len(packedBy(t, text))>>10)
		file := filepath.Join(t.TempDir(), "alone.html")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		p.do(chromedp.Navigate("file://" + file))
		if said := l.presses("Run"); !strings.Contains(said, "Final counter value: ") {
			t.Errorf("it prints %q", said)
		}
		l.writes(counter(2, 2))
		if said := l.presses("Explore"); !strings.Contains(said, "70 interleavings, 42 states: all seen.") {
			t.Errorf("2 × 2: %s", said)
		}
		if saved := p.saves(); !strings.Contains(saved, "for range 2 {") {
			t.Errorf("what is saved lacks what was written: %.300s", saved)
		}
	})
	t.Run("a page without its engine", func(t *testing.T) {
		if err := os.Rename(filepath.Join(dir, "engine.js"), filepath.Join(dir, "gone.js")); err != nil {
			t.Fatal(err)
		}
		open("01-multi-threading.html")
		said := ask[string](p, l.in(`
			press('Run');
			const status = c.querySelector('.status');
			while (status.textContent.endsWith('…')) await new Promise((r) => setTimeout(r, 10));
			return status.textContent;`))
		if !strings.Contains(said, "unpack all of it first") {
			t.Errorf("it says %q", said)
		}
	})
	t.Run("where npm is missing", func(t *testing.T) {
		js, err := enliven.PlainEngine(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		packed := len(packedBy(t, js))
		t.Logf("engine.js: %d KB, %d KB by gzip", len(js)>>10, packed>>10)
		if packed > mostPlain {
			t.Errorf("engine.js takes %d bytes by gzip, and is to take at most %d", packed, mostPlain)
		}
		if err := os.WriteFile(filepath.Join(dir, "engine.js"), js, 0o644); err != nil {
			t.Fatal(err)
		}
		open("01-multi-threading.html")
		plain := ask[bool](p, l.in(`
			if (!c.querySelector('.edits')) press('Edit');
			const field = c.querySelector('textarea');
			field.value = 'func main() { fmt.Println("in a plain field") }';
			field.dispatchEvent(new Event('input'));
			return c.querySelector('.cm-content') === null;`))
		if said := l.presses("Run"); !plain || !strings.HasPrefix(said, "in a plain field\n") {
			t.Errorf("a plain field: %v; it prints %q", plain, said)
		}
	})
	if asked := strings.Join(p.asked, "\n"); strings.Contains(asked, "http") {
		t.Errorf("the pages asked for %s", asked)
	}
}

// guesses answers the page's first question by keyboard alone, wrongly as most do, and rightly.
func guesses(t *testing.T, p *tab) {
	const box, answer = `document.querySelector('div[data-prediction="seconds"]')`, `document.querySelector('p[data-prediction="seconds"]')`
	if said := ask[string](p, answer+`.textContent`); !strings.HasPrefix(said, "It took ") || !strings.Contains(said, "Did you say 6?") {
		t.Errorf("before a guess it says %q", said)
	}
	if ask[bool](p, answer+`.checkVisibility()`) {
		t.Error("the answer stands open before a guess")
	}
	types := func(keys string) (said string) {
		ask[bool](p, box+`.querySelector('input').select() || true`)
		for _, key := range keys {
			p.do(chromedp.KeyEvent(string(key)))
		}
		if !ask[bool](p, `[...document.querySelectorAll('details.answer')].every((fold) => fold.open === !!fold.querySelector(
			'[data-prediction="seconds"]') || fold.closest('.cell').id === 'cell-id=two-workers')`) {
			t.Error("other answers than the one stand open")
		}
		if !ask[bool](p, answer+`.checkVisibility()`) {
			t.Error("the answer does not stand open")
		}
		if status := ask[string](p, box+`.querySelector('[role=status]').textContent`); !strings.HasPrefix(status, "Kept in this browser. You said ") {
			t.Errorf("beside the guess stands %q", status)
		}
		return ask[string](p, answer+`.textContent`)
	}
	if said := types("6\r"); !regexp.MustCompile(`^You said 6; it took \d\.\d s\. 6 is natural: \w.*\.$`).MatchString(said) {
		t.Errorf("of the guess 6 it says %q", said)
	}
	if said := types("3\r"); !regexp.MustCompile(`^You said 3; it took \d\.\d s\. So you knew\.$`).MatchString(said) {
		t.Errorf("of the guess 3 it says %q", said)
	}
	p.checkWithAxe(t)
	said := p.reopened(func() { p.do(chromedp.Reload()) }, answer+`.textContent`, "You said 3;")
	if !strings.HasPrefix(said, "You said 3;") {
		t.Errorf("after reloading it says %q", said)
	}
	if status := ask[string](p, box+`.querySelector('[role=status]').textContent`); status != "Kept in this browser. What came out stands below, folded." {
		t.Errorf("after reloading, beside the guess stands %q", status)
	}
	for _, off := range []bool{true, false} {
		if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
		p.do(chromedp.Reload())
		if said := ask[string](p, answer+`.textContent`); off && !strings.HasPrefix(said, "It took ") {
			t.Errorf("without scripts it says %q", said)
		}
	}
}

// saves presses the button that saves the notebook. It returns what the browser would save.
func (p *tab) saves() string {
	return ask[string](p, `(async () => {
		let saved = null;
		const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => {
			if (blob.type === 'application/x-ipynb+json') saved = blob;
			return make.call(URL, blob);
		};
		[...document.querySelectorAll('header button')].find((b) => b.textContent === 'Save as notebook').click();
		while (!saved) await new Promise((r) => setTimeout(r, 10));
		return saved.text();
	})()`)
}

// reopened opens a page and asks it, again for ten seconds until the answer begins as is wanted:
// Chromium gives what one page has kept to the next by way of another process, which may be late.
func (p *tab) reopened(open func(), script, want string) (said string) {
	for end := time.Now().Add(10 * time.Second); ; {
		open()
		if said = ask[string](p, script); strings.HasPrefix(said, want) || time.Now().After(end) {
			return said
		}
	}
}

// natively is what is said of a cell where no WebAssembly is.
func natively(o cell.Order) string {
	var said strings.Builder
	cell.Do(goroot.MustFS(), o, func(p cell.Part) {
		if p.Kind != cell.Shown {
			said.WriteString(p.Text)
		}
	})
	return said.String()
}

// How many bytes engine.js may have where a web server packs it; and where there was no npm, whose
// packages pack tighter.
const (
	mostEngine = 2500 << 10
	mostPlain  = 2750 << 10
)

func packedBy(t *testing.T, data []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
