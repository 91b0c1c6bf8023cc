package lab

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/notebook"
)

// `make lab` opens copies of the notebooks that have printed nothing yet; deleting one of them resets it.
func TestStudentsCopies(t *testing.T) {
	t.Parallel()
	s := startJupyter(t, nil)
	// As docker/jupyter/copies.py leaves it where the course has changed, and the student has too.
	if err := os.WriteFile(filepath.Join(s.dir, "notebooks", "glossary (new).md"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	p := openTab(t, s.url)
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
	// Lab shows what it tells for five seconds, which may be over by now, and then keeps it below the bell.
	p.wait("the bell says that something is told", `document.querySelector('.jp-Notification-Status')?.innerText.includes('1')`, 30*time.Second)
	p.click("the bell", `document.querySelector('.jp-Notification-Status')`)
	p.wait("it is told that a newer one lies beside",
		`document.querySelector('.jp-Notification-Center')?.innerText.includes('the new one lies beside yours: glossary (new).md')`, 30*time.Second)
	p.click("the bell", `document.querySelector('.jp-Notification-Status')`)
	p.wait("what it says is closed", `!document.querySelector('.jp-Notification-Center')`, 30*time.Second)
	if n := ask[int](p, `document.querySelectorAll('.jp-OutputArea-output').length`); n > 0 {
		t.Errorf("%d outputs before any cell has run", n)
	}
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	p.wait("Go … Idle, before a cell has run", idle, 30*time.Second)
	first := index(t, lesson, func(c notebook.Cell) bool { return c.Kind() == "code" })
	p.goTo(first)
	p.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)))
	p.wait("the first cell has printed", cell(first)+`?.querySelector('.jp-OutputArea-output')?.innerText.includes('things at the same moment')`, 30*time.Second)
	p.wait("what is printed breaks between words", `getComputedStyle(`+cell(first)+`.querySelector('.jp-OutputArea-output pre')).wordBreak === 'normal'`,
		30*time.Second)

	copied := filepath.Join(s.dir, "notebooks", lesson+".ipynb")
	if err := os.WriteFile(copied, []byte("spoilt"), 0o644); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, strings.Replace(s.url, "/lab/tree/", "/api/contents/", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Fatal(answer.Status)
	}
	nb, err := notebook.Read(copied)
	if err != nil {
		t.Fatal("no fresh copy in the place of the deleted one: ", err)
	}
	for _, c := range nb.Code() {
		if len(c.Outputs()) > 0 {
			t.Errorf("cell %s of the fresh copy has outputs", c.ID())
		}
	}
}

// A prediction is typed by keyboard alone: the box has the keyboard when its cell has run, Enter leads to the next cell, and the cell
// that shows the answer knows what was said.
func TestPrediction(t *testing.T) {
	t.Parallel()
	s := startJupyter(t, nil)
	nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", lesson+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	question, answer := nb.Code()[0], nb.With(nb.Code()[0]).Code()[0]
	question.SetSource("import \"example.com/multithreading/helpers/predict\"\n\nfunc main() { predict.Ask(\"test\", \"How many <seconds>?\") }")
	answer.SetSource("import \"example.com/multithreading/helpers/predict\"\n\nfunc main() {\n\tpredict.Answer{" +
		"Name: \"test\", Value: 3, Within: 0.1, Says: \"it took 3 s\", Natural: 6, Because: \"one <adds>.\"}.Show()\n}")
	if err := nb.With(question, answer).Write(filepath.Join(s.dir, "notebooks", "predict.ipynb")); err != nil {
		t.Fatal(err)
	}
	p := openTab(t, strings.Replace(s.url, lesson, "predict", 1))
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length === 2`, 60*time.Second)
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	p.wait("Idle", idle, 60*time.Second)
	shift := chromedp.KeyModifiers(kb.ModifierShift)
	output := func(index int) string { return cell(index) + `?.querySelector('.jp-OutputArea')` }

	p.goTo(1)
	p.do(chromedp.KeyEvent(kb.Enter, shift))
	p.wait("without a guess it asks", output(1)+`.innerText.includes('It took 3 s. Did you say 6? That is natural: one <adds>.')`, 30*time.Second)
	p.goTo(0)
	p.do(chromedp.KeyEvent(kb.Enter, shift))
	p.wait("the box has the keyboard", output(0)+`.querySelector('input') === document.activeElement`, 30*time.Second)
	// d d, typed elsewhere, would delete the cell.
	p.do(chromedp.KeyEvent("dd"), chromedp.KeyEvent(kb.Enter))
	p.wait("what is no number is said", output(0)+`.innerText.includes('Write a number')`, 30*time.Second)
	p.do(chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent("6"), chromedp.KeyEvent(kb.Enter))
	p.wait("the next cell is selected", cell(1)+`.classList.contains('jp-mod-active') && `+cell(1)+`.contains(document.activeElement)`, 30*time.Second)
	p.wait("what was shown already has changed", output(1)+`.innerText.includes('You said 6; it took 3 s. 6 is natural: one <adds>.')`, 30*time.Second)
	p.do(chromedp.KeyEvent(kb.Enter, shift))
	p.wait("the cell has run again", `/\[3\]/.test(`+cell(1)+`.querySelector('.jp-InputPrompt').innerText)`, 30*time.Second)
	p.wait("it knows the guess", output(1)+`.innerText.includes('You said 6; it took 3 s.')`, 30*time.Second)
	p.do(chromedp.KeyEvent("s", ctrl))

	// When it is opened again nobody's keyboard is taken, and the guess is there.
	p.wait("it is saved", `!document.querySelector('.jp-mod-dirty')`, 30*time.Second)
	p.do(chromedp.Reload())
	p.wait("the guess is there", output(0)+`?.querySelector('input')?.value === '6' && `+output(1)+`?.innerText.includes('You said 6')`, 60*time.Second)
	if ask[bool](p, `document.activeElement.tagName === "INPUT"`) {
		t.Error("the box has the keyboard, and nobody has run its cell")
	}
}
