// Package show shows the results of the cells in every notebook, their own and those of other helpers.
//
// A result is one output in several forms. A notebook and a page show its picture, with the caption
// below it and its data folded under that, or where there is no picture its data as a table. A
// terminal has its text. The picture follows the theme around it; it needs no script and no network,
// and it shows in a notebook that is not trusted and on paper. A screen reader has the picture's text
// alternative and the table.
//
// Text may hold any characters: what is special in HTML or SVG is escaped. The functions may be called
// from several goroutines; each call shows its result in one piece.
package show

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/show/pipe"
)

// Show shows the figure: in a notebook as one output that has the forms HTML and String, elsewhere
// as text. What was printed before stands above it, what is printed after stands below it.
//
// Show waits for the notebook to take the figure, usually under 10 ms and never more than about 15 s:
// when the notebook is gone, Show says so in one line, and all figures are text.
func (f Figure) Show() { Both(f.HTML(), f.String()) }

// Both shows one output in two forms, as [Figure.Show] does: html in a notebook and a page, text
// elsewhere. It escapes nothing.
func Both(html, text string) {
	emit(text, pipe.Form{MIME: "text/html", Text: html}, pipe.Form{MIME: "text/plain", Text: text})
}

// HTML shows html in a notebook, and nothing elsewhere. It escapes nothing.
func HTML(html string) {
	if html != "" {
		emit("", pipe.Form{MIME: "text/html", Text: html})
	}
}

// InNotebook reports whether the program runs as a notebook's cell.
func InNotebook() bool {
	return pipe.Here()
}

// emit displays something in a notebook that answers, and prints text elsewhere.
func emit(text string, forms ...pipe.Form) {
	output.Lock()
	defer output.Unlock()
	if len(forms) == 0 || !InNotebook() || !display(forms) {
		fmt.Fprint(os.Stdout, text)
	}
}

// HTML is what a notebook and a page show. It is XML, too.
func (f Figure) HTML() string {
	caption := ""
	if f.Caption != "" {
		caption = "<figcaption>" + canvas.Escape(f.Caption) + "</figcaption>"
	}
	if f.SVG == "" {
		return fmt.Sprintf("<figure style=\"margin: 0.5em 0\">%s%s</figure>\n", caption, f.table())
	}
	alt := f.Alt
	if alt == "" {
		alt = f.Caption
	}
	var width float64
	_, size, _ := strings.Cut(f.SVG, ` viewBox="0 0 `)
	fmt.Sscan(size, &width) // a picture without its size may become as small as it must
	// An <img> with its data inside shows in a notebook that is not trusted; an <svg> element in the
	// page would not. What is too wide for a screen scrolls by itself, by keyboard too.
	return fmt.Sprintf(`<figure style="margin: 0.5em 0">`+
		`<div class="wide" tabindex="0" role="group" aria-label="Picture" style="overflow-x: auto">`+
		`<img alt="%s" src="data:image/svg+xml;base64,%s" `+
		`style="max-width: 100%%; min-width: %.0fpx; height: auto"/></div>%s</figure>`+
		"\n<details><summary>The picture's data as a table</summary>\n%s</details>\n",
		canvas.Escape(alt), base64.StdEncoding.EncodeToString([]byte(f.SVG)), width*canvas.Smallest, caption, f.table())
}

// table is the data in HTML, with columns aligned as in the text.
func (f Figure) table() string {
	if len(f.Rows) == 0 {
		return "<p>(no data)</p>\n"
	}
	right := numeric(f.Rows)
	var b strings.Builder
	cell := func(element, scope string, col int, text string) {
		align := ""
		switch {
		case text == "":
		case col < len(right) && right[col]:
			align = ` style="text-align:right"`
		default:
			align = ` style="text-align:left"` // JupyterLab has all cells on the right
		}
		fmt.Fprintf(&b, "<%s%s%s>%s</%[1]s>", element, scope, align, canvas.Escape(text))
	}
	b.WriteString("<table>\n")
	if len(f.Header) > 0 {
		b.WriteString("<thead><tr>")
		for col, name := range f.Header {
			cell("th", ` scope="col"`, col, name)
		}
		b.WriteString("</tr></thead>\n")
	}
	b.WriteString("<tbody>\n")
	for _, row := range f.Rows {
		b.WriteString("<tr>")
		for col, text := range row {
			if col == 0 {
				cell("th", ` scope="row"`, col, text)
			} else {
				cell("td", "", col, text)
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
	return b.String()
}
