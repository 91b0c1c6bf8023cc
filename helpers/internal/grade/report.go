package main

import (
	"bytes"
	"debug/buildinfo"
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// A report is what a grading writes. It comes into being beside its place, and is moved there when
// it is whole.
type report struct {
	g        *grading
	dir      string
	names    []string // of the students, in order
	when     string
	version  string
	mu       sync.Mutex
	students []student // without what only their pages show
}

func (g *grading) newReport(all []entry, j *referee) (*report, error) {
	parent := filepath.Dir(g.out)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, ".grades-")
	if err != nil {
		return nil, err
	}
	r := &report{g: g, dir: dir, students: make([]student, len(all)), version: g.version(j)}
	r.when = time.Now().Format("2 January 2006, 15:04")
	for _, e := range all {
		r.names = append(r.names, e.student)
	}
	return r, os.Mkdir(filepath.Join(dir, "students"), 0o755)
}

// version says which course judged.
func (g *grading) version(j *referee) string {
	version := "the course"
	if g.class.date != "" {
		version += " of " + g.class.date
	}
	info, err := buildinfo.ReadFile(j.explore)
	if err != nil {
		return version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= 8 {
			version += ", revision " + setting.Value[:8]
		}
	}
	return version + ", " + info.GoVersion
}

// discard removes what has been written, unless finish has moved it to its place.
func (r *report) discard() { os.RemoveAll(r.dir) }

// add writes the page of the student at a place in the list.
func (r *report) add(i int, s student) error {
	page := map[string]any{"Student": s, "Report": r, "Count": len(r.g.class.exercises)}
	if i > 0 {
		page["Before"] = r.names[i-1]
	}
	if i+1 < len(r.names) {
		page["After"] = r.names[i+1]
	}
	if err := r.write(filepath.Join("students", s.Name+".html"), "student", page); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := s.Problem
	if right, ok := s.Right(); ok {
		sum = fmt.Sprintf("%d of %d right", right, len(s.Results))
	} else if sum == "" {
		sum = fmt.Sprintf("%d of %d were not judged: see the page", s.NotJudged(), len(s.Results))
	}
	fmt.Fprintf(r.g.says, "%s: %s\n", s.Name, printable(sum))
	for i, all := range s.Results {
		s.Results[i] = result{Exercise: all.Exercise, Right: all.Right, NotJudged: all.NotJudged, Reason: all.Reason}
	}
	r.students[i] = s
	return nil
}

// finish writes what tells of the whole class, and moves all to its place.
func (r *report) finish() error {
	csv, err := r.table()
	if err == nil {
		err = os.WriteFile(filepath.Join(r.dir, "grades.csv"), csv, 0o644)
	}
	if err == nil {
		err = r.write("index.html", "index", r)
	}
	if err == nil {
		err = r.write("reasons.html", "reasons", r)
	}
	if err == nil {
		err = os.Chmod(r.dir, 0o755)
	}
	if err == nil {
		err = os.Rename(r.dir, r.g.out)
	}
	return err
}

func (r *report) write(name, page string, data any) error {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, page, data); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.dir, name), text.Bytes(), 0o644)
}

// Right is how many exercises are right. There is no such sum where one was not judged.
func (s student) Right() (n int, ok bool) {
	for _, r := range s.Results {
		if r.Right {
			n++
		}
	}
	return n, s.NotJudged() == 0
}

// NotJudged is how many exercises were not judged.
func (s student) NotJudged() (n int) {
	for _, r := range s.Results {
		if r.NotJudged {
			n++
		}
	}
	return n
}

// Sign is the result in one character.
func (r result) Sign() string {
	switch {
	case r.Right:
		return "✓"
	case r.NotJudged:
		return "?"
	}
	return "✗"
}

// points is what a student's right answers are worth.
func (g *grading) points(s student) (sum float64) {
	for i, r := range s.Results {
		if r.Right {
			sum += g.weight(g.class.exercises[i].level)
		}
	}
	return sum
}

func (g *grading) maximum() (sum float64) {
	for _, e := range g.class.exercises {
		sum += g.weight(e.level)
	}
	return sum
}

func (g *grading) levels() (levels []int) {
	for _, e := range g.class.exercises {
		levels = append(levels, e.level)
	}
	slices.Sort(levels)
	return slices.Compact(levels)
}

// table is the CSV, a line a student: how many are right of how many, the points and their maximum,
// how many are right of each level and what one of it is worth, and each exercise: 1 where it is
// right, 0 where it is not, ? where it was not judged; then the sums are left out.
func (r *report) table() ([]byte, error) {
	g := r.g
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	head := []string{"student", "right", "of", "points", "maximum"}
	for _, level := range g.levels() {
		head = append(head, fmt.Sprintf("level %d (weight %s)", level, number(g.weight(level))))
	}
	for _, e := range g.class.exercises {
		head = append(head, e.name)
	}
	w.Write(append(head, "problem"))
	for _, s := range r.students {
		line := []string{harmless(s.Name), "", strconv.Itoa(len(s.Results)), "", number(g.maximum())}
		right, ok := s.Right()
		if ok {
			line[1], line[3] = strconv.Itoa(right), number(g.points(s))
		}
		for _, level := range g.levels() {
			n, judged := 0, true
			for i, result := range s.Results {
				if g.class.exercises[i].level == level {
					judged = judged && !result.NotJudged
					if result.Right {
						n++
					}
				}
			}
			if judged {
				line = append(line, strconv.Itoa(n))
			} else {
				line = append(line, "")
			}
		}
		for _, result := range s.Results {
			line = append(line, map[string]string{"✓": "1", "✗": "0", "?": "?"}[result.Sign()])
		}
		problem := s.Problem
		if problem == "" && !ok {
			problem = fmt.Sprintf("%d of the answers were not judged: see the student's page.", s.NotJudged())
		}
		w.Write(append(line, harmless(problem)))
	}
	w.Flush()
	return text.Bytes(), w.Error()
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// formula is where a spreadsheet may see the beginning of a formula: at the beginning of a text,
// and behind what some take for the end of a column.
var formula = regexp.MustCompile(`(^|[;,\t|])(\s*)([=+\-@＝＋－＠])`)

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string { return formula.ReplaceAllString(printable(s), "$1$2'$3") }

// printable is a text in one line, without what commands a terminal.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?")))
}

// What the pages ask for.

func (r *report) When() string        { return r.when }
func (r *report) Version() string     { return r.version }
func (r *report) Students() []student { return r.students }

// A column is an exercise in the head of the class page.
type column struct {
	Name, Weight string
	Level        int
	Right, Of    int // how many are right, of how many that were judged
}

func (r *report) Columns() (all []column) {
	for i, e := range r.g.class.exercises {
		column := column{Name: e.name, Level: e.level, Weight: number(r.g.weight(e.level))}
		for _, s := range r.students {
			if s.Results[i].Right {
				column.Right++
			}
			if !s.Results[i].NotJudged {
				column.Of++
			}
		}
		all = append(all, column)
	}
	return all
}

func (r *report) Maximum() string { return number(r.g.maximum()) }

func (r *report) Points(s student) string { return number(r.g.points(s)) }

type given struct {
	Name   string
	Result result
}

// Reasoned are those who wrote a reason, with the result that has it.
func (r *report) Reasoned() (all []given) {
	for _, s := range r.students {
		for _, result := range s.Results {
			if result.Exercise == reasoned && result.Reason != "" {
				all = append(all, given{s.Name, result})
			}
		}
	}
	return all
}

func (r *report) ReasonedName() string { return reasoned }

//go:embed pages.html
var templates string

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"file": func(student string) string { return url.PathEscape(student) + ".html" },
	"sum": func(s student) string {
		if n, ok := s.Right(); ok {
			return strconv.Itoa(n)
		}
		return ""
	},
}).Parse(templates))
