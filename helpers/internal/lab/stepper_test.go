package lab

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/interleaving"
	"example.com/multithreading/helpers/internal/notebook"
)

// The stepper works inside JupyterLab too, whose own one-key commands (0 twice restarts the kernel, 1 makes a heading) must not see its keys.
func TestStepperInJupyterLab(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	const file = "06-shared-memory"
	p := openTab(t, strings.Replace(s.url, "01-multi-threading", file, 1))
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	p.wait("Idle", idle, 30*time.Second)
	at := index(t, file, func(c notebook.Cell) bool { return c.ID() == "you-are-the-scheduler" })
	p.goTo(at)
	p.do(chromedp.KeyEvent(kb.Enter, ctrl)) // scripts in outputs run when the cell has been run
	part := func(selector string) string { return cell(at) + `?.querySelector('[data-stepper] ` + selector + `')` }
	p.wait("the cell has run, as the kernel's first", cell(at)+`?.querySelector('.jp-InputPrompt').innerText === '[1]:'`, 60*time.Second)
	p.wait("the stepper is alive", part(`[data-thread="0"]:not([disabled])`), 60*time.Second)
	ended := part(`[data-part="say"]`) + `?.textContent.includes('Goal reached')`
	schedule := interleaving.WorstSchedule(2, 2)

	for _, thread := range schedule {
		p.click("a thread's button", part(fmt.Sprintf(`[data-thread="%d"]`, thread)))
	}
	p.wait("the goal, by mouse", ended, 30*time.Second)

	p.click("the reset button", part(`[data-do="reset"]`))
	p.wait("all is back at the start", `!`+ended, 30*time.Second)
	p.do(chromedp.KeyEvent("u")) // nothing to undo; it shows that the stepper has the keyboard
	for _, thread := range schedule {
		p.do(chromedp.KeyEvent(fmt.Sprint(thread)))
	}
	p.wait("the goal, by keyboard", ended, 30*time.Second)
	p.screenshot("stepper")
	if !ask[bool](p, noDialog) {
		t.Error("a key for the stepper was a command for JupyterLab: ", ask[string](p, `document.querySelector('.jp-Dialog').innerText`))
	}
	if !ask[bool](p, cell(at)+`.classList.contains('jp-CodeCell')`) {
		t.Error("a key for the stepper changed the kind of the cell")
	}
}
