package main

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"letter": letter,
	"plus":   func(a, b int) int { return a + b },
	"body": func(source string) string { // without the package and the imports
		return source[strings.Index(source, "func main()"):]
	},
	"asks": func(k kind) string {
		return [...]string{
			"Which of these can happen? Write the letters of all that can.",
			"Write a schedule for the least number that it can print.",
			"Can it deadlock, can it panic, what can it print? Write the letters of all that can happen.",
		}[k]
	},
	"right": func(q question, i int) bool { return strings.Contains(q.Right, letter(i)) },
	"how": func(q question, option string) string {
		for _, w := range q.Ways {
			if w.End == option && w.Schedule != "" {
				return "by " + w.Schedule
			}
		}
		return "by each goroutine to its end, in order"
	},
}).Parse(pageText))

// render makes the page of a name: sheets or key.
func render(name string, c class) ([]byte, error) {
	readme, err := os.ReadFile(filepath.Join(notebook.Root(), "README.md"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(readme), "\n")
	var text bytes.Buffer
	err = page.ExecuteTemplate(&text, name, struct {
		Course string
		class
	}{strings.TrimPrefix(first, "# "), c})
	return text.Bytes(), err
}

// printPDF prints both pages for both papers.
func printPDF(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	ctx, end, err := browser.Open(context.Background(), browser.NoNetwork)
	if err != nil {
		return err
	}
	defer end()
	for _, name := range []string{"sheets", "key"} {
		for _, paper := range browser.Papers {
			data, err := browser.Print(ctx, filepath.Join(dir, name+".html"), paper)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, name+"-"+paper.Name+".pdf"), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
