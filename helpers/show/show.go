// Package show prints the results of the cells in every notebook, their own and those of other helpers.
//
// A result is always printed as text. When the program runs as a notebook's cell, a figure also appears as a picture with its text
// alternative and with its data as a table. The picture is an image of its own inside the page: it needs no script and no network, and
// it shows in a notebook that is not trusted and on paper.
//
// Text may hold any characters: what is special in HTML or SVG is escaped. The functions may be called from several goroutines; each
// call prints its result in one piece.
package show

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/multithreading/helpers/show/pipe"
)

// A Figure is a picture with everything that stands for it where the picture cannot be seen.
type Figure struct {
	Caption string     // one line that says what to look at
	Alt     string     // what the picture shows, in words; empty means the Caption
	SVG     string     // the picture, a whole <svg> document with its own background; empty means no picture
	Header  []string   // the names of the columns of the data
	Rows    [][]string // the data; the first cell of a row names the row
}

// Show prints the caption, in lines of at most 100 characters, and the data as an aligned table. In a notebook it then displays the picture, the caption and, folded under
// it, the data as a table. What was printed before stands above the picture, what is printed after stands below it.
//
// Show waits for the notebook to take the picture, usually under 10 ms and never more than about 15 s: when the notebook is gone,
// Show says so in one line, and the figures after it are text only.
func (f Figure) Show() {
	emit(f.String(), f.HTML())
}

// String is the text that Show prints.
func (f Figure) String() string { return broken(f.Caption) + "\n" + textTable(f.Header, f.Rows) }

// Table prints the caption and the rows as a table of text, columns aligned, in a notebook too. A column whose cells all begin with a
// digit or a sign, and are no "14: words", is aligned on the right. Rows may differ in length; a table with no rows prints "(no data)".
func Table(caption string, header []string, rows [][]string) {
	emit(Figure{Caption: caption, Header: header, Rows: rows}.String(), "")
}

// HTML displays html below what has been printed so far when the program runs as a notebook's cell, and does nothing elsewhere. It
// escapes nothing. It waits as [Figure.Show] does.
func HTML(html string) {
	emit("", html)
}

// InNotebook reports whether the program runs as a notebook's cell.
func InNotebook() bool {
	return pipe.Here()
}

// emit prints text and, in a notebook, displays html below it.
func emit(text, html string) {
	output.Lock()
	defer output.Unlock()
	if html == "" || !InNotebook() {
		fmt.Fprint(os.Stdout, text)
		return
	}
	// The kernel reads a piece of text, passes it on, and only then reads the next piece. So the last newline goes by itself: once it
	// has been read, all before it has been passed on, and the picture cannot overtake it.
	if body, ok := strings.CutSuffix(text, "\n"); ok {
		fmt.Fprint(os.Stdout, body)
		waitUntilRead(os.Stdout)
		fmt.Fprintln(os.Stdout)
		waitUntilRead(os.Stdout)
	} else {
		fmt.Fprint(os.Stdout, text)
		waitUntilRead(os.Stdout)
		time.Sleep(2 * time.Millisecond) // there is no newline of ours to hold back; passing text on takes the kernel under 1 ms
	}
	display(html)
}

// HTML is what Show displays in a notebook, or "" where there is no picture.
func (f Figure) HTML() string {
	if f.SVG == "" {
		return ""
	}
	alt := f.Alt
	if alt == "" {
		alt = f.Caption
	}
	var b strings.Builder
	// An <img> with its data inside shows in a notebook that is not trusted; an <svg> element in the page would not.
	fmt.Fprintf(&b, `<figure style="margin: 0.5em 0"><img alt="%s" src="data:image/svg+xml;base64,%s" style="max-width: 100%%; height: auto">`,
		escape(alt), base64.StdEncoding.EncodeToString([]byte(f.SVG)))
	fmt.Fprintf(&b, "<figcaption>%s</figcaption></figure>\n", escape(f.Caption))
	b.WriteString("<details><summary>The picture's data as a table</summary>\n<table>\n<thead><tr>")
	for _, name := range f.Header {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, escape(name))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range f.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(&b, `<th scope="row">%s</th>`, escape(cell))
			} else {
				fmt.Fprintf(&b, "<td>%s</td>", escape(cell))
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table></details>\n")
	return b.String()
}

// textTable returns the rows under their header, columns aligned, one line a row.
func textTable(header []string, rows [][]string) string {
	if len(rows) == 0 {
		return "(no data)\n"
	}
	lines := rows
	if len(header) > 0 {
		lines = append([][]string{header}, rows...)
	}
	var width []int
	var right []bool
	for i, line := range lines {
		for col, cell := range line {
			if col == len(width) {
				width, right = append(width, 0), append(right, true)
			}
			width[col] = max(width[col], utf8.RuneCountInString(oneLine(cell)))
			isHeader := i == 0 && len(header) > 0
			number := cell == "" || strings.ContainsRune("0123456789+-−", []rune(cell)[0]) && !strings.Contains(cell, ": ")
			right[col] = right[col] && (isHeader || number)
		}
	}
	var b strings.Builder
	for _, line := range lines {
		var text strings.Builder
		for col, cell := range line {
			if col > 0 {
				text.WriteString("  ")
			}
			cell = oneLine(cell)
			pad := strings.Repeat(" ", width[col]-utf8.RuneCountInString(cell))
			if right[col] {
				text.WriteString(pad + cell)
			} else {
				text.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
	return b.String()
}

// oneLine returns s without line breaks and tabs, which would break a table's columns.
func oneLine(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(s)
}

// broken returns a caption of more than 100 characters, which neither JupyterLab beside its list of files nor paper has room for, in lines
// that end with a sentence; where none ends, at another sign, or else between two words.
func broken(caption string) string {
	const room = 100
	var b strings.Builder
	for {
		start := []rune(caption)
		if len(start) <= room {
			return b.String() + caption
		}
		line := string(start[:room+1]) // the space after a line of full length
		end := strings.LastIndex(line, ". ")
		if end < 0 {
			end = max(strings.LastIndex(line, ", "), strings.LastIndex(line, "; "), strings.LastIndex(line, ": "))
		}
		if end < 0 {
			end = strings.LastIndex(line, " ") - 1
		}
		if end < 0 {
			return b.String() + caption // one endless word
		}
		b.WriteString(caption[:end+1] + "\n")
		caption = caption[end+2:]
	}
}

// escape returns s as text for HTML and for SVG. A character that XML forbids, even escaped, would make the whole picture unreadable,
// so it becomes the replacement character.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return utf8.RuneError
		}
		return r
	}, s)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}
