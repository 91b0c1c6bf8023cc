package handouts

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	xhtml "golang.org/x/net/html"

	"example.com/multithreading/helpers/internal/notebook"
)

// What follows makes of a page what is printed. Paper does not unfold, scroll, run or lead
// anywhere: what is folded is answered at the end, by number and page; a stepper is a grid to fill
// in; a link says the page.

//go:embed paper.css
var paperStyle string

const (
	paperWidth = 660  // of a picture, in CSS pixels, on the narrower paper
	paperHigh  = 890  // of one, on the lower paper, with room for its caption; paper.css has it too
	leastPoint = 6.6  // no letter is smaller
	gridRows   = 12   // of a stepper, at most: a row may hold several steps
	keepLines  = 3    // of a block never stand alone on a page
	wholeLines = 9    // a block of so many lines stays whole
	pointPixel = 0.75 // a CSS pixel in points
)

// paper makes the printed form of a page, whose finished form for the screen is screen.
func (e edition) paper(p *page, screen *goquery.Document, course string) *goquery.Document {
	d := goquery.CloneDocument(screen)
	title := d.Find("main h1").First().Text()
	d.Find("script, button, input, .skip, .here, .result, .elsewhere, nav, body > header").Remove()
	if p != e.index {
		d.Find("main").PrependHtml(nameLine(e.teacher))
	}
	picturesOnPaper(d)
	e.steppersOnPaper(d)
	if !e.teacher {
		lineForPredictions(d, p.nb)
	}
	e.answersOnPaper(d)
	linksOnPaper(d, p.name)
	for _, pre := range d.Find("main pre").Nodes {
		markLines(pre)
	}
	d.Find("[tabindex]").RemoveAttr("tabindex")
	day, _ := recordedOn(p.nb)
	if day == "" {
		day, _ = recordedOn(e.index.nb)
	}
	head := title
	if number := numberOf(p.name); number != "" {
		head = number + " " + title
	}
	if e.teacher {
		head += " (teacher’s edition)"
	}
	d.Find("head").AppendHtml("<style>" + paperStyle + fmt.Sprintf(
		"@page { @top-left { content: %s; } @top-center { content: %s; } @top-right { content: %s; } }",
		quoted(course), quoted(head), quoted(day)) +
		"</style>")
	return d
}

func nameLine(teacher bool) string {
	if teacher {
		return ""
	}
	return `<p class="write">Name<span></span>Date<span class="short"></span></p>`
}

// quoted is a text as a string of CSS.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "<", `\3c `, "\n", " ").Replace(text) + `"`
}

// recordedOn is the day of the run that a notebook's outputs come from.
func recordedOn(nb *notebook.Notebook) (string, bool) {
	recorded, _ := nb.Metadata()["recorded"].(map[string]any)
	day, ok := recorded["date"].(string)
	return day, ok
}

// numberOf is the number that a notebook's name begins with, "" where it has none.
func numberOf(name string) string {
	number, _, _ := strings.Cut(name, "-")
	if _, err := strconv.Atoi(number); err != nil {
		return ""
	}
	return number
}

const dataTable = "data as a table"

// picturesOnPaper leaves out what says the same as a picture: the table of its data, and the lines
// that a terminal shows in its place. Only where the picture's letters would be too small the table
// stands there instead of it.
func picturesOnPaper(d *goquery.Document) {
	d.Find("main details.same > .output").Remove() // the same program in Python prints what Go has printed
	d.Find("main details").FilterFunction(func(_ int, fold *goquery.Selection) bool {
		return strings.Contains(fold.ChildrenFiltered("summary").Text(), dataTable)
	}).Each(func(_ int, fold *goquery.Selection) {
		table := fold.Find("table").First()
		figure := fold.Prev()
		picture := figure.Find("img").First()
		if printed := figure.Parent().Prev(); printed.Is("pre") && figure.Is("figure") {
			withoutDouble(printed, table, figure.Find("figcaption").Text())
		}
		if picture.Length() > 0 && !legible(picture) {
			picture.ReplaceWithSelection(table.AddClass("instead"))
		}
		fold.Remove()
	})
	d.Find("main img").Each(func(_ int, picture *goquery.Selection) { legible(picture) })
}

const svgBase64 = "data:image/svg+xml;base64,"

var (
	svgSize = regexp.MustCompile(`viewBox="0 0 ([\d.]+) ([\d.]+)"`)
	svgFont = regexp.MustCompile(`font-size="([\d.]+)"`)
)

// legible makes the small letters of a picture large enough for paper. It reports whether that
// could be done: most of them must be large enough as they are.
func legible(picture *goquery.Selection) bool {
	text, ok := strings.CutPrefix(picture.AttrOr("src", ""), svgBase64)
	if !ok {
		return true
	}
	svg, err := base64.StdEncoding.DecodeString(text)
	size := svgSize.FindSubmatch(svg)
	if err != nil || size == nil {
		return true
	}
	w, _ := strconv.ParseFloat(string(size[1]), 64)
	h, _ := strconv.ParseFloat(string(size[2]), 64)
	least := leastPoint / pointPixel * max(1, w/paperWidth, h/paperHigh)
	first := svgFont.FindSubmatch(svg)
	if first == nil {
		return true
	}
	if usual, _ := strconv.ParseFloat(string(first[1]), 64); usual < least {
		return false
	}
	svg = svgFont.ReplaceAllFunc(svg, func(size []byte) []byte {
		if n, _ := strconv.ParseFloat(string(svgFont.FindSubmatch(size)[1]), 64); n < least {
			return fmt.Appendf(nil, `font-size="%.1f"`, least)
		}
		return size
	})
	picture.SetAttr("src", svgBase64+base64.StdEncoding.EncodeToString(svg))
	return true
}

// withoutDouble takes the lines out of printed text that have the rows of a table, with the head
// and the caption above them.
func withoutDouble(printed, table *goquery.Selection, caption string) {
	if printed.Children().Length() > 0 { // colours: a program's own
		return
	}
	words := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	caption = words(caption)
	plain := func(_ int, cell *goquery.Selection) string { return words(cell.Text()) }
	head := words(strings.Join(table.Find("thead tr").Children().Map(plain), " "))
	rows := table.Find("tbody tr > :first-child").Map(plain)
	lines := strings.Split(strings.TrimRight(printed.Text(), "\n"), "\n")
	for from := 1; from+len(rows) <= len(lines) && len(rows) > 0; from++ {
		same := true
		for i, row := range rows {
			same = same && strings.HasPrefix(words(lines[from+i]), row)
		}
		above := from
		for above > 0 {
			line := words(lines[above-1])
			if line == "" || line != head && !strings.Contains(caption, line) {
				break
			}
			above--
		}
		if !same || above == from {
			continue
		}
		lines = slices.Delete(lines, above, from+len(rows))
		text := strings.TrimSpace(strings.Join(lines, "\n"))
		if text == "" {
			printed.Remove()
		} else {
			printed.SetText(text + "\n")
		}
		return
	}
}

// steppersOnPaper makes a grid of each stepper, to fill in by hand. Its solution goes to the
// answers; in the teacher's edition it stands in the place of the grid.
func (e edition) steppersOnPaper(d *goquery.Document) {
	d.Find("main [data-stepper]").Each(func(_ int, stepper *goquery.Selection) {
		if e.teacher {
			return
		}
		solution := stepper.Children().Slice(1, goquery.ToEnd)
		rows := gridRows
		if n := solution.Find("tbody tr").Length(); n > 0 {
			rows = min(n, gridRows)
		}
		var grid strings.Builder
		grid.WriteString(`<table class="grid"><thead><tr><th scope="col">step</th><th scope="col">who</th>` +
			`<th scope="col">does</th><th scope="col">memory after it</th></tr></thead><tbody>`)
		for i := range rows {
			fmt.Fprintf(&grid, `<tr><th scope="row">%d</th><td></td><td></td><td></td></tr>`, i+1)
		}
		grid.WriteString(`</tbody></table><details><summary>Solution</summary></details>`)
		stepper.Children().First().AfterHtml(grid.String())
		stepper.ChildrenFiltered("details").First().AppendSelection(solution)
	})
}

// lineForPredictions gives each cell that asks for a prediction a line to write on, in the place of
// what it printed: how to answer in JupyterLab.
func lineForPredictions(d *goquery.Document, nb *notebook.Notebook) {
	for _, cell := range nb.Code() {
		if questions := len(predicts.FindAllString(cell.Source(), -1)); questions > 0 {
			at := find(d, cell)
			at.Find(".output").Remove()
			at.AppendHtml(strings.Repeat(`<p class="write">My prediction<span></span></p>`, questions))
		}
	}
}

// answersOnPaper moves what is folded to the end, and says at both places where the other is. In
// the teacher's edition all stands where it is, open.
func (e edition) answersOnPaper(d *goquery.Document) {
	folds := d.Find("main details")
	if e.teacher {
		folds.Each(func(_ int, fold *goquery.Selection) {
			fold.ChildrenFiltered("summary").Nodes[0].Data = "p"
			fold.ChildrenFiltered("p").First().AddClass("opened")
			fold.Nodes[0].Data = "div"
		})
		return
	}
	// What is folded inside something folded is answered with it, but for a stepper's grid, which is
	// to be filled in where it stands.
	folds.Each(func(_ int, fold *goquery.Selection) {
		if grid := fold.Find("[data-stepper]"); grid.Length() > 0 {
			solution := grid.ChildrenFiltered("details")
			solution.ChildrenFiltered("summary").Remove()
			grid.AfterSelection(solution.Contents())
			solution.Remove()
			fold.BeforeSelection(grid)
		}
	})
	var answers []*goquery.Selection
	d.Find("main details").Each(func(_ int, fold *goquery.Selection) {
		if fold.ParentsFiltered("details").Length() == 0 {
			answers = append(answers, fold)
		}
	})
	if len(answers) == 0 {
		return
	}
	d.Find("main").AppendHtml(`<section class="answers"><h2>Answers</h2></section>`)
	list := d.Find("main > .answers")
	for i, fold := range answers {
		summary := fold.ChildrenFiltered("summary")
		what, _, _ := strings.Cut(summary.Text(), ":")
		summary.Remove()
		later := fmt.Sprintf(`<p class="later" id="asked-%[1]d">%[3]s: %[1]d, p. %[2]s</p>`,
			i+1, number(fmt.Sprint("#answer-", i+1)), xhtml.EscapeString(what))
		if what == "Answer" { // to a question, which stands above it
			later = strings.Replace(strings.Replace(later, `"later"`, `"later write"`, 1), "</p>", "<span></span></p>", 1)
		}
		fold.BeforeHtml(later)
		list.AppendHtml(fmt.Sprintf(`<div class="one" id="answer-%[1]d">`+
			`<p class="of"><strong>%[1]d</strong> %[3]s (p. %[2]s)</p></div>`,
			i+1, number(fmt.Sprint("#asked-", i+1)), xhtml.EscapeString(what)))
		list.Children().Last().AppendSelection(fold.Contents())
		fold.Remove()
	}
}

// number is the place for the number of the page on which something is: "page#id", or "#id" of the
// same page. It is filled in when all pages are printed once, and as wide as any number.
func number(at string) string {
	return fmt.Sprintf(`<span class="at" data-at="%s">00</span>`, xhtml.EscapeString(at))
}

// linksOnPaper says where links lead to. Words of the glossary stand in it by the alphabet, so they
// need no page.
func linksOnPaper(d *goquery.Document, name string) {
	d.Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		if strings.Contains(href, "://") {
			if strings.Contains(href, strings.TrimSpace(a.Text())) && a.Text() != "" {
				a.AddClass("bare")
			}
			return
		}
		file, id, _ := strings.Cut(href, "#")
		to := strings.TrimSuffix(file, ".html")
		if to == "glossary" || to == "" && name == "glossary" {
			a.ReplaceWithSelection(a.Contents())
			return
		}
		where := ""
		switch {
		case to == "" && id != "":
			where = " (p. " + number("#"+id) + ")"
		case to != "" && id == "":
			where = " (→ " + numberOr(to) + ")"
		case to != "":
			where = " (→ " + numberOr(to) + ", p. " + number(to+"#"+id) + ")"
		}
		if to != "" && id == "" && strings.HasPrefix(strings.TrimSpace(a.Text()), numberOr(to)) {
			where = "" // its text says it
		}
		a.AfterHtml(where)
		if to == "" {
			return // leads there in the PDF too
		}
		a.ReplaceWithSelection(a.Contents())
	})
}

// numberOr is a notebook's number, or else its name.
func numberOr(name string) string {
	if n := numberOf(name); n != "" {
		return n
	}
	return name
}

// markLines makes each line of a block an element of its own, so that the style sheet can mark where
// one goes on, and keeps a block's first and last lines together.
func markLines(pre *xhtml.Node) {
	lines := linesOf(pre)
	empty := func(n *xhtml.Node) bool { return strings.TrimSpace(goquery.NewDocumentFromNode(n).Text()) == "" }
	for len(lines) > 1 && empty(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	for pre.FirstChild != nil {
		pre.RemoveChild(pre.FirstChild)
	}
	for len(lines) > 0 {
		n := 1
		switch {
		case len(lines) <= wholeLines && pre.FirstChild == nil:
			n = len(lines)
		case pre.FirstChild == nil || len(lines) <= keepLines:
			n = min(keepLines, len(lines))
		}
		together := span("together")
		for _, line := range lines[:n] {
			if line.FirstChild == nil {
				line.AppendChild(&xhtml.Node{Type: xhtml.TextNode, Data: "\u200b"}) // an empty line has its height
			}
			together.AppendChild(line)
		}
		pre.AppendChild(together)
		lines = lines[n:]
	}
}

func span(class string) *xhtml.Node {
	return &xhtml.Node{Type: xhtml.ElementNode, Data: "span", Attr: []xhtml.Attribute{{Key: "class", Val: class}}}
}

// linesOf copies what is in a block, line by line. An element that goes on over the end of a line is in each
// of its lines.
func linesOf(pre *xhtml.Node) []*xhtml.Node {
	lines := []*xhtml.Node{span("line")}
	at := lines[0]         // where the next copy goes
	var open []*xhtml.Node // the elements that at stands in, outermost first
	enter := func(n *xhtml.Node) {
		inner := &xhtml.Node{Type: n.Type, Data: n.Data, DataAtom: n.DataAtom, Attr: slices.Clone(n.Attr)}
		at.AppendChild(inner)
		at = inner
	}
	var copyIn func(n *xhtml.Node)
	copyIn = func(n *xhtml.Node) {
		if n.Type != xhtml.TextNode {
			enter(n)
			open = append(open, n)
			for c := range n.ChildNodes() {
				copyIn(c)
			}
			open = open[:len(open)-1]
			at = at.Parent
			return
		}
		for i, text := range strings.Split(n.Data, "\n") {
			if i > 0 {
				at = span("line")
				lines = append(lines, at)
				for _, o := range open {
					enter(o)
				}
			}
			if text != "" {
				at.AppendChild(&xhtml.Node{Type: xhtml.TextNode, Data: text})
			}
		}
	}
	for c := range pre.ChildNodes() {
		copyIn(c)
	}
	return lines
}
