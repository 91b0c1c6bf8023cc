package lab

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

var ctrl = chromedp.KeyModifiers(kb.ModifierCtrl)

// A tab is a page of a browser that shows JupyterLab.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab opens an address in a browser of its own, and keeps a screenshot when the test fails.
func openTab(t *testing.T, address string) *tab {
	t.Helper()
	ctx := browser.Start(t, chromedp.WindowSize(1280, 1000))
	page := &tab{t, ctx}
	t.Cleanup(func() {
		if t.Failed() {
			at, _, _ := strings.Cut(filepath.Base(address), ".ipynb")
			page.screenshot("failed-" + strings.ReplaceAll(t.Name(), "/", "-") + "-" + at)
		}
	})
	page.do(chromedp.Navigate(address))
	return page
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if _, err := run(p, chromedp.Steps(actions...)); err != nil {
		p.t.Fatal(err)
	}
}

// run does one thing in the page. A page that does not answer within half a minute never will.
func run[T any](p *tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// ask evaluates an expression in the page.
func ask[T any](p *tab, script string) T {
	p.t.Helper()
	answer, err := run(p, chromedp.Evaluate[T](script))
	if err != nil {
		p.t.Fatalf("%v: %s", err, script)
	}
	return answer
}

// wait waits until an expression is true in the page.
func (p *tab) wait(what, script string, within time.Duration) {
	p.t.Helper()
	eventually(p.ctx, p.t, what, within, func() bool {
		yes, err := run(p, chromedp.Evaluate[bool]("Boolean("+script+")"))
		return err == nil && yes
	})
}

// click waits for an element, given as a script, and clicks into its middle.
func (p *tab) click(what, element string) {
	p.t.Helper()
	p.wait(what, `(r => r && r.height > 0 && r.y >= 0)(`+element+`?.getBoundingClientRect())`, 30*time.Second)
	middle := ask[[]float64](p, `(r => [r.x + r.width / 2, r.y + r.height / 2])(`+element+`.getBoundingClientRect())`)
	// A menu asks where the mouse came from.
	p.do(chromedp.MouseEvent("mouseMoved", middle[0], middle[1]), chromedp.MouseClickXY(middle[0], middle[1]))
}

// screenshot keeps a picture of the page in .venv/state/screenshots.
func (p *tab) screenshot(name string) {
	picture, err := run(p, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Log("no screenshot: ", err)
		return
	}
	file := filepath.Join(notebook.Root(), ".venv", "state", "screenshots", name+".png")
	os.MkdirAll(filepath.Dir(file), 0o755)
	if err := os.WriteFile(file, picture, 0o644); err == nil {
		p.t.Log("screenshot: ", file)
	}
}

// Scripts that look at JupyterLab's page.
const (
	idle     = `/Go.*\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText ?? '')`
	noDialog = `!document.querySelector('.jp-Dialog')`
)

// cell is a script for the cell at this place in the notebook. JupyterLab draws only what is near, so go there first.
func cell(index int) string {
	return fmt.Sprintf(`document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="%d"]')`, index)
}

// goTo selects the cell at this place, in command mode, by the keys for the next and the former cell.
func (p *tab) goTo(index int) {
	p.t.Helper()
	const active = `Number(document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active')?.dataset.windowedListIndex ?? -1)`
	p.do(chromedp.KeyEvent(kb.Escape))
	p.wait("a cell is selected", active+` >= 0`, 30*time.Second)
	// A page that is busy may lose a key, so it is pressed again.
	end := time.Now().Add(2 * time.Minute)
	for at := ask[int](p, active); at != index; at = ask[int](p, active) {
		if time.Now().After(end) {
			p.t.Fatalf("cell %d is selected, and cell %d is not reached", at, index)
		}
		key := "j"
		if at > index {
			key = "k"
		}
		p.do(chromedp.KeyEvent(key))
		for pressed := time.Now(); ask[int](p, active) == at && time.Since(pressed) < 2*time.Second; {
			time.Sleep(20 * time.Millisecond) // between two looks
		}
	}
}

const lesson = "01-multi-threading"

// index is the place of a cell in a notebook.
func index(t *testing.T, name string, want func(c notebook.Cell) bool) int {
	t.Helper()
	nb, err := notebook.Read(filepath.Join(notebook.Root(), "notebooks", name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range nb.Cells() {
		if want(c) {
			return i
		}
	}
	t.Fatal(name, " has no such cell")
	return 0
}

func isUnit(n int) func(c notebook.Cell) bool {
	return func(c notebook.Cell) bool { u, ok := c.Unit(); return ok && u == n }
}

// A student who presses Tab once, in a kernel where nobody has, sees the list also while the whole machine is at work: load 15 and more.
func TestFirstTabOnABusyMachine(t *testing.T) {
	s := startServer(t)
	p := openTab(t, s.url)
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	p.wait("Idle", idle, 60*time.Second)
	ten := index(t, lesson, isUnit(10))
	p.goTo(ten)
	p.do(chromedp.KeyEvent("b"))
	p.wait("a new cell", cell(ten+1)+`?.classList.contains('jp-mod-active')`, 30*time.Second)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.wait("its editor has the keyboard", cell(ten+1)+`.contains(document.activeElement)`, 30*time.Second)
	p.do(chromedp.KeyEvent("%%"), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("runtime."))
	p.wait("they are there", cell(ten+1)+`.querySelector('.cm-content').innerText.includes('runtime.')`, 30*time.Second)
	for range 15 {
		work := exec.CommandContext(p.ctx, "sh", "-c", "while :; do :; done")
		if err := work.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { work.Process.Kill(); work.Wait() }()
	}
	pressed := time.Now()
	p.do(chromedp.KeyEvent(kb.Tab))
	p.wait("a list of completions, after one Tab",
		`document.querySelector('.jp-Completer')?.innerText.includes('NumGoroutine')`, 20*time.Second)
	t.Logf("the list came after %v", time.Since(pressed).Round(10*time.Millisecond))
}

func TestStudentInJupyterLab(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openTab(t, s.url)
	step := func(name string, test func()) {
		if !t.Failed() {
			t.Log(name)
			test()
		}
	}

	step("the lesson opens with its recorded outputs, asks nothing and says Idle", func() {
		p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
		// The status bar speaks of the document that has the focus.
		p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
		p.wait("Go … Idle, before a cell has run", idle, 30*time.Second)
		p.screenshot("lesson-opened")
		if !ask[bool](p, noDialog) {
			t.Fatal("a dialog: ", ask[string](p, `document.querySelector('.jp-Dialog').innerText`))
		}
		if n := ask[int](p, `document.querySelectorAll('.Toastify__toast').length`); n > 0 {
			t.Errorf("%d notifications at the first start", n)
		}
		if exec.Command("git", "-C", notebook.Root(), "diff", "--quiet", "HEAD", "--", "notebooks").Run() == nil {
			p.wait("a notebook as it was committed is trusted",
				`document.querySelector('.jp-StatusItem-trust').title.startsWith('Notebook trusted')`, 30*time.Second)
		}
		p.goTo(index(t, lesson, isUnit(8)))
		unit8 := cell(index(t, lesson, isUnit(8)))
		p.wait("recorded output of unit 8", unit8+`?.innerText.includes('All threads are done.')`, 30*time.Second)
		p.wait("its lines are numbered, for compilers name lines",
			unit8+`.querySelector('.cm-lineNumbers')?.innerText.includes('2')`, 30*time.Second)
		p.wait("its long lines are wrapped", unit8+`.querySelector('.cm-lineWrapping')`, 30*time.Second)
	})

	picture := index(t, lesson, func(c notebook.Cell) bool {
		for _, output := range c.Outputs() {
			if strings.Contains(output.HTML, "<img") {
				return true
			}
		}
		return false
	})
	seesPicture := func(p *tab) {
		p.goTo(picture)
		p.wait("a recorded picture with its alternative text",
			cell(picture)+`?.querySelector('img')?.naturalWidth > 0 && `+cell(picture)+`.querySelector('img').alt.length > 20`,
			30*time.Second)
	}
	step("recorded pictures show before anything has run", func() { seesPicture(p) })

	step("Run All runs all cells", func() {
		p.click("the menu Run", `[...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.innerText.trim() === 'Run')`)
		p.click("Run All Cells", `document.querySelector('.lm-Menu li[data-command="runmenu:run-all"]')`)
		nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "01-multi-threading.ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for i, c := range nb.Cells() {
			if c.Kind() == "code" {
				last = i
			}
		}
		p.wait("busy", `/Busy/.test(document.querySelector('#jp-main-statusbar').innerText)`, 30*time.Second)
		p.wait("Idle after the last cell", idle, 180*time.Second)
		p.goTo(last)
		p.wait("the last code cell has run, and as often as there are code cells",
			fmt.Sprintf(`/\[%d\]/.test(%s?.querySelector('.jp-InputPrompt').innerText)`, len(nb.Code()), cell(last)),
			30*time.Second)
	})

	ten := index(t, lesson, isUnit(10))
	step("uncommenting the yield in unit 10 by keyboard loses updates", func() {
		p.goTo(ten)
		p.do(chromedp.KeyEvent(kb.Enter))
		p.wait("the editor has the keyboard",
			cell(ten)+`.contains(document.activeElement) && document.activeElement.classList.contains('cm-content')`,
			30*time.Second)
		// Where the line is, the editor says: the key that leads into it may have put a line break there.
		line := ask[int](p, `[...`+cell(ten)+`.querySelectorAll('.cm-line')].findIndex(l => l.innerText.includes('// runtime.Gosched()'))`)
		if line < 0 {
			t.Fatal("unit 10 has no commented-out yield")
		}
		p.do(chromedp.KeyEvent(kb.Home, ctrl))
		for range line {
			p.do(chromedp.KeyEvent(kb.ArrowDown))
		}
		p.do(chromedp.KeyEvent(kb.Home), chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(kb.Delete))
		p.wait("the line is code",
			cell(ten)+`.querySelector('.cm-content').innerText.split('\n').some(l => l.trim() === 'runtime.Gosched()')`,
			30*time.Second)
		p.do(chromedp.KeyEvent(kb.Enter, ctrl))
		p.wait("fewer than 50000", `(m => m && Number(m[1]) < 50000)(`+cell(ten)+
			`.querySelector('.jp-OutputArea')?.innerText.match(/Final counter value: (\d+)/))`, 30*time.Second)
	})

	step("an endless cell is interrupted", func() {
		p.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("b"))
		p.wait("a new cell", fmt.Sprintf(`%s?.classList.contains('jp-mod-active')`, cell(ten+1)), 30*time.Second)
		p.do(chromedp.KeyEvent(kb.Enter))
		p.wait("its editor has the keyboard", cell(ten+1)+`.contains(document.activeElement)`, 30*time.Second)
		// Written without brackets, which the editor would close by itself.
		p.do(chromedp.KeyEvent("%%"), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("println(1); again: goto again"),
			chromedp.KeyEvent(kb.Enter, ctrl))
		p.wait("it prints", cell(ten+1)+`?.querySelector('.jp-OutputArea-output')?.innerText.trim() === '1'`, 30*time.Second)
		p.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("i"), chromedp.KeyEvent("i"))
		p.wait("Idle after the interrupt", idle, 30*time.Second)
		p.do(chromedp.KeyEvent("d"), chromedp.KeyEvent("d"))
	})

	step("the kernel restarts", func() {
		p.do(chromedp.KeyEvent("0"), chromedp.KeyEvent("0"))
		p.wait("the question whether to restart", `document.querySelector('.jp-Dialog')?.innerText.includes('Restart')`, 30*time.Second)
		p.do(chromedp.KeyEvent(kb.Enter))
		p.wait("the dialog is gone", noDialog, 30*time.Second)
		p.wait("Idle after the restart", idle, 30*time.Second)
		p.goTo(ten)
		p.do(chromedp.KeyEvent(kb.Enter, ctrl))
		p.wait("the first cell after the restart is number 1",
			`/\[1\]/.test(`+cell(ten)+`.querySelector('.jp-InputPrompt').innerText)`, 30*time.Second)
	})

	step("what was changed is saved", func() {
		p.do(chromedp.KeyEvent("s", ctrl))
		eventually(p.ctx, t, "the change is on the disk", 30*time.Second, func() bool {
			nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "01-multi-threading.ipynb"))
			return err == nil && strings.Contains(nb.Cells()[ten].Source(), "\t\t\t\truntime.Gosched()\n")
		})
	})

	step("Tab completes, with gopls held in its bounds", func() {
		p.do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.End, ctrl), chromedp.KeyEvent(kb.ArrowUp),
			chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("fmt.Spr"))
		// A name that stands nowhere in the notebook, so that it comes from gopls.
		eventually(p.ctx, t, "a list of completions", 30*time.Second, func() bool {
			p.do(chromedp.KeyEvent(kb.Tab))
			time.Sleep(time.Second) // for the answer; then ask again
			return ask[bool](p, `document.querySelector('.jp-Completer')?.innerText.includes('Sprintln') ?? false`)
		})
		if runtime.GOOS == "linux" {
			goplsInBounds(t, s)
		}
		p.do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("z", ctrl))
	})

	step("Save and Export as HTML colours Go as Go", func() {
		address, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		address.Path = "/nbconvert/html/notebooks/01-multi-threading.ipynb" // what the menu opens
		response, err := http.Get(address.String())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		page, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatal(response.Status, err)
		}
		// "func" is a keyword that declares in Go's lexer, and a plain name in Python's.
		if !strings.Contains(string(page), `<span class="kd">func</span>`) {
			t.Error("func is not coloured as Go's keyword")
		}
		if load := regexp.MustCompile(`<(script|link|img|iframe)\b[^>]*(https?:|")//[^"]*`).Find(page); load != nil {
			t.Errorf("the page asks the network: %s", load)
		}
	})

	step("in a notebook that is not trusted, in the dark theme, recorded pictures show too", func() {
		nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "01-multi-threading.ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		nb.Cells()[0].SetSource("# Somebody else's")
		if err := nb.Write(filepath.Join(s.dir, "notebooks", "changed.ipynb")); err != nil {
			t.Fatal(err)
		}
		s.set(t, "@jupyterlab/apputils-extension/themes", `{"theme": "JupyterLab Dark", "adaptive-theme": false}`)
		dark := openTab(t, strings.Replace(s.url, "01-multi-threading", "changed", 1))
		dark.wait("the dark theme", `document.body.dataset.jpThemeLight === 'false'`, 30*time.Second)
		dark.wait("the notebook is there",
			`document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 30*time.Second)
		dark.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
		dark.wait("it is not trusted", `document.querySelector('.jp-StatusItem-trust').title.startsWith('Notebook not trusted')`, 30*time.Second)
		seesPicture(dark)
		dark.screenshot("dark")
	})

	step("the server and all that it started end together", func() {
		if runtime.GOOS != "linux" {
			return
		}
		p.goTo(ten)
		p.do(chromedp.KeyEvent("b"), chromedp.KeyEvent(kb.Enter))
		// A cell that ignores every polite signal and has a child in a session of its own.
		p.do(chromedp.KeyEvent("!setsid sleep 1000 & trap '' INT TERM HUP; while true; do sleep 1; done"), chromedp.KeyEvent(kb.Enter, ctrl))
		has := func(what string) bool { return len(s.processes(what)) > 0 }
		eventually(p.ctx, t, "the child runs", 30*time.Second, func() bool { return has("sleep 1000") && has("completion -listen") })
		s.end(syscall.SIGKILL)
		s.nothingLeft(p.ctx, t)
	})
	if t.Failed() && runtime.GOOS == "linux" {
		t.Logf("processes: %q", s.processes(""))
	}
}

// goplsInBounds looks at gopls as it runs: one core, bounded memory, low priority.
func goplsInBounds(t *testing.T, s *server) {
	all := append(s.processes("gopls serve"), s.processes("telemetry")...) // completion -listen stands in for it
	for _, p := range all {
		environment, err := p.Environ()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"GOMAXPROCS=1", "GOMEMLIMIT=200MiB"} {
			if !slices.Contains(environment, want) {
				t.Errorf("gopls runs without %s", want)
			}
		}
		stat, err := p.Stat()
		if err != nil {
			t.Fatal(err)
		}
		if stat.Nice != 5 {
			t.Errorf("gopls runs at nice %d, want 5", stat.Nice)
		}
		megabytes := stat.ResidentMemory() >> 20
		t.Logf("gopls holds %d MB", megabytes)
		if megabytes > 400 {
			t.Errorf("gopls holds %d MB: GOMEMLIMIT keeps its heap near 200", megabytes)
		}
	}
	if len(all) != 1 {
		t.Errorf("%d gopls processes, want 1 (and no telemetry process): %q", len(all), s.processes(""))
	}
}
