package lessons

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/notebook"
)

const levelsName = "08-you-are-the-scheduler"

var levelsPath = filepath.Join(notebook.Root(), "notebooks", levelsName+".ipynb")

func init() {
	nb, err := notebook.Read(levelsPath)
	if err != nil {
		panic(err)
	}
	expectations[levelsName] = map[string]check{}
	for _, cell := range nb.Code() {
		expectations[levelsName][cell.ID()] = playable
	}
	expectations[levelsName]["exactly-two"] = func(t *testing.T, cell notebook.Cell) {
		says(t, cell, "printed counter: 10000", "✗ Goal not reached. The goal: print “counter: 2”.")
		drawn(t, cell, 1)
	}
	expectations[levelsName]["results-list"] = func(t *testing.T, cell notebook.Cell) {
		if html := page(cell); !strings.Contains(html, "<script") || !strings.Contains(html, "data-levels") {
			t.Errorf("no list: %s", html)
		}
	}
}

// page is the HTML that a cell has shown.
func page(cell notebook.Cell) (html string) {
	for _, output := range cell.Outputs() {
		html += output.HTML
	}
	return html
}

// playable wants the page to step through, and folded a way to the goal, or that there is none.
func playable(t *testing.T, cell notebook.Cell) {
	t.Helper()
	want := "<code>"
	if !levelOf(t, cell).breaks {
		want = "No schedule reaches it: all"
	}
	_, folded, ok := strings.Cut(page(cell), "<details><summary>A way to the goal, if there is one</summary>")
	folded, script, _ := strings.Cut(folded, "</details>")
	if !ok || !strings.Contains(folded, want) || !strings.Contains(script, "<script") {
		t.Errorf("no script, or not folded: %s", want)
	}
}

// levels are the cells of the notebook that are levels.
func levels(nb *notebook.Notebook) (all []notebook.Cell) {
	for _, cell := range nb.Code() {
		if cell.Metadata()["level"] != nil {
			all = append(all, cell)
		}
	}
	return all
}

// A level is a program whose goal is that it fails.
type level struct {
	goal   string
	breaks bool
	par    int // the fewest switches with which it fails
}

func levelOf(t *testing.T, cell notebook.Cell) (l level) {
	t.Helper()
	mark, ok := cell.Metadata()["level"].(map[string]any)
	if !ok {
		t.Fatalf("cell %s has no level in its metadata", cell.ID())
	}
	l.goal, _ = mark["goal"].(string)
	if mark["par"] != nil {
		l.breaks = true
		if _, err := fmt.Sscan(fmt.Sprint(mark["par"]), &l.par); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func levelProgram(t *testing.T, source string) *engine.Program {
	t.Helper()
	p, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": "package main\n" + source}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// allSeen explores a program, all of it.
func allSeen(t *testing.T, p *engine.Program) *engine.Result {
	t.Helper()
	r, err := p.Explore(engine.Options{Time: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete {
		t.Fatalf("not all was seen: stopped %s", r.Stopped)
	}
	return r
}

// easiest is the outcome with the fewest switches that reaches the goal, or nil.
func easiest(r *engine.Result, goal engine.Goal) (best *engine.Outcome) {
	for i, o := range r.Outcomes {
		if goal.Holds(o) && (best == nil || o.Switches < best.Switches) {
			best = &r.Outcomes[i]
		}
	}
	return best
}

// cannotFail wants a program that is right in every interleaving.
func cannotFail(t *testing.T, source string, goal engine.Goal) {
	t.Helper()
	r := allSeen(t, levelProgram(t, source))
	for _, o := range r.Outcomes {
		if o.Kind != engine.Ends || goal.Holds(o) {
			t.Errorf("it can %s: %q %s, by %s", o.Kind, o.Output, o.Message, o.Schedule)
		}
	}
	for _, race := range r.Races {
		t.Errorf("a data race of %s, lines %v", race.Variable, race.Lines)
	}
	for _, left := range r.LeftBehind {
		if left.Waits {
			t.Errorf("left behind: %v, by %s", left.Who, left.Schedule)
		}
	}
}

// mended applies the changes that a text cell shows. Their parts are divided by lines @@.
func mended(t *testing.T, source, text string) string {
	t.Helper()
	diff := regexp.MustCompile("(?s)```diff\n(.*?\n)```").FindStringSubmatch(text)
	if diff == nil {
		t.Fatal("the cell below shows no changes")
	}
	source = "\n" + strings.ReplaceAll(source, "\t", "    ") + "\n" // as in the text, where a tab would take too much room
	for part := range strings.SplitSeq(diff[1], "@@\n") {
		before, after := "\n", "\n"
		for line := range strings.Lines(part) {
			if line[0] != '+' {
				before += line[1:]
			}
			if line[0] != '-' {
				after += line[1:]
			}
		}
		if n := strings.Count(source, before); n != 1 {
			t.Fatalf("the program has %d times what is to be changed:%s", n, before)
		}
		source = strings.Replace(source, before, after, 1)
	}
	return source
}

func switchesOf(s engine.Schedule) (n int) {
	for i := 1; i < len(s); i++ {
		if s[i].Goroutine != s[i-1].Goroutine {
			n++
		}
	}
	return n
}

// Each level can be won, with par and not with less, in the page as by the engine, or cannot be won; and each mended program cannot fail.
func TestLevels(t *testing.T) {
	nb := read(t, levelsPath)
	cells, breaks, holds := nb.Cells(), 0, 0
	for i, cell := range cells {
		if cell.Metadata()["level"] == nil {
			continue
		}
		t.Run(cell.ID(), func(t *testing.T) {
			l, source := levelOf(t, cell), cell.Source()
			before, after := cells[i-1].Source(), cells[i+1].Source()
			title := regexp.MustCompile(`(?m)^### (.*)$`).FindStringSubmatch(before)
			if title == nil || !strings.Contains(source, fmt.Sprintf("func main() {\n\texplore.Level(%q, %q", title[1], l.goal)) {
				t.Fatalf("main does not begin with the level's name and its goal %q", l.goal)
			}
			for text, wants := range map[string][]string{
				before: {fmt.Sprintf("### %d. ", breaks+holds+1), "**Goal**", "<details><summary>Hint</summary>"},
				after:  {"<details><summary>", ".ipynb#"},
			} {
				for _, want := range wants {
					if !strings.Contains(text, want) {
						t.Errorf("it lacks %q:\n%s", want, text)
					}
				}
			}
			_, program, _ := strings.Cut(source, "\n)\n")
			lines := len(strings.FieldsFunc(program, func(r rune) bool { return r == '\n' }))
			if lines < 10 || lines > 25 {
				t.Errorf("%d lines without the imports, want 10 to 25", lines)
			}
			goal := engine.ParseGoal(l.goal)
			if l.breaks {
				breaks++
			} else {
				holds++
			}
			if cell.ID() == "exactly-two" {
				exactlyTwo(t, l, source, after)
				return
			}
			p := levelProgram(t, source)
			r := allSeen(t, p)
			g, err := p.Graph(r, title[1], goal)
			if err != nil {
				t.Fatal(err)
			}
			g.Level = true
			html, err := g.HTML()
			html = regexp.MustCompile(`(?s)/\*shared\*/.*/\*end\*/`).ReplaceAllString(html, "")
			if err != nil || len(html) > 60<<10 { // of more than 64 KB, states would be left out
				t.Errorf("without the script it has %d bytes, want at most 60 KB: %v", len(html), err)
			}
			if !l.breaks {
				cannotFail(t, source, goal)
				if want := fmt.Sprintf("No schedule reaches it: all %d states of the program were looked at.", len(g.Nodes)); !strings.Contains(g.Text(), want) {
					t.Errorf("the page does not say %q", want)
				}
				return
			}
			o := easiest(r, goal)
			if o == nil {
				t.Fatal("it cannot be won")
			}
			if o.Switches != l.par {
				t.Errorf("par is %d, and the fewest switches are %d, by %s", l.par, o.Switches, o.Schedule)
			}
			reaches(t, p, goal, o.Schedule.String())
			// The page's own way is a code that the command takes too, and has as few switches.
			way := regexp.MustCompile(`One schedule that reaches it: (.*)`).FindStringSubmatch(g.Text())
			if way == nil {
				t.Fatalf("the page knows no way: %s", g.Text())
			}
			if n := switchesOf(reaches(t, p, goal, way[1])); n != l.par {
				t.Errorf("the page's way %s has %d switches, par is %d", way[1], n, l.par)
			}
			cannotFail(t, mended(t, source, after), goal)
			t.Logf("par %d by %s, %d states, page of %d KB", l.par, way[1], len(g.Nodes), len(html)>>10)
		})
	}
	if breaks < 20 || holds != 2 {
		t.Errorf("%d levels can be broken and %d cannot, want at least 20, and 2", breaks, holds)
	}
}

// reaches follows a schedule to the goal.
func reaches(t *testing.T, p *engine.Program, goal engine.Goal, text string) engine.Schedule {
	t.Helper()
	schedule, err := engine.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	run, err := p.Follow(schedule, false)
	if err != nil {
		t.Fatal(err)
	}
	if !goal.Holds(run.Outcome) {
		t.Errorf("%s ends with %v %q %s", text, run.Outcome.Kind, run.Outcome.Output, run.Outcome.Message)
	}
	return schedule
}

// exactlyTwo holds the lesson's 5 × 10,000 to its par. Its states cannot all be seen, those of smaller programs can: with three additions
// each, and as well with four, each goroutine more takes one switch more.
func exactlyTwo(t *testing.T, l level, source, after string) {
	goal := engine.ParseGoal(l.goal)
	smaller := func(source string, n, k int) string {
		return strings.NewReplacer("range 5 ", fmt.Sprintf("range %d ", n), "range 10_000 ", fmt.Sprintf("range %d ", k)).Replace(source)
	}
	for _, c := range []struct{ n, k int }{{2, 3}, {2, 4}, {3, 3}, {3, 4}, {4, 3}} {
		o := easiest(allSeen(t, levelProgram(t, smaller(source, c.n, c.k))), goal)
		if o == nil || o.Switches != c.n+l.par-5 {
			t.Errorf("%d × %d: %+v, want %d switches", c.n, c.k, o, c.n+l.par-5)
		}
	}
	code := regexp.MustCompile("One schedule of par 9: `([^`]+)`").FindStringSubmatch(after)
	if code == nil || l.par != 9 {
		t.Fatalf("the cell below shows no schedule of par %d", l.par)
	}
	if n := switchesOf(reaches(t, levelProgram(t, source), goal, code[1])) + 1; n != l.par { // one to main, which prints
		t.Errorf("%d switches, par is %d", n, l.par)
	}
	cannotFail(t, smaller(mended(t, source, after), 2, 2), goal)
}

// All levels have one copy of the script between them: with one each, the notebook was a megabyte.
func TestLevelsShareOneScript(t *testing.T) {
	scripts := 0
	for _, cell := range read(t, levelsPath).Code() {
		scripts += strings.Count(page(cell), "/*shared*/")
	}
	if scripts != 1 {
		t.Errorf("%d copies of the script, want 1: make record", scripts)
	}
}

// The table of results says the par of each level, and so do the notes.
func TestTableOfResults(t *testing.T) {
	nb := read(t, levelsPath)
	text := markdown(t, levelsPath)
	notes := markdown(t, filepath.Join(notebook.Root(), "notebooks", "instructor", "notes.md"))
	for i, cell := range levels(nb) {
		l := levelOf(t, cell)
		par := "cannot be broken"
		if l.breaks {
			par = fmt.Sprint(l.par)
		}
		if want := regexp.MustCompile(fmt.Sprintf(`(?m)^\| \[%d\. .*\]\(#.*\) \| %s \| \|$`, i+1, par)); !want.MatchString(text) {
			t.Errorf("no row for level %d, %s, with %s", i+1, cell.ID(), par)
		}
		want := regexp.MustCompile(fmt.Sprintf(`(?m)^\| \[%s\]\(\.\./%s\.ipynb\S+ \|.* (Par %d\.|Par %[3]d is .*) \| `, cell.ID(), levelsName, l.par))
		if l.breaks && !want.MatchString(notes) {
			t.Errorf("the notes do not say Par %d of %s", l.par, cell.ID())
		}
	}
}
