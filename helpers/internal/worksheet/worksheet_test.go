package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/notebook"
)

// thirty is the class of the tests, drawn once.
var thirty = sync.OnceValues(func() (class, error) { return newClass(goroot.MustFS(), 30, 1) })

func drawn(t *testing.T) class {
	t.Helper()
	if testing.Short() {
		t.Skip("explores some hundred programs")
	}
	c, err := thirty()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSheetsAreAlikeInDifficultyOnly(t *testing.T) {
	c := drawn(t)
	if len(c.Sheets) != 30 {
		t.Fatalf("%d sheets", len(c.Sheets))
	}
	asked := map[string]bool{}
	states, switches := []int{}, []int{}
	for i, s := range c.Sheets {
		states, switches = append(states, s.States), append(switches, s.Switches)
		for _, other := range c.Sheets[:i] {
			n := 0
			for _, q := range s.Questions {
				for _, o := range other.Questions {
					if q.Source == o.Source {
						n++
					}
				}
			}
			if n > alike || n > 0 && other.Number == i {
				t.Errorf("sheets %d and %d share %d questions", other.Number, s.Number, n)
			}
		}
		of := map[kind]int{}
		for _, q := range s.Questions {
			of[q.Kind]++
			asked[q.Pattern] = true
		}
		if of[values] != perKind || of[schedule] != perKind || of[ends] != perKind {
			t.Errorf("sheet %d has questions of kinds %v", s.Number, of)
		}
	}
	for what, of := range map[string][]int{"states": states, "switches": switches} {
		if low, high := slices.Min(of), slices.Max(of); high*100 > low*110 {
			t.Errorf("from %d to %d %s: more than 10 %% apart", low, high, what)
		}
	}
	if len(asked) < 12 {
		t.Errorf("%d patterns are asked about, want 12 or more", len(asked))
	}
}

// The key is held against the engine's other half: each way is followed, a step after the other.
// That nothing else can happen is known as all states were seen.
func TestKeyIsProved(t *testing.T) {
	c := drawn(t)
	seen := map[string]bool{}
	for _, s := range c.Sheets {
		for i, q := range s.Questions {
			if seen[q.Source] {
				continue
			}
			seen[q.Source] = true
			p, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": q.Source}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range q.Ways {
				way, err := engine.ParseSchedule(w.Schedule)
				if err != nil {
					t.Fatal(err)
				}
				run, err := p.Follow(way, false)
				if err != nil {
					t.Fatal(err)
				}
				if got := text(run.Outcome); got != w.End {
					t.Errorf("sheet %d, question %d: by %q it %s, and the key says that it %s", s.Number, i+1, w.Schedule, got, w.End)
				}
			}
			result, err := p.Explore(engine.Options{Distinct: true})
			if err != nil || !result.Complete {
				t.Fatal(err, result)
			}
			right := ""
			for k, option := range q.Options {
				if slices.ContainsFunc(result.Outcomes, func(o engine.Outcome) bool { return text(o) == option }) {
					right += letter(k)
				}
			}
			if q.Kind != schedule && (right != q.Right || len(q.Options) != lettered || len(right) == lettered) {
				t.Errorf("sheet %d, question %d: right is %q, and the key says %q of %q", s.Number, i+1, right, q.Right, q.Options)
			}
			if least, _, _ := engine.Extremes(result.Outcomes); q.Kind == schedule && least != q.Least {
				t.Errorf("sheet %d, question %d: the least is %s, and the key says %s", s.Number, i+1, least, q.Least)
			}
		}
	}
}

func TestSeedDecides(t *testing.T) {
	c := drawn(t)
	again, err := newClass(goroot.MustFS(), 30, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sheets", "key"} {
		one, err := render(name, c)
		if err != nil {
			t.Fatal(err)
		}
		two, err := render(name, again)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, two) {
			t.Errorf("one seed gives two pages of %s", name)
		}
	}
	other, err := newClass(goroot.MustFS(), 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if other.Sheets[0].Questions[0].Source == c.Sheets[0].Questions[0].Source {
		t.Error("two seeds begin with one question")
	}
}

// written is a folder with the class, printed where there is a browser.
func written(t *testing.T, c class) (dir, said string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "worksheets")
	var out strings.Builder
	if err := write(c, dir, &out); err != nil {
		t.Fatal(err)
	}
	return dir, out.String()
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var onePage = regexp.MustCompile(`/Type /Page\b`)

func TestPaper(t *testing.T) {
	c := drawn(t)
	dir, said := written(t, c)
	if strings.Contains(said, "no Chromium") {
		notebook.LeftOut(t, browser.ErrMissing.Error())
	}
	for _, paper := range browser.Papers {
		pdf := read(t, filepath.Join(dir, "sheets-"+paper.Name+".pdf"))
		if n := len(onePage.FindAllString(pdf, -1)); n != 2*len(c.Sheets) {
			t.Errorf("%d pages for %d sheets on %s: a sheet is to fill both sides of one", n, len(c.Sheets), paper.Name)
		}
	}
	page := read(t, filepath.Join(dir, "sheets.html"))
	for _, want := range []string{"<b>Name</b>", `content: "sheet 1-30"`, "Multi-Threading"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheets lack %q", want)
		}
	}
	if strings.Contains(page, "never") || strings.Contains(page, c.Sheets[0].Questions[perKind].Right) {
		t.Error("the sheets tell what is right")
	}
}

func TestGrading(t *testing.T) {
	c := drawn(t)
	c.Sheets = c.Sheets[:3]
	dir, _ := written(t, c)
	answers := filepath.Join(dir, "typed.csv")
	var all []string
	for _, q := range c.Sheets[0].Questions {
		all = append(all, q.Right)
	}
	small := strings.ToLower(strings.Join(all, ","))
	scattered := strings.ReplaceAll(strings.Join(strings.Split(small, ""), " "), " , ", ",")
	shortest := slices.Clone(all) // the engine's way of writing, which leaves out what comes by itself
	shortest[perKind] = c.Sheets[0].Questions[perKind].Ways[0].Schedule
	for _, test := range []struct{ name, text, points string }{
		{"all right", "1-1,Ann," + strings.Join(all, ","), "6"},
		{"the number alone, small letters", "1,Ann," + small, "6"},
		{"spaces", "1,Ann," + scattered, "6"},
		{"the shortest schedule", "1,Ann," + strings.Join(shortest, ","), "6"},
		{"nothing", "2,Ben,,,,,,", "0"},
		{"all letters, and each goroutine to its end", "2,Ben,ABCDE,ABCDE,,A,ABCDE,ABCDE", "0"},
		{"nonsense", "2,Ben,?,*,BBBBBBBBBBBB,D,nobody knows,\"a, b and c\"", "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(answers, []byte("\ufeffsheet,name,1,2,3,4,5,6\n"+test.text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := run([]string{"-out", dir, "-answers", answers}, &out); err != nil {
				t.Fatal(err)
			}
			grades := strings.Split(strings.TrimSpace(read(t, filepath.Join(dir, "grades.csv"))), "\n")
			if got := grades[len(grades)-1]; !strings.HasSuffix(got, ","+test.points) {
				t.Errorf("graded %q, want %s points", got, test.points)
			}
			if !strings.Contains(out.String(), test.points+" of 6") {
				t.Errorf("said %q", out.String())
			}
		})
	}
	for _, test := range []struct{ name, text, want string }{
		{"unknown", "4,Ann,,,,,,", `typed.csv, line 2: there is no sheet "4": the key has sheets 1 to 3`},
		{"another seed", "7-1,Ann,,,,,,",
			"typed.csv, line 2: sheet 7-1 was drawn with seed 7 and this key with seed 1: take the key of that seed"},
		{"twice", "1,Ann,,,,,,\n1-1,Ben,,,,,,", "typed.csv, line 3: sheet 1 stands in line 2 too: give each sheet one line"},
		{"short", "1,Ann,A",
			"typed.csv, line 2: 3 columns, and there are to be 8: sheet, name, and an answer to each question"},
		{"empty", "", "typed.csv has no answers: give each sheet a line, with its number first"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(answers, []byte("sheet,name,1,2,3,4,5,6\n"+test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			err := run([]string{"-out", dir, "-answers", answers}, new(strings.Builder))
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	t.Run("what was typed in stays", func(t *testing.T) {
		table := filepath.Join(dir, "answers-1.csv")
		if err := os.WriteFile(table, []byte("typed"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := write(c, dir, new(strings.Builder)); err != nil || read(t, table) != "typed" {
			t.Error("overwritten", err)
		}
	})
}

func TestBadInput(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	for want, args := range map[string][]string{
		"N=0: ask for 1 to 200 sheets, as in N=30":                                                 {"-n", "0"},
		"N=5000: ask for 1 to 200 sheets, as in N=30":                                              {"-n", "5000"},
		"N=many: ask for 1 to 200 sheets, as in N=30":                                              {"-n", "many"},
		"SEED=-1: take a whole number from 0 on, as in SEED=1":                                     {"-seed", "-1"},
		"there is no key in " + dir + ": draw the sheets first, with the N and SEED that they had": {"-answers", "x.csv"},
	} {
		if err := run(append(args, "-out", dir), new(strings.Builder)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("a folder was made")
	}
}
