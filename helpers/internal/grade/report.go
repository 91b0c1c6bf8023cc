package grade

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// report writes the folder: grades.csv, index.html and a page a student.
func (g Grading) report(students []student) error {
	parent := filepath.Dir(g.Out)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(parent, ".grades-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var names []string
	for _, e := range g.exercises {
		names = append(names, e.name)
	}
	files := map[string][]byte{}
	if files["grades.csv"], err = table(names, students); err != nil {
		return err
	}
	if files["index.html"], err = execute("index", map[string]any{"Exercises": names, "Students": students}); err != nil {
		return err
	}
	for _, s := range students {
		if files[filepath.Join("students", s.Name+".html")], err = execute("student", s); err != nil {
			return err
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "students"), 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	return os.Rename(dir, g.Out)
}

// table is the CSV: a line a student, with 1 for each exercise that is right, 0 for one that is not, and ? for one that was not judged.
func table(exercises []string, students []student) ([]byte, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Write(append(append([]string{"student"}, exercises...), "right", "problem"))
	for _, s := range students {
		mark := map[string]string{}
		for _, r := range s.Results {
			mark[r.Exercise] = r.mark("1", "0", "?")
		}
		line := []string{harmless(s.Name)}
		for _, name := range exercises {
			line = append(line, cmp.Or(mark[name], "0"))
		}
		w.Write(append(line, strconv.Itoa(s.Right()), harmless(s.Problem)))
	}
	w.Flush()
	return text.Bytes(), w.Error()
}

// mark is one of three texts.
func (r result) mark(right, wrong, notJudged string) string {
	switch {
	case r.Right:
		return right
	case r.NotJudged:
		return notJudged
	}
	return wrong
}

// Sign is the result in one character.
func (r result) Sign() string { return r.mark("✓", "✗", "?") }

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	s = printable(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

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
	}, s))
}

func execute(name string, data any) ([]byte, error) {
	var text bytes.Buffer
	err := pages.ExecuteTemplate(&text, name, data)
	return text.Bytes(), err
}

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"page": func(student string) string { return "students/" + url.PathEscape(student) + ".html" },
	"source": func(s student, exercise string) string {
		for _, a := range s.Answers {
			if a.Exercise == exercise {
				return a.Source
			}
		}
		return ""
	},
}).Parse(`
{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{{.}}</title>
<style>
:root { color-scheme: light dark; }
body { font: 100%/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; border-left: 4px solid; padding-left: .8em; tab-size: 4; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: .3em .6em; text-align: left; }
@media print { h2 { break-after: avoid; } pre { break-inside: avoid; } }
</style>
</head>{{end}}

{{define "index"}}{{template "head" "Grades"}}
<body>
<main>
<h1>Grades</h1>
<div class="wide" tabindex="0" role="group" aria-label="Grades">
<table>
<thead><tr><th scope="col">student</th>{{range .Exercises}}<th scope="col">{{.}}</th>{{end}}<th scope="col">right</th><th scope="col">problem</th></tr></thead>
<tbody>{{range $s := .Students}}
<tr><th scope="row"><a href="{{page .Name}}">{{.Name}}</a></th>{{range $e := $.Exercises}}<td>{{range $s.Results}}{{if eq .Exercise $e}}{{.Sign}}{{end}}{{end}}</td>{{end}}<td>{{.Right}}</td><td>{{.Problem}}</td></tr>{{end}}
</tbody>
</table>
</div>
</main>
</body>
</html>
{{end}}

{{define "student"}}{{template "head" .Name}}
<body>
<main>
<h1>{{.Name}}</h1>
<p>{{.Right}} of {{len .Results}} right{{with .NotJudged}}, {{.}} not judged (?){{end}}. {{.Problem}}</p>
{{range .Results}}<h2>{{.Sign}} {{.Exercise}}</h2>
<pre>{{.Says}}</pre>
{{with source $ .Exercise}}<details><summary>The answer</summary>
<pre>{{.}}</pre>
</details>
{{end}}{{end}}</main>
</body>
</html>
{{end}}`))
