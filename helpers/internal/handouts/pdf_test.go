package handouts

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

func TestPDF(t *testing.T) {
	order := course(t)
	browser.Start(t) // leaves the test out where there is none
	order.Notebooks, order.Teacher, order.PDF = order.Teacher[:1], nil, true
	names, files := files(t, order.write(t), ".pdf")
	want := []string{
		"90-sample-letter.pdf", "90-sample.pdf", "index-letter.pdf", "index.pdf", "teacher/90-sample-letter.pdf",
		"teacher/90-sample.pdf", "teacher/index-letter.pdf", "teacher/index.pdf",
	}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	for name, pdf := range files {
		if !strings.HasPrefix(pdf, "%PDF-") || strings.Contains(pdf, "file:///") {
			t.Errorf("%s is no PDF, or leads into the folder where it was made", name)
		}
	}
}

// poppler runs one of the programs that read a PDF.
func poppler(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).Output()
	if err != nil {
		t.Fatalf("%s %q: %v", program, args, err)
	}
	return out
}

// The students' edition on paper, measured. In it are the pages that were 233 in A4, 55 of them
// empty, and the levels of the scheduler.
func TestPaper(t *testing.T) {
	if testing.Short() {
		t.Skip("prints the whole course")
	}
	order := course(t)
	browser.Start(t) // leaves the test out where there is none
	if _, err := exec.LookPath("pdftotext"); err != nil {
		notebook.LeftOut(t, "no pdftotext, which measures what was printed: install it (Debian: apt install poppler-utils)")
	}
	order.PDF, order.onlyStudents = true, true
	order.Teacher = nil
	dir := order.write(t)
	names, pdfs := files(t, dir, ".pdf")
	most := map[string]int{"a4": 175, "letter": 190} // without the levels, each of which has a grid to fill in
	levels := map[string]int{"a4": 38, "letter": 40}
	blank, all := 0.0, 0
	for _, name := range names {
		paper := "a4"
		if strings.HasSuffix(name, "-letter.pdf") {
			paper = "letter"
		}
		found, err := places([]byte(pdfs[name]))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		t.Logf("%s: %d pages", name, found.count)
		if strings.HasPrefix(name, "08-") {
			if levels[paper] -= found.count; levels[paper] < 0 {
				t.Errorf("%s has %d pages, %d too many", name, found.count, -levels[paper])
			}
		} else {
			most[paper] -= found.count
		}
		if paper != "a4" {
			continue
		}
		text := poppler(t, "pdftotext", "-layout", file, "-")
		if n := bytes.Count(text, []byte("\f")); n != found.count {
			t.Errorf("%s: poppler sees %d pages, and places %d", name, n, found.count)
		}
		for _, page := range bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\f")), []byte("\f")) {
			if head, _, _ := strings.Cut(strings.TrimLeft(string(page), "\n"), "\n"); !onRunningHead.MatchString(head) {
				t.Errorf("%s: a page begins with %q, not with course, notebook and date", name, head)
			}
		}
		for _, never := range []string{".pdf)", "(glossary", "data as a table", "p. 00"} {
			if bytes.Contains(text, []byte(never)) {
				t.Errorf("%s has %q", name, never)
			}
		}
		if small := smallest(t, file); len(small) > 0 {
			t.Errorf("%s: smaller than 6.5 pt: %q", name, small[:min(5, len(small))])
		}
		pages := blanks(t, file)
		for i, share := range pages[:len(pages)-1] {
			blank += share
			if share > 0.65 {
				t.Errorf("%s: %.0f %% of page %d are blank", name, share*100, i+1)
			}
		}
		all += len(pages)
	}
	for paper, left := range most {
		t.Logf("%s: %d pages left of those that there may be", paper, left)
		if left < 0 {
			t.Errorf("on %s there are %d pages too many", paper, -left)
		}
	}
	t.Logf("blank: %.1f of %d pages", blank, all)
	if blank > float64(all)/10 {
		t.Errorf("%.1f of %d pages are blank below their last line", blank, all)
	}
}

var onRunningHead = regexp.MustCompile(`^H - Multi-Threading, in Go +\S.* +\d{4}-\d\d-\d\d$`)

// smallest finds the words whose letters are smaller than 6.5 pt. A word's box is as high as the
// font's letters reach up and down, which in no font used here is less than 1.1 times its size.
func smallest(t *testing.T, file string) (words []string) {
	t.Helper()
	boxes := xml.NewDecoder(bytes.NewReader(poppler(t, "pdftotext", "-bbox", file, "-")))
	boxes.Strict = false
	boxes.Entity = xml.HTMLEntity
	for {
		token, err := boxes.Token()
		if err == io.EOF {
			return words
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "word" {
			continue
		}
		at := map[string]float64{}
		for _, a := range start.Attr {
			at[a.Name.Local], _ = strconv.ParseFloat(a.Value, 64)
		}
		var word string
		if err := boxes.DecodeElement(&word, &start); err != nil {
			t.Fatal(err)
		}
		if high := at["yMax"] - at["yMin"]; high < 6.5*1.1 && strings.TrimSpace(word) != "" {
			words = append(words, fmt.Sprintf("%s (%.1f)", word, high))
		}
	}
}

// blanks gives for each page the share of its height that is blank below the last that is printed.
func blanks(t *testing.T, file string) (shares []float64) {
	t.Helper()
	pictures := poppler(t, "pdftoppm", "-r", "18", "-gray", file)
	for len(pictures) > 0 {
		head := grayPicture.FindSubmatch(pictures)
		if head == nil {
			t.Fatalf("%s: no picture of a page: %.20q", file, pictures)
		}
		width, _ := strconv.Atoi(string(head[1]))
		height, _ := strconv.Atoi(string(head[2]))
		dots := pictures[len(head[0]):][:width*height]
		pictures = pictures[len(head[0])+width*height:]
		from, to := height/20, height*95/100 // between the running head and the number of the page
		last := from
		for y := from; y < to; y++ {
			if slices.Min(dots[y*width:(y+1)*width]) < 200 {
				last = y
			}
		}
		shares = append(shares, float64(to-last)/float64(to-from))
	}
	return shares
}

var grayPicture = regexp.MustCompile(`^P5\s(\d+) (\d+)\s255\n`)

// What is folded on the screen stands at the end, a stepper is a grid, and a prediction has a line.
func TestOnPaper(t *testing.T) {
	order := course(t)
	nb, err := notebook.Read(order.Teacher[0])
	if err != nil {
		t.Fatal(err)
	}
	screen := parse(t, sampled(t, order))
	p := &page{name: "90-sample", nb: nb}
	e := edition{index: &page{name: "index", nb: nb}}
	d := e.paper(p, screen, "A course")
	if n := d.Find("main details").Length(); n > 0 {
		t.Errorf("%d folds on paper", n)
	}
	asked, answers := d.Find(".later"), d.Find(".answers > .one")
	if asked.Length() == 0 || asked.Length() != answers.Length() {
		t.Errorf("%d things answered later, and %d answers", asked.Length(), answers.Length())
	}
	asked.Each(func(i int, s *goquery.Selection) {
		if s.Find(fmt.Sprintf(`[data-at="#answer-%d"]`, i+1)).Length() != 1 {
			t.Errorf("answer %d is not said to be on a page", i+1)
		}
	})
	if n := d.Find(".answers .grid").Length(); n > 0 || d.Find(".grid").Length() != 1 {
		t.Errorf("%d grids, %d of them among the answers: one is to stand where the stepper stood",
			d.Find(".grid").Length(), n)
	}
	if d.Find(".grid td").Text() != "" || !strings.Contains(d.Find(".answers").Text(), "One schedule that reaches it") {
		t.Error("the grid is not empty, or its solution is not among the answers")
	}
	for _, gone := range []string{"script", "nav", ".here", `a[href*="glossary"]`} {
		if d.Find(gone).Length() > 0 {
			t.Errorf("%s on paper", gone)
		}
	}
	if strings.Contains(d.Text(), "data as a table") {
		t.Error("a picture's data on paper")
	}
	if d.Find("main > .write").First().Text() != "NameDate" {
		t.Error("no line for the name")
	}
}

// sampled is the sample's page for students.
func sampled(t *testing.T, order Order) string {
	t.Helper()
	order.Notebooks, order.Teacher = order.Teacher[:1], nil
	_, texts := files(t, order.write(t), ".html")
	return texts["90-sample.html"]
}

func TestMarkLines(t *testing.T) {
	d := parse(t, "<pre>a <b>bold\nand</b> on\n\n"+strings.Repeat("line\n", 10)+"</pre>")
	pre := d.Find("pre")
	want := pre.Text()
	markLines(pre.Nodes[0])
	lines := pre.Find(".line").Map(func(_ int, line *goquery.Selection) string {
		return strings.Trim(line.Text(), "\u200b")
	})
	if got := strings.Join(lines, "\n") + "\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if html, _ := pre.Find(".line").Eq(1).Html(); html != "<b>and</b> on" {
		t.Errorf("the second line is %s", html)
	}
	groups := pre.Children().Map(func(_ int, g *goquery.Selection) string { return fmt.Sprint(g.Children().Length()) })
	if got := strings.Join(groups, " "); got != "3 1 1 1 1 1 1 1 3" {
		t.Errorf("lines that stay together: %s", got)
	}
}

// A schedule's text and table say what its picture says.
func TestPictureOnPaper(t *testing.T) {
	const html = `<main><pre>Found one.
The schedule A B
step  who  does
   1  A    reads
   2  B    writes
That was it.
</pre><div><figure><img src="x"><figcaption>The schedule A B</figcaption></figure>
<details><summary>The picture's data as a table</summary>
<table><thead><tr><th>step</th><th>who</th><th>does</th></tr></thead>
<tbody><tr><th>1</th><td>A</td><td>reads</td></tr>
<tr><th>2</th><td>B</td><td>writes</td></tr></tbody></table></details></div></main>`
	d := parse(t, html)
	picturesOnPaper(d)
	if got := d.Find("pre").Text(); got != "Found one.\nThat was it.\n" || d.Find("details").Length() > 0 {
		t.Errorf("%q is left", got)
	}
}

func TestPlaces(t *testing.T) {
	if _, err := places([]byte("%PDF-1.4\n")); err == nil {
		t.Error("a PDF without pages was read")
	}
}
