package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/engine/load"
	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/page/cell"
)

//go:embed cells.js
var script string

// Pages makes pages run. It remembers which cells the engine takes, as cells come again.
type Pages struct {
	Engine string // the address of engine.js, as the pages see it
	Goroot fs.FS  // Go's sources, as [cell.Look] takes them
	looked *looked
}

// looked is what is known of cells, by their source.
type looked map[string]struct {
	call cell.Call
	err  error
}

// In gives the pages of another folder, from where engine.js has another address.
func (p Pages) In(engine string) Pages {
	return Pages{engine, p.Goroot, p.looked}
}

// New is for pages that stand beside engine.js.
func New(goroot fs.FS) Pages { return Pages{"engine.js", load.Keep(goroot), &looked{}} }

// Enliven gives the cells of a page that the engine takes what they need to run there, and says of
// the others why they do not. name is the page's, and find is the element of a cell. When all else
// of the page is done, [Secure] is to have it.
func (p Pages) Enliven(document *goquery.Document, name string, nb *notebook.Notebook, find func(notebook.Cell) *goquery.Selection) {
	lively := false
	for _, c := range nb.Cells() {
		if c.Kind() != "code" {
			continue
		}
		after := ""
		if place, err := p.place(c); err == nil && place == "" {
			continue
		} else if err != nil {
			after = fmt.Sprintf(`<p class="elsewhere">In JupyterLab only: %s</p>`, html.EscapeString(oneLine(err)))
		} else {
			after, lively = place, true
		}
		find(c).ChildrenFiltered(".input").AfterHtml(after)
	}
	if lively {
		document.Find("body").AppendHtml(fmt.Sprintf("<script data-engine=\"%s\" data-page=\"%s\">\n%s</script>",
			html.EscapeString(p.Engine), html.EscapeString(name), shipped(script)))
	}
}

// place is where a cell's buttons come, "" for a cell whose output is all there is. The error is why it has none.
func (p Pages) place(c notebook.Cell) (string, error) {
	if len(c.Needs()) > 0 {
		return "", errors.New("it needs what other cells declare")
	}
	look, known := (*p.looked)[c.Source()]
	if !known {
		look.call, look.err = cell.Look(p.Goroot, c.Source())
		(*p.looked)[c.Source()] = look
	}
	if look.err != nil {
		return "", look.err
	}
	if mark, ok := c.Metadata()["exercise"].(map[string]any); ok {
		name := html.EscapeString(fmt.Sprint(mark["name"]))
		return fmt.Sprintf(`<div class="here" data-do="check" data-exercise="%s"></div>`, name), nil
	}
	do := "run explore step"
	switch {
	case strings.Contains(c.Source(), "predict.Ask("):
		return "", nil // it asks in what it has printed
	case strings.Contains(c.Source(), "predict.Number("):
		do = "run" // with the guess that is written into it
	case look.call.Name == "Results":
		return "", nil
	case look.call.Follows():
		do = "run explore follow step"
	}
	return fmt.Sprintf(`<div class="here" data-do="%s"></div>`, do), nil
}

// helper is what is said of an import of the course's own that the engine has no model of.
var helper = regexp.MustCompile(`explore does not know package example\.com/multithreading/helpers/([\w/]+).*`)

// oneLine is the first fault.
func oneLine(err error) string {
	var faults load.Errors
	if errors.As(err, &faults) {
		err = faults[0]
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	text = helper.ReplaceAllString(text, "it calls the course's package $1, which runs on the real processor")
	return strings.TrimSuffix(text, ".") + "."
}

// Secure holds a finished page in which cells run to the scripts that are in it, and what those
// load: engine.js, its worker and the WebAssembly in it. Any other page stays as it is.
func Secure(page string) (string, error) {
	document, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil || document.Find("script[data-engine]").Length() == 0 {
		return page, err
	}
	secure := "default-src 'none'; img-src data:; style-src 'unsafe-inline'; worker-src blob:; base-uri 'none'; " +
		"form-action 'none'; script-src 'strict-dynamic' 'wasm-unsafe-eval'"
	seen := map[string]bool{}
	document.Find("script").Each(func(_ int, s *goquery.Selection) {
		sum := sha256.Sum256([]byte(s.Text()))
		hash := base64.StdEncoding.EncodeToString(sum[:])
		if !seen[hash] {
			secure += " 'sha256-" + hash + "'"
		}
		seen[hash] = true
	})
	if !policy.MatchString(page) {
		return "", errors.New("the page has no Content-Security-Policy that could be made stricter")
	}
	return policy.ReplaceAllString(page, `<meta http-equiv="Content-Security-Policy" content="`+secure+`">`), nil
}

var policy = regexp.MustCompile(`<meta [^>]*\bContent-Security-Policy\b[^>]*>`)
