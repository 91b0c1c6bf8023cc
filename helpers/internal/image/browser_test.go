package image

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

// The lesson opens in a browser, its first cell answers soon after `docker run`, and all cells run to the last.
func TestLessonInBrowser(t *testing.T) {
	needsImage(t)
	ctx := browser.Start(t, chromedp.WindowSize(1280, 1000)) // Its own start is not the container's.
	before := slowness()
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(what, script string, within time.Duration) {
		t.Helper()
		eventually(t, what, within, func() bool {
			yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+script+")"))
			return err == nil && yes
		})
	}
	t.Cleanup(func() {
		if t.Failed() {
			screenshot(ctx, t)
		}
	})
	nb, err := notebook.Read(filepath.Join(notebook.Root(), filepath.FromSlash(lesson)))
	if err != nil {
		t.Fatal(err)
	}
	first, last := -1, 0
	for i, cell := range nb.Cells() {
		if cell.Kind() == "code" {
			last = i
			if first < 0 {
				first = i
			}
		}
	}
	cell := func(index int) string {
		return fmt.Sprintf(`document.querySelector('.jp-Notebook .jp-Cell[data-windowed-list-index="%d"]')`, index)
	}
	const active = `Number(document.querySelector('.jp-Notebook .jp-Cell.jp-mod-active')?.dataset.windowedListIndex ?? -1)`
	const idle = `/Go.*\| Idle/.test(document.querySelector('#jp-main-statusbar')?.innerText ?? '')`

	c := start(t, append(composed(t), "--read-only", "--tmpfs", home+":exec", "--tmpfs", "/tmp:exec"))
	do(chromedp.Navigate(c.base + "/lab/tree/" + lesson + "?token=" + token))
	wait("the notebook is there", `document.querySelectorAll('.jp-Notebook .jp-Cell').length > 3`, 60*time.Second)
	do(chromedp.Click(chromedp.CSS(`.jp-Notebook .jp-Cell`)), chromedp.KeyEvent(kb.Escape))
	wait("Idle", idle, 30*time.Second)
	for at := 0; at < first; at++ {
		do(chromedp.KeyEvent("j"))
		wait("the next cell is selected", fmt.Sprintf("%s === %d", active, at+1), 5*time.Second)
	}
	do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	wait("the first cell has run", `/\[1\]/.test(`+cell(first)+`?.querySelector('.jp-InputPrompt').innerText)`, 30*time.Second)
	seconds := time.Since(c.run).Seconds()
	slowness := max(before, slowness())
	t.Logf("from docker run to the lesson's first output: %.1f s; everything takes %.1f times what it would on two idle cores",
		seconds, slowness)
	if seconds > 6*slowness {
		t.Errorf("the first output came after %.1f s, want at most 6 on two idle cores", seconds)
	}

	for _, item := range []string{`[...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.innerText.trim() === 'Run')`, `document.querySelector('.lm-Menu li[data-command="runmenu:run-all"]')`} {
		wait("the menu", item, 10*time.Second)
		middle, err := chromedp.Run(ctx,
			chromedp.Evaluate[[]float64](`(r => [r.x + r.width / 2, r.y + r.height / 2])(`+item+`.getBoundingClientRect())`))
		if err != nil {
			t.Fatal(err)
		}
		do(chromedp.MouseEvent("mouseMoved", middle[0], middle[1]), chromedp.MouseClickXY(middle[0], middle[1]))
	}
	wait("busy", `/Busy/.test(document.querySelector('#jp-main-statusbar').innerText)`, 20*time.Second)
	wait("Idle after the last cell", idle, 180*time.Second)
	do(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(kb.ModifierCtrl)))
	wait("the last code cell has run",
		fmt.Sprintf(`/\[%d\]/.test(%s?.querySelector('.jp-InputPrompt').innerText)`, len(nb.Code())+1, cell(last)),
		20*time.Second)
}

// slowness says how many times longer two busy threads take now than they would on two idle cores.
func slowness() float64 {
	processor := func() float64 {
		var usage syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
	}
	begin, before := time.Now(), processor()
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for time.Since(begin) < time.Second {
			}
		})
	}
	group.Wait()
	return max(1, 2*time.Since(begin).Seconds()/(processor()-before))
}

// screenshot keeps a picture of the page in .venv/state/screenshots.
func screenshot(ctx context.Context, t *testing.T) {
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Log("no screenshot: ", err)
		return
	}
	file := filepath.Join(notebook.Root(), ".venv", "state", "screenshots", "failed-"+t.Name()+".png")
	os.MkdirAll(filepath.Dir(file), 0o755)
	if err := os.WriteFile(file, picture, 0o644); err == nil {
		t.Log("screenshot: ", file)
	}
}
