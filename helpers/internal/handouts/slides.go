package handouts

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/npm"
)

//go:embed slides.css
var slidesStyle string

// Slides makes slides of a notebook: one file, which loads nothing. The cells are those of its page;
// a text cell is a slide, and so is a code cell, whose output comes with the next press: the class
// predicts before it sees. reveal is the folder of the npm package reveal.js ([Reveal] gets it).
func Slides(ctx context.Context, path, reveal string) ([]byte, error) {
	nb, err := notebook.Read(path)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "slides-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p := &page{name: strings.TrimSuffix(filepath.Base(path), ".ipynb"), path: path, nb: nb}
	if _, err := convert(ctx, filepath.Join(dir, "converted"), []*page{p}); err != nil {
		return nil, err
	}
	document, err := goquery.NewDocumentFromReader(bytes.NewReader(p.html))
	if err != nil {
		return nil, err
	}
	distinctHeadings(document)
	nameHeaders(document)
	if err := embedPictures(document, path); err != nil {
		return nil, err
	}
	edition{pages: []*page{p}}.link(document, p, map[string]*goquery.Document{p.name: document})

	document.Find("title").SetText(title(nb))
	document.Find(".skip, footer").Remove()
	main := document.Find("main")
	main.Find(".cell").Each(func(_ int, cell *goquery.Selection) {
		cell.WrapHtml("<section></section>")
		if !strings.HasPrefix(cell.AttrOr("id", ""), "cell-id=predict-") {
			cell.Find(".output").AddClass("fragment")
		}
	})
	main.WrapInnerHtml(`<div class="reveal"><div class="slides"></div></div>`)
	style, err := os.ReadFile(filepath.Join(reveal, "dist", "reveal.css"))
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(filepath.Join(reveal, "dist", "reveal.js"))
	if err != nil {
		return nil, err
	}
	document.Find("head").AppendHtml("<style>" + string(style) + slidesStyle + "</style>")
	document.Find("body").AppendHtml("<script>" + strings.ReplaceAll(string(script), "</script", `<\/script`) + "</script><script>" + begin + "</script>")
	text, err := document.Html()
	return []byte(text + "\n"), err
}

// No scaling: a slide that is longer than the screen scrolls by itself.
const begin = `Reveal.initialize({width: "100%", height: "100%", margin: 0, center: false, hash: true, transition: "none", slideNumber: "c/t"})`

// Reveal gets reveal.js with npm, as its lock beside this file pins it, and returns its folder below
// .venv. It asks for the network once.
func Reveal(ctx context.Context) (string, error) {
	modules, err := npm.Packages(ctx, "helpers/internal/handouts/reveal", "slides")
	if err != nil {
		return "", fmt.Errorf("reveal.js, which shows the slides: %w", err)
	}
	return filepath.Join(modules, "reveal.js"), nil
}
