// Package handouts writes the notebooks as pages to read, to carry on a stick and to print: what `make handouts` does.
//
// nbconvert makes a page of each notebook, with the template in notebooks/template. What a page needs because it is one of several (links
// between them, an index) or because nobody runs it (an answer that waits to be asked for) is added here.
package handouts

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/notebook"
	enliven "example.com/multithreading/helpers/internal/page"
)

// An Order says what to write and where.
type Order struct {
	Out       string   // the folder: the students' edition, and in its folder teacher the teacher's
	Notebooks []string // their paths, in order; a Markdown file is a page too
	Teacher   []string // the same of those that only the teacher's edition has
	PDF       bool     // beside each page the same as PDF, which takes Chromium

	Single bool // each page has in it what else is beside the pages, so that it goes alone

	onlyStudents bool // prints the students' edition only, as tests do, for it takes long

	// Engine builds the engine by which cells run in the pages, as [page.Engine] does. Without it,
	// they do not.
	Engine func(ctx context.Context) ([]byte, error)

	// Read gives a notebook with the outputs that the page is to show.
	Read func(ctx context.Context, path string) (*notebook.Notebook, error)
}

// A page is one page of an edition.
type page struct {
	name  string // of its file, without .html
	path  string // of its notebook or Markdown file
	inFor string // the path of the student's notebook in whose place it stands, "" for none
	nb    *notebook.Notebook
	title string
	html  []byte // as nbconvert made it
}

// Write writes the handouts. Out is replaced when all has gone well, and otherwise is as it was.
func (o Order) Write(ctx context.Context) error {
	pages, err := o.pages(ctx)
	if err != nil {
		return err
	}
	// Beside Out, so that it can be moved there.
	dir, err := os.MkdirTemp(filepath.Dir(o.Out), ".handouts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	students, teachers := pages[:len(o.Notebooks)], slices.Clone(pages[:len(o.Notebooks)])
	for _, p := range pages[len(o.Notebooks):] {
		if i := slices.IndexFunc(students, func(s *page) bool { return s.name == p.name }); i >= 0 {
			p.inFor, teachers[i] = students[i].path, p
		} else {
			teachers = append(teachers, p)
		}
	}
	indexes, err := convert(ctx, filepath.Join(dir, "converted"), pages, students, teachers)
	if err != nil {
		return err
	}
	made := filepath.Join(dir, "made")
	editions := []edition{
		{dir: made, index: indexes[0], pages: students},
		{dir: filepath.Join(made, "teacher"), index: indexes[1], pages: teachers, teacher: true},
	}
	if o.Engine != nil {
		if err := o.enliven(ctx, made, editions); err != nil {
			return err
		}
	}
	for _, e := range editions {
		e.single = o.Single
		if err := e.write(); err != nil {
			return err
		}
		if e.lively != nil && !o.Single {
			if err := e.keepNotebooks(); err != nil {
				return err
			}
		}
	}
	if o.Single && o.Engine != nil {
		if err := os.Remove(filepath.Join(made, editions[0].lively.Engine)); err != nil {
			return err
		}
	}
	if o.PDF {
		if o.onlyStudents {
			editions = editions[:1]
		}
		if err := printAll(ctx, dir, editions); err != nil {
			return err
		}
	}
	former := filepath.Join(dir, "former")
	if err := os.Rename(o.Out, former); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Rename(made, o.Out); err != nil {
		os.Rename(former, o.Out) // as it was, if that can be; what went wrong first is said
		return err
	}
	return nil
}

// pages reads what pages are made of: the students' notebooks, then what is the teacher's.
func (o Order) pages(ctx context.Context) (pages []*page, err error) {
	for _, path := range slices.Concat(o.Notebooks, o.Teacher) {
		read := o.Read
		if filepath.Ext(path) == ".md" {
			read = readMarkdown
		}
		nb, err := read(ctx, path)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		pages = append(pages, &page{name: name, path: path, nb: nb, title: title(nb)})
	}
	return pages, nil
}

// enliven puts the engine beside the students' pages, and lets both editions' pages run by it.
func (o Order) enliven(ctx context.Context, made string, editions []edition) error {
	src, err := goroot.FS()
	if err != nil {
		return err
	}
	engine, err := o.Engine(ctx)
	if err != nil {
		return err
	}
	lively := enliven.New(src)
	editions[0].lively, editions[1].lively = &lively, new(lively.In("../"+lively.Engine))
	if err := os.Mkdir(made, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(made, lively.Engine), engine, 0o644)
}

// readMarkdown makes a notebook of a Markdown file: one text cell, with the file's name as its id.
func readMarkdown(_ context.Context, path string) (*notebook.Notebook, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return notebook.OfText(strings.TrimSuffix(filepath.Base(path), ".md"), string(text)), nil
}

// convert runs nbconvert once over all pages and the indexes of both editions, which it returns.
func convert(ctx context.Context, dir string, pages []*page, editions ...[]*page) (indexes []*page, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	for i, listed := range editions {
		index := &page{name: fmt.Sprintf("index-%d", i)}
		if index.nb, err = contents(listed); err != nil {
			return nil, err
		}
		indexes = append(indexes, index)
	}
	args := []string{"jupyter", "nbconvert", "--log-level=ERROR", "--to=html"}
	all := slices.Concat(pages, indexes)
	file := func(i int, ending string) string { return filepath.Join(dir, fmt.Sprint(i, "-", all[i].name, ending)) } // two may have one name
	for i, p := range all {
		if err := p.nb.Write(file(i, ".ipynb")); err != nil {
			return nil, err
		}
		args = append(args, file(i, ".ipynb"))
	}
	command := exec.CommandContext(ctx, filepath.Join(notebook.Root(), "docker", "start"), args...)
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("jupyter nbconvert: %w\n%s", err, output)
	}
	for i, p := range all {
		if p.html, err = os.ReadFile(file(i, ".html")); err != nil {
			return nil, err
		}
	}
	for _, index := range indexes {
		index.name = "index"
	}
	return indexes, nil
}

// contents makes the notebook whose page is the index: title, questions and minutes of each page.
func contents(pages []*page) (*notebook.Notebook, error) {
	readme, err := os.ReadFile(filepath.Join(notebook.Root(), "README.md"))
	if err != nil {
		return nil, err
	}
	course, _, _ := strings.Cut(string(readme), "\n")
	text := []string{course, "Notebooks with what their cells printed, to read and to print. Many cells can be changed, run and explored in the page itself; all of them, in JupyterLab."}
	var recorded any
	for _, p := range pages {
		text = append(text, fmt.Sprintf("## [%s](%s.html)", p.title, p.name))
		minutes, questions := frame(p.nb)
		if minutes != "" {
			text = append(text, minutes+" minutes")
		}
		text = append(text, questions)
		if of := p.nb.Metadata()["recorded"]; of != nil {
			recorded = of
		}
	}
	index := notebook.OfText("index", strings.Join(text, "\n\n"))
	index.Metadata()["recorded"] = recorded
	return index, nil
}

var (
	heading = regexp.MustCompile(`(?m)^# (.*)$`)
	asks    = regexp.MustCompile(`(?s)\*\*Questions:?\*\*:?\s*\n(.*?)(?:\n\*\*|\z)`)
	takes   = regexp.MustCompile(`\*\*Minutes:?\*\*:? *(\d+)`)
)

// title is the notebook's first heading.
func title(nb *notebook.Notebook) string {
	for _, cell := range nb.Cells() {
		if match := heading.FindStringSubmatch(cell.Source()); cell.Kind() == "markdown" && match != nil {
			return match[1]
		}
	}
	return "Without a title"
}

// frame finds what a notebook promises near its beginning.
func frame(nb *notebook.Notebook) (minutes, questions string) {
	cells := nb.Cells()
	for _, cell := range cells[:min(len(cells), 4)] {
		if match := takes.FindStringSubmatch(cell.Source()); match != nil && minutes == "" {
			minutes = match[1]
		}
		if match := asks.FindStringSubmatch(cell.Source()); match != nil && questions == "" {
			questions = strings.TrimSpace(match[1])
		}
	}
	return minutes, questions
}

// keepNotebooks writes the notebooks beside their pages, as a script, which is all that a page can load from a file: so that a reader can
// save one with what has been changed there.
func (e edition) keepNotebooks() error {
	text, err := notebooksOf(e.pages)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.dir, "notebooks.js"), []byte(text), 0o644)
}

func notebooksOf(pages []*page) (script string, err error) {
	notebooks := map[string]*notebook.Notebook{}
	for _, p := range pages {
		if filepath.Ext(p.path) == ".ipynb" {
			notebooks[p.name+".ipynb"] = p.nb.WithoutOutputs()
		}
	}
	text, err := json.Marshal(notebooks)
	return fmt.Sprintf("courseNotebooks = %s;\n", text), err
}

// alone puts into a finished page in which cells run what it would load from beside it, of which the
// engine is within a script already. It is text that runs only when a reader asks for it.
func alone(p *page, html, engine string) (string, error) {
	if !strings.Contains(html, "data-engine") {
		return html, nil
	}
	text, err := notebooksOf([]*page{p})
	if err != nil {
		return "", err
	}
	notebooks, err := asScript("notebooks.js", text)
	return strings.Replace(html, "</body>", engine+notebooks+"</body>", 1), err
}

// asScript is a file as a script of a page, which the page does not run by itself.
func asScript(name, text string) (string, error) {
	if endsScript.MatchString(text) {
		return "", fmt.Errorf("%s has something that would end it, or begin another, within a page", name)
	}
	return fmt.Sprintf("<script type=\"text/plain\" data-file=\"%s\">%s</script>", name, text), nil
}

var endsScript = regexp.MustCompile(`(?i)</?script|<!--`)

// write writes the edition's pages.
func (e edition) write() error {
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	documents, err := e.documents()
	if err != nil {
		return err
	}
	engine := ""
	if e.single && e.lively != nil {
		text, err := os.ReadFile(filepath.Join(e.dir, filepath.FromSlash(e.lively.Engine)))
		if err != nil {
			return err
		}
		if engine, err = asScript("engine.js", string(text)); err != nil {
			return err
		}
	}
	for _, p := range append([]*page{e.index}, e.pages...) {
		html, err := documents[p.name].Html()
		if err != nil {
			return err
		}
		if html, err = light(html); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if e.lively != nil {
			if html, err = enliven.Secure(html); err != nil {
				return err
			}
		}
		if engine != "" {
			if html, err = alone(p, html, engine); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(e.dir, p.name+".html"), []byte(strings.TrimSpace(html)+"\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}
