package handouts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/browser"
)

// A sheet is the printed form of one page.
type sheet struct {
	name     string // of the PDF, without its ending; beside it lies the page
	document *goquery.Document
}

// printAll prints the editions' pages, for each paper beside the page: NAME.pdf is A4's. dir is a
// folder for what is needed meanwhile.
func printAll(ctx context.Context, dir string, editions []edition) error {
	ctx, end, err := browser.Open(ctx, browser.NoNetwork)
	if err != nil {
		return err
	}
	defer end()
	for _, e := range editions {
		meanwhile, err := os.MkdirTemp(dir, "paper-")
		if err != nil {
			return err
		}
		if err := e.print(ctx, meanwhile); err != nil {
			return err
		}
	}
	return nil
}

// print prints one edition. dir is an empty folder, for what is printed.
func (e edition) print(ctx context.Context, dir string) error {
	sheets, err := e.sheets()
	if err != nil {
		return err
	}
	for _, s := range sheets {
		html, err := s.document.Html()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, s.name+".html"), []byte(html), 0o644); err != nil {
			return err
		}
	}
	of := "the students’ edition"
	if e.teacher {
		of = "the teacher’s edition"
	}
	for _, paper := range browser.Papers {
		pages, err := printSheets(ctx, dir, sheets, paper)
		if err != nil {
			return err
		}
		ending, all := ".pdf", 0
		if paper.Name != browser.Papers[0].Name {
			ending = "-" + paper.Name + ".pdf"
		}
		for name, page := range pages {
			if err := os.WriteFile(filepath.Join(e.dir, name+ending), page.pdf, 0o644); err != nil {
				return err
			}
			all += page.count
		}
		fmt.Printf("%s on %s: %d pages\n", of, paper.Name, all)
	}
	return nil
}

// sheets makes the printed form of all pages. A page gets a link, which nobody sees, to each of its
// places that a number is for: Chromium then tells on which page the place is.
func (e edition) sheets() ([]sheet, error) {
	screen, err := e.documents()
	if err != nil {
		return nil, err
	}
	course := screen["index"].Find("main h1").First().Text()
	var sheets []sheet
	asked := map[string]map[string]bool{}
	for _, p := range append([]*page{e.index}, e.pages...) {
		d := e.paper(p, screen[p.name], course)
		sheets = append(sheets, sheet{p.name, d})
		d.Find("[data-at]").Each(func(_ int, at *goquery.Selection) {
			to, id, _ := strings.Cut(at.AttrOr("data-at", ""), "#")
			if to == "" {
				to = p.name
				at.SetAttr("data-at", to+"#"+id)
			}
			if asked[to] == nil {
				asked[to] = map[string]bool{}
			}
			asked[to][id] = true
		})
	}
	for _, s := range sheets {
		links := s.document.Find("body").AppendHtml(`<nav hidden></nav>`).Children().Last()
		for _, id := range slices.Sorted(maps.Keys(asked[s.name])) {
			links.AppendHtml("<a></a>").Children().Last().SetAttr("href", "#"+id)
		}
	}
	return sheets, nil
}

// printed is a PDF, how many pages it has, and on which of them its places are.
type printed struct {
	pdf   []byte
	count int
	at    map[string]int
}

// printSheets prints until the numbers of pages that are printed are right: the second time, unless
// a number has moved what comes after it.
func printSheets(ctx context.Context, dir string, sheets []sheet, paper browser.Paper) (map[string]printed, error) {
	numbers := map[string]int{}
	for range 4 {
		all, now := map[string]printed{}, map[string]int{}
		quoted, err := json.Marshal(numbers)
		if err != nil {
			return nil, err
		}
		fill := fmt.Sprintf(`(numbers => {
			for (const e of document.querySelectorAll('[data-at]')) e.textContent = numbers[e.dataset.at] ?? '00';
		})(%s)`, quoted)
		for _, s := range sheets {
			pdf, err := browser.Print(ctx, filepath.Join(dir, s.name+".html"), paper, fill)
			if err != nil {
				return nil, err
			}
			p, err := places(pdf)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			all[s.name] = p
			for id, page := range p.at {
				now[s.name+"#"+id] = page
			}
		}
		if maps.Equal(now, numbers) {
			return all, nil
		}
		numbers = now
	}
	return nil, errors.New("the numbers of the pages that links lead to do not come to rest")
}

var (
	object      = regexp.MustCompile(`(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj`)
	catalog     = regexp.MustCompile(`(?s)/Type /Catalog\n/Pages (\d+) 0 R`)
	named       = regexp.MustCompile(`/Dests (\d+) 0 R`)
	reference   = regexp.MustCompile(`(\d+) 0 R`)
	kids        = regexp.MustCompile(`(?s)/Kids \[(.*?)\]`)
	destination = regexp.MustCompile(`/(\S+) \[(\d+) 0 R /XYZ`)
	escaped     = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
)

// places reads a PDF as Chromium writes it: which pages there are, and on which the places are that
// links of the page lead to.
func places(pdf []byte) (printed, error) {
	p := printed{pdf: pdf, at: map[string]int{}}
	objects := map[string]string{}
	for _, match := range object.FindAllSubmatch(pdf, -1) {
		objects[string(match[1])] = string(match[2])
	}
	root := catalog.FindSubmatch(pdf)
	if root == nil {
		return p, errors.New("Chromium has written a PDF of another form than is known here")
	}
	pages := map[string]int{}
	var number func(id string)
	number = func(id string) {
		if below := kids.FindStringSubmatch(objects[id]); below != nil && strings.Contains(objects[id], "/Type /Pages") {
			for _, kid := range reference.FindAllStringSubmatch(below[1], -1) {
				number(kid[1])
			}
			return
		}
		pages[id] = len(pages) + 1
	}
	number(string(root[1]))
	p.count = len(pages)
	if at := named.FindSubmatch(pdf); at != nil {
		for _, match := range destination.FindAllStringSubmatch(objects[string(at[1])], -1) {
			id := escaped.ReplaceAllStringFunc(match[1], func(code string) string {
				b, _ := strconv.ParseUint(code[1:], 16, 8)
				return string([]byte{byte(b)})
			})
			p.at[id] = pages[match[2]]
		}
	}
	return p, nil
}
