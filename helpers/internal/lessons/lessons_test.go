// Package lessons holds the notebooks to what they promise: their form, their recorded outputs and what they do on the real kernel. A
// notebook's own expectations stand in a file of its name; what all have in common stands here.
package lessons

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// A check says with t what is wrong with a code cell that has run.
type check func(t *testing.T, cell notebook.Cell)

// expectations holds, by notebook and cell id, the check that the cell must pass in the recorded outputs and in a live run alike.
var expectations = map[string]map[string]check{}

// recorded reports whether the outputs are those that the notebook was saved with. Only these are held to speed-ups and to times that come out
// otherwise when other programs have the cores: a live run may be on any machine, at any load.
func recorded(t *testing.T) bool { return strings.HasPrefix(t.Name(), "TestRecordedOutputs/") }

func name(path string) string { return strings.TrimSuffix(filepath.Base(path), ".ipynb") }

func read(t *testing.T, path string) *notebook.Notebook {
	t.Helper()
	nb, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// each runs a test for every notebook.
func each(t *testing.T, test func(t *testing.T, path string, nb *notebook.Notebook)) {
	if len(notebook.Paths()) == 0 {
		t.Fatal("no notebooks")
	}
	for _, path := range notebook.Paths() {
		t.Run(name(path), func(t *testing.T) { test(t, path, read(t, path)) })
	}
}

func checkCells(t *testing.T, path string, nb *notebook.Notebook) {
	t.Helper()
	checks := expectations[name(path)]
	for _, cell := range nb.Code() {
		t.Run(cell.ID(), func(t *testing.T) {
			check := checks[cell.ID()]
			if check == nil {
				t.Fatal("no expectation for this cell")
			}
			if failed := cell.Error(); (failed != "") != cell.Tagged("raises-exception") {
				t.Errorf("tagged raises-exception: %v, error: %q", cell.Tagged("raises-exception"), failed)
			}
			check(t, cell)
			if t.Failed() {
				t.Logf("stdout:\n%s\nstderr:\n%s", cell.Printed(), cell.Complained())
			}
		})
	}
}

func TestRecordedOutputs(t *testing.T) {
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		recorded, _ := nb.Metadata()["recorded"].(map[string]any)
		for _, key := range []string{"date", "go", "gonb", "jupyterlab", "cores", "platform"} {
			if recorded[key] == nil {
				t.Errorf("the metadata do not say on which %q it was recorded: make record", key)
			}
		}
		checkCells(t, path, nb)
		for _, cell := range nb.Code() {
			if cell.Metadata()["execution"] != nil {
				t.Errorf("cell %s has time stamps", cell.ID())
			}
			for _, output := range cell.Outputs() {
				if strings.Contains(output.HTML, "<svg") || strings.Contains(output.HTML, "<img") && !strings.Contains(output.HTML, "alt=\"") {
					t.Errorf("cell %s: a picture must be an <img> with an alt: an inline <svg> is not shown before the notebook is trusted", cell.ID())
				}
			}
		}
	})
}

// A notebook as a whole runs on the real kernel. One at a time: some cells compare times, and two cores are few.
func TestLiveOutputs(t *testing.T) {
	notebook.NeedsKernel(t)
	each(t, func(t *testing.T, path string, _ *notebook.Notebook) {
		begin := time.Now()
		nb, err := notebook.Run(t.Context(), 300, path)
		if nb == nil {
			t.Fatal(err)
		}
		// Half a minute on a quiet machine, a minute on a busy one; more than three is no longer a lesson.
		if took := time.Since(begin); took > 3*time.Minute {
			t.Errorf("it ran for %v", took)
		} else {
			t.Logf("it ran for %v", took.Round(time.Second))
		}
		checkCells(t, path, nb)
	})
}

// Each code cell also runs alone in a fresh kernel, after the cells that it names, and leaves no setting behind.
func TestEachCellAlone(t *testing.T) {
	notebook.NeedsKernel(t)
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		dir := t.TempDir()
		probe := func() notebook.Cell {
			cell := nb.With(nb.Code()[0]).Code()[0]
			cell.SetSource("%goflags\n!env | grep -v '^_=' | sort")
			return cell
		}
		files := []string{filepath.Join(dir, "no-cell.ipynb")}
		write := func(file string, nb *notebook.Notebook) {
			if err := nb.Write(file); err != nil {
				t.Fatal(err)
			}
		}
		write(files[0], nb.With(probe()))
		for _, cell := range nb.Code() {
			cells, err := nb.Needed(cell)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, cell.ID()+".ipynb")
			write(file, nb.With(append(cells, cell, probe())...))
			files = append(files, file)
		}
		if err := notebook.Execute(t.Context(), 300, files...); err != nil {
			t.Fatal(err)
		}
		settings := func(cell notebook.Cell) string {
			return regexp.MustCompile(`gonb-kernel-\d+|gonb_[0-9a-f]+|JPY_\S+`).ReplaceAllString(cell.Printed(), "")
		}
		clean := settings(read(t, files[0]).Code()[0])
		for _, file := range files[1:] {
			cells := read(t, file).Code()
			cell, probe := cells[len(cells)-2], cells[len(cells)-1]
			t.Run(cell.ID(), func(t *testing.T) {
				if failed := cell.Error(); (failed != "") != cell.Tagged("raises-exception") {
					t.Errorf("tagged raises-exception: %v, error: %q", cell.Tagged("raises-exception"), failed)
				}
				if check := expectations[name(path)][cell.ID()]; check != nil {
					check(t, cell)
				}
				if now := settings(probe); now != clean {
					t.Errorf("the cell leaves settings behind; before:\n%s\nafter:\n%s", clean, now)
				}
				if t.Failed() {
					t.Logf("stdout:\n%s\nstderr:\n%s\nerror:\n%s", cell.Printed(), cell.Complained(), cell.Error())
				}
			})
		}
	})
}

func TestForm(t *testing.T) {
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		if kernel := fmt.Sprint(nb.Metadata()["kernelspec"].(map[string]any)["name"]); kernel != "gonb" {
			t.Errorf("the kernel is %q", kernel)
		}
		if n := len(shown(nb.Code())); n > 30 {
			t.Errorf("%d cells that show something: more than 30 are more than a lesson", n)
		}
		seen := map[string]bool{}
		rank := 0
		for _, cell := range nb.Cells() {
			// An id is given by hand, so that links, tests and the history can name the cell. Tools give random ones.
			if !regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`).MatchString(cell.ID()) || regexp.MustCompile(`^[0-9a-f]{8}$`).MatchString(cell.ID()) {
				t.Errorf("cell %q: give it an id of words, like read-add-write", cell.ID())
			}
			if seen[cell.ID()] {
				t.Errorf("two cells have the id %s", cell.ID())
			}
			seen[cell.ID()] = true
			switch cell.Kind() {
			case "code":
				if formatted, err := cell.Formatted(); err != nil {
					t.Errorf("cell %s: %v", cell.ID(), err)
				} else if formatted != cell.Source() {
					t.Errorf("cell %s is not as gofmt would have it; it would be:\n%s", cell.ID(), formatted)
				}
				needed, err := nb.Needed(cell)
				if err != nil {
					t.Error(err)
				}
				for i, need := range needed {
					for _, first := range need.Needs() {
						if !slices.Contains(cell.Needs()[:i], first) {
							t.Errorf("cell %s needs %s, which needs %s: name that one before it", cell.ID(), need.ID(), first)
						}
					}
				}
			case "markdown":
				if words := len(strings.Fields(prose(cell.Source()))); words > 150 {
					t.Errorf("cell %s has %d words: more than 150 are not read", cell.ID(), words)
				}
				for _, heading := range regexp.MustCompile(`(?m)^(#+) `).FindAllStringSubmatch(withoutCode(cell.Source()), -1) {
					if len(heading[1]) > rank+1 {
						t.Errorf("cell %s: a heading of rank %d follows one of rank %d", cell.ID(), len(heading[1]), rank)
					}
					if len(heading[1]) == 1 && rank > 0 {
						t.Errorf("cell %s: a second title", cell.ID())
					}
					rank = len(heading[1])
				}
			default:
				t.Errorf("cell %s is of kind %q", cell.ID(), cell.Kind())
			}
		}
	})
}

// What is longer does not fit on a screen.
func TestCellsAreShort(t *testing.T) {
	const most = 60
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		for _, cell := range nb.Code() {
			if lines := strings.Count(cell.Source(), "\n") + 1; lines > most {
				t.Errorf("cell %s has %d lines, more than %d: say less in it, or make two of it", cell.ID(), lines, most)
			}
		}
	})
}

func withoutCode(markdown string) string {
	return regexp.MustCompile("(?s)```.*?```").ReplaceAllString(markdown, "")
}

// prose is a text cell's text without its tables, code and addresses.
func prose(markdown string) string {
	markdown = withoutCode(markdown)
	markdown = regexp.MustCompile(`(?m)^\|.*$`).ReplaceAllString(markdown, "")
	return regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(markdown, "]")
}

var link = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)

// Links within the repository lead somewhere, to the very heading. Those into the web are not followed: a test must not need a network.
func TestLinks(t *testing.T) {
	root := notebook.Root()
	list, err := exec.Command("git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "*.md", "*.ipynb", ":!*/testdata/*").Output()
	if err != nil {
		t.Skip("no git: ", err)
	}
	for _, file := range strings.Fields(string(list)) {
		for _, match := range link.FindAllStringSubmatch(withoutCode(markdown(t, filepath.Join(root, file))), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") || strings.HasPrefix(target, "data:") {
				continue
			}
			path := filepath.Join(root, file)
			if target != "" {
				path = filepath.Join(filepath.Dir(path), target)
			}
			// A student's home has the notebooks and nothing beside them; and JupyterLab opens a folder with an error.
			if notebooks := filepath.Join(root, "notebooks"); filepath.Dir(filepath.Join(root, file)) == notebooks && filepath.Dir(path) != notebooks {
				t.Errorf("%s: the link to %s leads out of the folder", file, match[1])
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, match[1])
				continue
			}
			if id, ok := strings.CutPrefix(anchor, "cell-id="); ok {
				if !slices.ContainsFunc(read(t, path).Cells(), func(c notebook.Cell) bool { return c.ID() == id }) {
					t.Errorf("%s: the link to %s: there is no such cell", file, match[1])
				}
			} else if anchor != "" && !slices.Contains(anchors(markdown(t, path)), anchor) {
				t.Errorf("%s: the link to %s: there is no such heading", file, match[1])
			}
		}
	}
}

// markdown is the text of a Markdown file, or of all text cells of a notebook.
func markdown(t *testing.T, path string) string {
	if !strings.HasSuffix(path, ".ipynb") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var all []string
	for _, cell := range read(t, path).Cells() {
		if cell.Kind() == "markdown" {
			all = append(all, cell.Source())
		}
	}
	return strings.Join(all, "\n\n")
}

// anchors lists the headings as addresses: JupyterLab's form (spaces to hyphens), and GitHub's (lower case and no signs besides).
func anchors(markdown string) []string {
	var list []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutCode(markdown), -1) {
		jupyter := strings.ReplaceAll(strings.TrimSpace(heading[1]), " ", "-")
		github := regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(strings.ToLower(jupyter), "")
		list = append(list, jupyter, github)
	}
	return list
}
