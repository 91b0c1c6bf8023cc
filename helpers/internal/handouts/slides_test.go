package handouts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
)

// The slides of the lesson are one file, which asks for nothing else: a press of Space goes on, and a
// cell's output comes after its code.
func TestSlides(t *testing.T) {
	notebook.NeedsKernel(t)
	if _, err := exec.LookPath("npm"); err != nil {
		notebook.LeftOut(t, "no npm, which gets reveal.js: install it (Debian: apt install npm)")
	}
	reveal, err := Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	html, err := Slides(t.Context(), notebook.Paths()[0], reveal)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "slides.html")
	if err := os.WriteFile(file, html, 0o644); err != nil {
		t.Fatal(err)
	}
	p := openTab(t)
	p.do(chromedp.Navigate("file://"+file), chromedp.WaitVisible(".reveal.ready section.present"))
	nb, err := notebook.Read(notebook.Paths()[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := ask[int](p, `document.querySelectorAll(".slides > section").length`); n != len(nb.Cells()) {
		t.Errorf("%d slides of %d cells", n, len(nb.Cells()))
	}
	ask[bool](p, `location.hash = "#cell-id=two-workers", new Promise(done => requestAnimationFrame(() => done(true)))`)
	seen := func() string {
		return ask[string](p, `(() => { const now = document.querySelector("section.present"), out = now.querySelector(".output");
			return now.querySelector(".cell").id + " " + (out ? getComputedStyle(out).visibility : "") })()`)
	}
	if now := seen(); now != "cell-id=two-workers hidden" {
		t.Errorf("at first: %s", now)
	}
	for _, want := range []string{"cell-id=two-workers visible", "cell-id=predict-seconds-seen visible", "cell-id=two-workers-seen "} {
		p.do(chromedp.KeyEvent(" "))
		if now := seen(); now != want {
			t.Errorf("after Space: %q, not %q", now, want)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.asked {
		if !strings.HasPrefix(address, "file://"+file) {
			t.Errorf("it asks for %s", address)
		}
	}
}
