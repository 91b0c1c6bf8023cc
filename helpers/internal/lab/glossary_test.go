package lab

import (
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// A link to a term opens the glossary as a page, not as a text to edit, at that term.
func TestTermOpensInTheGlossary(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openTab(t, s.url)
	p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').length > 3`, 60*time.Second)
	p.click("the first cell", `document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')`)
	at := index(t, lesson, func(c notebook.Cell) bool { return c.ID() == "processes-and-threads" })
	p.goTo(at)
	p.click("a term", `[...`+cell(at)+`?.querySelectorAll('a') ?? []].find(a => a.textContent === 'mutex')`)
	const heading = `[...document.querySelectorAll('.jp-MarkdownViewer h2')].find(h => h.textContent.startsWith('mutex'))`
	p.wait("the term is seen", `(r => r && r.top >= 0 && r.bottom <= innerHeight)(`+heading+`?.getBoundingClientRect())`, 15*time.Second)
}
