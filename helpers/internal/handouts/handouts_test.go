package handouts

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/stepper/sample"
)

// course copies the course's notebooks, which somebody may be writing, and beside them a sample of everything that a page may hold.
func course(t *testing.T) Order {
	t.Helper()
	notebook.NeedsKernel(t)
	dir := t.TempDir()
	for _, from := range []string{filepath.Join(notebook.Root(), "notebooks"), "testdata"} {
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "90-sample.ipynb")
	html, err := sample.LostUpdate(1).HTML()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(html)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte(`"@STEPPER@"`), quoted, 1)
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	order := Order{Teacher: []string{file, filepath.Join(dir, "instructor", "notes.md"), filepath.Join(dir, "instructor", "paths.md")}, Read: recorded}
	for _, name := range []string{"term.md", "exam.md", "marking.md"} {
		order.Teacher = append(order.Teacher, filepath.Join(dir, "instructor", name))
	}
	for _, path := range notebook.Paths() {
		order.Notebooks = append(order.Notebooks, filepath.Join(dir, filepath.Base(path)))
	}
	order.Notebooks = append(order.Notebooks, filepath.Join(dir, "glossary.md"))
	return order
}

func recorded(_ context.Context, path string) (*notebook.Notebook, error) { return notebook.Read(path) }

// write writes the handouts into a new folder.
func (o Order) write(t *testing.T) (dir string) {
	t.Helper()
	o.Out = filepath.Join(t.TempDir(), "handouts")
	if err := o.Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o.Out
}

// files lists the files below a folder that end so, and their texts.
func files(t *testing.T, dir, suffix string) (names []string, texts map[string]string) {
	t.Helper()
	texts = map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, suffix) {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		names, texts[name] = append(names, name), string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, texts
}

func parse(t *testing.T, html string) *goquery.Document {
	t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestPages(t *testing.T) {
	order := course(t)
	order.Engine = engineOnce
	if _, err := engine(); err != nil { // before the clock starts: it is built once
		t.Fatal(err)
	}
	// Processor time, which other programs do not change: what writes the pages is one process, and this one waits for it.
	processor := func() (all time.Duration) {
		for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var usage syscall.Rusage
			if err := syscall.Getrusage(who, &usage); err != nil {
				t.Fatal(err)
			}
			all += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
		return all
	}
	before := processor()
	dir := order.write(t)
	took := processor() - before
	t.Logf("written in %v of processor time", took.Round(100*time.Millisecond))
	if took > 15*time.Second {
		t.Errorf("took %v: recorded outputs should be pages in 15 s", took)
	}
	names, pages := files(t, dir, ".html")
	if n, own := len(order.Notebooks), len(order.Teacher); len(names) != 2*n+own+2 {
		t.Errorf("%d pages for %d in both editions, %d that are the teacher's, and two indexes: %q", len(names), n, own, names)
	}
	textOnly := []string{"exam.html", "glossary.html", "marking.html", "notes.html", "paths.html", "term.html"}

	t.Run("the same input gives the same bytes", func(t *testing.T) {
		_, again := files(t, order.write(t), "")
		_, pages := files(t, dir, "")
		for name := range pages {
			if pages[name] != again[name] {
				t.Errorf("%s differs from one time to the next", name)
			}
		}
		if len(again) != len(pages) {
			t.Errorf("%d files and then %d", len(pages), len(again))
		}
	})

	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if n := len(pages[name]); n > 300<<10 {
				t.Errorf("%d bytes: the page is to have at most 300 KB", n)
			}
			page := parse(t, pages[name])
			if n := page.Find("h1").Length(); n != 1 {
				t.Errorf("%d h1", n)
			}
			if page.Find("span.err").Length() > 0 {
				t.Error("error marks in the code: ", page.Find("span.err").Text())
			}
			page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
				href := a.AttrOr("href", "")
				if strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "http://") {
					return
				}
				file, fragment, _ := strings.Cut(href, "#")
				target := page
				if file != "" {
					there, ok := pages[filepath.Join(filepath.Dir(name), file)]
					if !ok {
						t.Errorf("a link to %q leads nowhere", href)
						return
					}
					target = parse(t, there)
				}
				ids := target.Find("[id]").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("id", "") })
				if fragment, err := url.PathUnescape(fragment); fragment != "" && (err != nil || !slices.Contains(ids, fragment)) {
					t.Errorf("a link to %q: there is no such place", href)
				}
			})
			foot := page.Find("footer").Text()
			if !slices.Contains(textOnly, filepath.Base(name)) && !regexp.MustCompile(`\d{4}-\d\d-\d\d with Go 1\.\d+.* and GoNB v.* on \d+ cores`).MatchString(foot) {
				t.Errorf("the foot does not say what the outputs come from: %q", foot)
			}
			open := page.Find(".text details[open], details.answer[open]").Length()
			if all := page.Find(".text details, details.answer").Length(); strings.HasPrefix(name, "teacher/") && open != all || !strings.HasPrefix(name, "teacher/") && open != 0 {
				t.Errorf("%d of %d answers stand open", open, all)
			}
			if base := filepath.Base(name); base != "index.html" && page.Find("nav.contents a").Length() == 0 {
				t.Error("no table of contents")
			}
		})
	}

	t.Run("answers to predictions are folded", func(t *testing.T) {
		page := parse(t, pages["01-multi-threading.html"])
		for _, id := range []string{"two-workers", "shared-counter"} {
			if answer := page.Find(`[id="cell-id=` + id + `"] > details.answer`); answer.Find(".output").Length() != 1 {
				t.Errorf("the output of %s is not folded", id)
			}
		}
		if page.Find(`[id="cell-id=first-run"] > .output`).Length() != 1 {
			t.Error("the first cell answers no prediction, and its output is not there")
		}
	})

	t.Run("the index says what there is", func(t *testing.T) {
		index := parse(t, pages["index.html"]).Text()
		lesson, err := os.ReadFile(filepath.Join(notebook.Root(), "notebooks", "01-multi-threading.ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		minutes := regexp.MustCompile(`\*\*Minutes\*\*: (\d+)`).FindStringSubmatch(string(lesson))
		if minutes == nil {
			t.Fatal("the lesson does not say how many minutes it takes")
		}
		for _, want := range []string{"H - Multi-Threading", minutes[1] + " minutes", "When do threads help?", "Glossary"} {
			if !strings.Contains(index, want) {
				t.Errorf("lacks %q", want)
			}
		}
		if strings.Contains(index, "All that a page may hold") || strings.Contains(index, "Instructor's notes") || !strings.Contains(pages["teacher/index.html"], "All that <code>a page</code> may hold") {
			t.Error("what is the teacher's is to be in the teacher's index only")
		}
	})

	t.Run("the notes lead to the cells", func(t *testing.T) {
		if parse(t, pages["teacher/notes.html"]).Find(`main a[href="01-multi-threading.html#cell-id=shared-counter"]`).Length() != 1 {
			t.Error("no link to shared-counter")
		}
	})

	t.Run("pages lead to each other", func(t *testing.T) {
		former := parse(t, pages["teacher/90-sample.html"]).Find(`a[rel="prev"]`)
		const last = "glossary.html"
		if former.AttrOr("href", "") != last {
			t.Errorf("the page before the last is %s, and the link leads to %q", last, former.AttrOr("href", ""))
		}
		if parse(t, pages["teacher/"+last]).Find(`a[rel="next"]`).AttrOr("href", "") != "90-sample.html" {
			t.Error("the last but one does not lead on")
		}
	})

	t.Run("a term leads to the glossary", func(t *testing.T) {
		for _, name := range []string{"01-multi-threading.html", "teacher/01-multi-threading.html"} {
			if parse(t, pages[name]).Find(`main a[href="glossary.html#data-race"]`).Length() != 1 {
				t.Errorf("%s has no link to it", name)
			}
		}
	})

	t.Run("all that a page may hold", func(t *testing.T) { holdsAll(t, pages["teacher/90-sample.html"]) })
	t.Run("valid", func(t *testing.T) { validate(t, dir) })
	t.Run("in a browser", func(t *testing.T) { browse(t, dir, names) })
}

func holdsAll(t *testing.T, html string) {
	page := parse(t, html)
	within := func(id, selector string, want ...string) {
		t.Helper()
		found := page.Find(`[id="cell-id=` + id + `"] ` + selector)
		text, _ := found.First().Html()
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %s lacks %q: %s", id, selector, w, text)
			}
		}
		if found.Length() == 0 {
			t.Errorf("%s: no %s", id, selector)
		}
	}
	within("formulas", "p", "<mfrac", "It costs $5 and $6 in the shop", "<code>\\nosuchthing x</code>", "&lt;")
	if n := page.Find(`[id="cell-id=formulas"] math[display="block"]`).Length(); n != 2 {
		t.Errorf("%d formulas of their own line, want 2", n)
	}
	within("links", "p", `href="01-multi-threading.html"`, `href="01-multi-threading.html#What-for?">its`, `href="01-multi-threading.html#What-for?">as`, `href="#Again"`,
		"the helpers (helpers/race/race.go)", "no such (nowhere.ipynb)", `href="https://go.dev/ref/mem"`)
	within("links", `svg[aria-label="A square of the text"]`)
	within("again-2", "h2#Again-2")
	within("again-2", `th[scope="col"]`)
	within("again-2", `.wide[tabindex="0"] table`)
	within("fold", "details[open]", "<strong>bold</strong>", "<li>two</li>", `<span class="kd">func</span>`)
	within("the-answer", "details.answer[open]", "42", "A square.", "It printed forty-two.")
	within("the-answer-seen", "p", "<strong>Change it</strong>")
	within("magic", ".highlight", `<span class="cp">%goflags -race</span>`, `<span class="cp">!echo $HOME</span>`, `<span class="kn">import</span>`)
	within("magic", `pre.wide[tabindex="0"]`)
	within("python", ".highlight", `<span class="cp">%%script python3</span>`, `<span class="k">def</span>`)
	within("shell", ".highlight", `<span class="k">for</span>`)
	within("race", ".output pre", `class="ansi-bold"`, `class="ansi-red-fg"`, `class="ansi-green-intense-fg"`, `class="ansi-yellow-bg"`)
	within("race", "pre.complaint", `ansi-default-inverse-bg`, "Cell [10] Line 13")
	// As JupyterLab shows it: what comes in two pieces is one text, and a progress bar has one line.
	if printed := page.Find(`[id="cell-id=progress"] .output pre`); printed.Length() != 2 ||
		printed.First().Text() != " 100 % beginning\ndone\n|####|\n" || printed.First().Find(".ansi-red-fg").Length() > 0 {
		t.Errorf("progress bars: %q", printed.Text())
	}
	within("progress", ".output pre", `<span class="ansi-green-fg">|####|</span>`)
	within("kinds", `img[alt="A point."]`)
	within("kinds", `svg[role="img"][aria-label="Drawn."]`)
	within("kinds", ".output", "&lt;plain&gt; &amp; text", "<em>marked</em>", "a result")
}

// What fails leaves the former handouts as they were, and nothing besides.
func TestFailureChangesNothing(t *testing.T) {
	notebook.NeedsKernel(t)
	parent := t.TempDir()
	out := filepath.Join(parent, "handouts")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	former := filepath.Join(out, "former.html")
	if err := os.WriteFile(former, []byte("former"), 0o644); err != nil {
		t.Fatal(err)
	}
	nb, err := notebook.Read(notebook.Paths()[0])
	if err != nil {
		t.Fatal(err)
	}
	bad := nb.With(nb.Cells()[0], nb.Code()[0])
	bad.Code()[0].SetSource("%%\npanic(\"no luck today\")")
	path := filepath.Join(parent, "bad.ipynb")
	if err := bad.Write(path); err != nil {
		t.Fatal(err)
	}
	run := func(ctx context.Context, path string) (*notebook.Notebook, error) { return notebook.Run(ctx, 60, path) }
	err = Order{Out: out, Notebooks: []string{path}, Read: run}.Write(t.Context())
	if err == nil {
		t.Fatal("a cell failed, and the export did not")
	}
	for _, want := range []string{"bad.ipynb", nb.Code()[0].ID(), "no luck today"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message lacks %q: %v", want, err)
		}
	}
	names, texts := files(t, parent, "")
	slices.Sort(names)
	if !slices.Equal(names, []string{"bad.ipynb", "handouts/former.html"}) || texts["handouts/former.html"] != "former" {
		t.Errorf("what is there now: %q", names)
	}
}

// Plain nbconvert, inside the course's environment, makes the same coloured pages.
func TestPlainNbconvert(t *testing.T) {
	notebook.NeedsKernel(t)
	dir := t.TempDir()
	command := exec.Command(filepath.Join(notebook.Root(), "docker", "start"), "jupyter", "nbconvert", "--log-level=ERROR", "--to=html", "--output-dir="+dir, notebook.Paths()[0])
	if output, err := command.CombinedOutput(); err != nil || len(output) > 0 {
		t.Fatalf("%v\n%s", err, output)
	}
	names, pages := files(t, dir, ".html")
	if len(names) != 1 {
		t.Fatal(names)
	}
	if !strings.Contains(pages[names[0]], `<span class="kd">func</span>`) {
		t.Error("func is not coloured as Go's keyword")
	}
	p, address := openTab(t), "file://"+filepath.Join(dir, names[0])
	p.do(chromedp.Navigate(address))
	p.asksOnlyFor(address)
}
