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
	p := openTab(t, s.url)
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
	if n := ask[int](p, `document.querySelectorAll('.jp-OutputArea-output').length`); n > 0 {
		t.Errorf("%d outputs before any cell has run", n)
	}
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	p.wait("Go … Idle, before a cell has run", idle, 30*time.Second)
	first := index(t, lesson, func(c notebook.Cell) bool { return c.Kind() == "code" })
	p.goTo(first)
	p.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)))
	p.wait("the first cell has printed", cell(first)+`?.querySelector('.jp-OutputArea-output')?.innerText.includes('things at the same moment')`, 30*time.Second)

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
