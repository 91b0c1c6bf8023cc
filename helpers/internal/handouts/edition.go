package handouts

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/notebook"
	enliven "example.com/multithreading/helpers/internal/page"
)

// An edition is a folder of pages that lead to each other.
type edition struct {
	dir     string
	index   *page
	pages   []*page
	teacher bool           // answers stand open
	single  bool           // each page has the engine in it
	lively  *enliven.Pages // what makes cells run in the pages; nil: they do not
}

// documents makes the edition's pages, by name.
func (e edition) documents() (map[string]*goquery.Document, error) {
	documents := map[string]*goquery.Document{}
	for _, p := range append([]*page{e.index}, e.pages...) {
		document, err := goquery.NewDocumentFromReader(bytes.NewReader(p.html))
		if err != nil {
			return nil, err
		}
		documents[p.name] = document
		distinctHeadings(document)
	}
	// Links last: they lead to headings of other pages.
	for _, p := range append([]*page{e.index}, e.pages...) {
		document := documents[p.name]
		foldAnswers(document, p.nb)
		if e.teacher {
			document.Find("main .text details, main details.answer").SetAttr("open", "")
		}
		tellSolutions(document, p.nb)
		nameHeaders(document)
		alignColumns(document)
		makeWide(document)
		if document.Find("div[data-prediction]").Length() > 0 {
			document.Find("body").AppendHtml(answers)
		}
		if e.lively != nil {
			e.lively.Enliven(document, p.name, p.nb, func(c notebook.Cell) *goquery.Selection { return find(document, c) })
		}
		foldCode(document, p.nb)
		if err := embedPictures(document, p.path); err != nil {
			return nil, err
		}
		e.link(document, p, documents)
		if err := e.furnish(p, documents); err != nil {
			return nil, err
		}
	}
	return documents, nil
}

// distinctHeadings gives headings of the same text ids of their own.
func distinctHeadings(document *goquery.Document) {
	seen := map[string]int{}
	document.Find("main h1[id], main h2[id], main h3[id], main h4[id], main h5[id], main h6[id]").Each(func(_ int, h *goquery.Selection) {
		id := h.AttrOr("id", "")
		if seen[id]++; seen[id] > 1 {
			h.SetAttr("id", fmt.Sprintf("%s-%d", id, seen[id]))
		}
	})
}

// foldAnswers folds what answers a prediction: the output of the next cell and, as it says the same in words, the first paragraph after
// it. A text that explains a cell has an id that ends in seen or why.
func foldAnswers(document *goquery.Document, nb *notebook.Notebook) {
	asked := false
	cells := nb.Cells()
	for i, cell := range cells {
		if cell.Kind() != "code" {
			continue
		}
		if predicts.MatchString(cell.Source()) {
			asked = true
			continue
		}
		asked = asked || strings.Contains(cell.Source(), "predict.Answer{")
		output := find(document, cell).ChildrenFiltered(".output")
		if !asked || output.Length() == 0 {
			asked = false
			continue
		}
		asked = false
		output.BeforeHtml(`<details class="answer"><summary>What it printed: predict first, then open</summary></details>`)
		fold := output.Prev()
		fold.AppendSelection(output)
		if i+1 < len(cells) && explains.MatchString(cells[i+1].ID()) {
			first := find(document, cells[i+1]).Children().First()
			if first.Is("p") && !first.Children().First().Is("strong") {
				fold.AppendSelection(first)
			}
		}
	}
}

var predicts = regexp.MustCompile(`\bpredict\.(Ask|Number)\(`)

var explains = regexp.MustCompile(`-(seen|why)$`)

// foldCode folds the cells whose source is closed in JupyterLab, too: the same program in Python.
func foldCode(document *goquery.Document, nb *notebook.Notebook) {
	for _, cell := range nb.Code() {
		if cell.Folded() {
			place := find(document, cell)
			code := place.Contents()
			place.PrependHtml(`<details class="same"><summary>The same in Python</summary></details>`)
			place.ChildrenFiltered("details").AppendSelection(code)
		}
	}
}

// find is the element of a cell.
func find(document *goquery.Document, cell notebook.Cell) *goquery.Selection {
	return document.Find(fmt.Sprintf(`main > .cell[id="cell-id=%s"]`, cell.ID()))
}

// tellSolutions tells the solutions in the teacher's edition apart from the cells that students are given.
func tellSolutions(document *goquery.Document, nb *notebook.Notebook) {
	cells := nb.Cells()
	for i, cell := range cells {
		solution := func(i int) bool {
			return i < len(cells) && cells[i].Kind() == "code" && cells[i].Tagged(notebook.SolutionTag)
		}
		switch {
		case solution(i):
			find(document, cell).AddClass("solution").PrependHtml(`<p class="kind">Solution: only in this edition</p>`)
		case cell.Tagged(notebook.SolutionTag):
			find(document, cell).AddClass("solution")
		case cell.Kind() == "code" && solution(i+1):
			find(document, cell).PrependHtml(`<p class="kind">Given to the students</p>`)
		}
	}
}

const phone = 40 // characters fit on a narrow phone

var columns = regexp.MustCompile(`\S {2,}\S| \|`)

// stops takes what does not scroll out of the order of Tab, and puts back what does.
const stops = `<script>{
const scrolls = new ResizeObserver((boxes) => boxes.forEach(({ target: box }) => {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute('tabindex');
}));
document.querySelectorAll('.wide').forEach((box) => scrolls.observe(box));
}</script>`

// answers shows what was asked as soon as there is a guess: nobody runs the next cell here. The
// guess and what is said of it are the scripts' of package predict, and stay in the browser.
const answers = `<script>
for (const box of document.querySelectorAll('div[data-prediction]')) {
  const status = box.querySelector('[role=status]');
  const answer = document.querySelector('p[data-prediction="' + CSS.escape(box.dataset.prediction) + '"]');
  if (!answer) continue;
  const follows = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const folds = [...document.querySelectorAll('details.answer')].filter((fold) => follows(box, fold) && !follows(answer, fold));
  const kept = 'Kept in this browser. ';
  if (status.textContent.startsWith(kept)) status.textContent = kept + 'What came out stands below, folded.';
  document.addEventListener('multithreading prediction ' + box.dataset.prediction, () => {
    folds.forEach((fold) => { fold.open = true; });
    if (status.textContent.startsWith(kept)) status.textContent = kept + answer.textContent + ' What was printed stands open below.';
  });
}
</script>`

// makeWide lets printed columns, tables and pictures that are too wide for a phone scroll by themselves, by keyboard too. Printed text
// without columns takes a new line where it must. Where they do not scroll, a script takes them out of the order of Tab.
func makeWide(document *goquery.Document) {
	document.Find(".output pre").Each(func(_ int, pre *goquery.Selection) {
		for line := range strings.Lines(pre.Text()) {
			if utf8.RuneCountInString(line) > phone && columns.MatchString(line) {
				pre.AddClass("wide").SetAttr("tabindex", "0").SetAttr("role", "group").SetAttr("aria-label", "Printed text")
				return
			}
		}
	})
	document.Find(".output figure > img").WrapHtml(`<div class="wide picture" tabindex="0" role="group" aria-label="Picture"></div>`)
	document.Find("main table").Each(func(_ int, table *goquery.Selection) {
		words := map[int]int{} // the longest word of each column
		table.Find("tr").Each(func(_ int, row *goquery.Selection) {
			row.Children().Each(func(column int, cell *goquery.Selection) {
				for _, word := range strings.Fields(cell.Text()) {
					words[column] = max(words[column], utf8.RuneCountInString(word))
				}
			})
		})
		width := 0
		for _, longest := range words {
			width += longest + 3
		}
		if width > phone {
			table.WrapHtml(`<div class="wide" tabindex="0" role="group" aria-label="Table"></div>`)
		}
	})
	if document.Find(".wide").Length() > 0 {
		document.Find("body").AppendHtml(stops)
	}
}

// nameHeaders says of the headers of a table in Markdown what they head: a column, or a row where the corner is empty. A header without
// text heads nothing, whoever wrote it.
func nameHeaders(document *goquery.Document) {
	document.Find("main .text table").Each(func(_ int, table *goquery.Selection) {
		if table.Find("thead th").SetAttr("scope", "col").First().Text() == "" {
			for _, cell := range table.Find("tbody td:first-child").SetAttr("scope", "row").Nodes {
				cell.Data = "th"
			}
		}
	})
	document.Find("main th").Each(func(_ int, header *goquery.Selection) {
		if strings.TrimSpace(header.Text()) == "" {
			header.ReplaceWithHtml("<td></td>")
		}
	})
}

// alignColumns says once, by a class, what each cell of a table says.
func alignColumns(document *goquery.Document) {
	document.Find(`main [style="text-align:left"]`).RemoveAttr("style") // as all are
	document.Find(`main [style="text-align:right"]`).RemoveAttr("style").AddClass("right")
}

// embedPictures puts the files of pictures in a text into the page.
func embedPictures(document *goquery.Document, path string) (err error) {
	document.Find("main .text img").Each(func(_ int, picture *goquery.Selection) {
		source, parseErr := url.Parse(picture.AttrOr("src", ""))
		if parseErr != nil || source.Scheme != "" {
			return
		}
		data, readErr := os.ReadFile(filepath.Join(filepath.Dir(path), filepath.FromSlash(source.Path)))
		if readErr != nil {
			err = fmt.Errorf("%s: a picture: %w", filepath.Base(path), readErr)
			return
		}
		kind := mime.TypeByExtension(filepath.Ext(source.Path))
		picture.SetAttr("src", "data:"+kind+";base64,"+base64.StdEncoding.EncodeToString(data))
	})
	return err
}

// link turns links to notebooks into links to their pages. What is no page of this edition cannot be opened from it: its name is enough.
func (e edition) link(document *goquery.Document, from *page, documents map[string]*goquery.Document) {
	document.Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
		target, err := url.Parse(a.AttrOr("href", ""))
		if err != nil || target.Scheme != "" || target.Host != "" {
			return
		}
		to := from
		if target.Path != "" {
			to = nil
			file := filepath.Join(filepath.Dir(from.path), filepath.FromSlash(target.Path))
			for _, p := range e.pages {
				if p.name+".html" == target.Path || p.path == file || p.inFor == file {
					to = p
				}
			}
		}
		if to == nil {
			name := strings.TrimLeft(target.Path, "./")
			text := a.Text()
			if text != name {
				text += " (" + name + ")"
			}
			a.ReplaceWithHtml(html.EscapeString(text))
			return
		}
		address := url.URL{Fragment: anchor(documents[to.name], target.Fragment)}
		if to != from {
			address.Path = to.name + ".html"
		}
		a.SetAttr("href", address.String())
	})
}

// anchor is the id that a link means: the very one, or that of a heading written in GitHub's way; "" where there is none.
func anchor(document *goquery.Document, fragment string) string {
	if fragment == "" {
		return ""
	}
	found := ""
	document.Find("main [id]").EachWithBreak(func(_ int, element *goquery.Selection) bool {
		id := element.AttrOr("id", "")
		if id == fragment || found == "" && github(id) == github(fragment) {
			found = id
		}
		return id != fragment
	})
	return found
}

func github(heading string) string {
	return regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(strings.ToLower(heading), "")
}

var header = template.Must(template.New("header").Parse(`
{{if or .Course .Teacher}}<header>
{{with .Course}}<nav aria-label="Course"><a href="index.html">{{.}}</a></nav>{{end}}
{{if .Teacher}}<strong>Teacher’s edition</strong>{{end}}
</header>{{end}}
{{if .Headings}}<nav class="contents" aria-labelledby="contents"><p id="contents">On this page</p>
<ul>{{range .Headings}}
<li><a href="{{.Href}}">{{.Text}}</a>{{if .Below}}<ul>{{range .Below}}<li><a href="{{.Href}}">{{.Text}}</a></li>{{end}}</ul>{{end}}</li>{{end}}
</ul></nav>{{end}}`))

var footer = template.Must(template.New("footer").Parse(`
{{if or .Former .Next}}<nav class="pages" aria-label="Pages">
{{with .Former}}<a rel="prev" href="{{.Href}}">← {{.Text}}</a>{{end}}
{{with .Next}}<a rel="next" href="{{.Href}}">{{.Text}} →</a>{{end}}
</nav>{{end}}`))

// A place is somewhere to go to.
type place struct {
	Href  template.URL // our own: a colon in a heading would else pass for a foreign scheme
	Text  string
	Below []place
}

// furnish adds what leads about: a header, the page's contents, the former and the next page.
func (e edition) furnish(p *page, documents map[string]*goquery.Document) error {
	document := documents[p.name]
	title := func(q *page) string { return documents[q.name].Find("main h1").First().Text() }
	all := struct {
		Course       string
		Teacher      bool
		Headings     []place
		Former, Next *place
	}{Teacher: e.teacher}
	document.Find("title").SetText(title(p))
	if p != e.index {
		all.Course = title(e.index)
		document.Find("title").SetText(title(p) + " – " + title(e.index))
		document.Find("main .text h2[id], main .text h3[id]").Each(func(_ int, h *goquery.Selection) {
			here := place{Href: template.URL((&url.URL{Fragment: h.AttrOr("id", "")}).String()), Text: h.Text()}
			if n := len(all.Headings); h.Is("h3") && n > 0 {
				all.Headings[n-1].Below = append(all.Headings[n-1].Below, here)
			} else {
				all.Headings = append(all.Headings, here)
			}
		})
	}
	if len(all.Headings) > 0 {
		document.Find("body").AddClass("has-contents")
	}
	at := slices.Index(e.pages, p) // -1 is the index
	if at > 0 {
		all.Former = &place{Href: template.URL(e.pages[at-1].name + ".html"), Text: title(e.pages[at-1])}
	}
	if at+1 < len(e.pages) {
		all.Next = &place{Href: template.URL(e.pages[at+1].name + ".html"), Text: title(e.pages[at+1])}
	}
	for _, piece := range []struct {
		of    *template.Template
		place func(html string)
	}{
		{header, func(html string) { document.Find("main").BeforeHtml(html) }},
		{footer, func(html string) { document.Find("footer").PrependHtml(html) }},
	} {
		var text strings.Builder
		if err := piece.of.Execute(&text, all); err != nil {
			return err
		}
		piece.place(text.String())
	}
	return nil
}
