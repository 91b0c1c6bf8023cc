package stepper_test

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/canvas/canvastest"
	"example.com/multithreading/helpers/internal/stepper"
	"example.com/multithreading/helpers/internal/stepper/sample"
)

func html(t *testing.T, g stepper.Graph) string {
	t.Helper()
	h, err := g.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// hostile is a graph whose every text tries to be more than text.
func hostile() stepper.Graph {
	const bad = "</script><b>&\"'\x00]]><!--\u202e\u2028 __proto__"
	variables := []stepper.Variable{{Name: bad, Value: bad}, {Name: "__proto__", Value: "constructor"}}
	stand := func(s stepper.Status) []stepper.Goroutine {
		return []stepper.Goroutine{{Line: 1, Status: s, Next: bad, Why: bad, Locals: variables}}
	}
	return stepper.Graph{
		Title: bad, Source: []string{bad, ""}, First: 1, Names: []string{"main"}, Goal: bad,
		Nodes: []stepper.Node{
			{Memory: variables, Goroutines: stand(stepper.Ready), Moves: []stepper.Move{{To: 1, Text: bad, Note: bad}}},
			{Memory: variables[:1], Goroutines: stand(stepper.Panics), Output: bad, End: bad, Goal: true},
		},
	}
}

func TestHTML(t *testing.T) {
	for name, g := range map[string]stepper.Graph{
		"lost update": sample.LostUpdate(2), "two locks": sample.TwoLocks(), "check, then act": sample.CheckThenAct(),
		"condition": sample.Condition(false), "no way": sample.Condition(true), "large": sample.LostUpdate(8),
		"hostile": hostile(),
	} {
		t.Run(name, func(t *testing.T) {
			h := html(t, g)
			if h != html(t, g) {
				t.Error("the same graph gives other bytes")
			}
			if room := 64<<10 + 80<<10; len(h) > room {
				t.Errorf("%d bytes, want at most %d", len(h), room)
			}
			d := xml.NewDecoder(strings.NewReader(h))
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("not well-formed: %v\n%s", err, h)
				}
				element, ok := token.(xml.StartElement)
				if !ok {
					continue
				}
				if element.Name.Local == "b" {
					t.Error("markup from a text came through")
				}
				for _, a := range element.Attr {
					switch a.Name.Local {
					case "id":
						t.Errorf("has the id %q, and the page may have it twice", a.Value)
					case "src", "href":
						if !strings.HasPrefix(a.Value, "data:") {
							t.Errorf("asks for %q", a.Value)
						}
					}
				}
			}
			if n := strings.Count(h, "</script"); n != 1 {
				t.Errorf("the script ends %d times", n)
			}
			if strings.Contains(h, "http:") || strings.Contains(h, "https:") {
				t.Error("names an address")
			}
			t.Logf("%d states, %d bytes", len(g.Nodes), len(h))
		})
	}
}

// Where no script runs a schedule stands there: picture, description, table.
func TestStandsWithoutScript(t *testing.T) {
	script := regexp.MustCompile(`(?s)<script>.*</script>`)
	h := script.ReplaceAllString(html(t, sample.LostUpdate(2)), "")
	for _, want := range []string{
		"Goal: end with: Final counter value: 2.", "<code>A:3 B:4 A main:2</code>", `<img alt="Schedule of 3 goroutines`,
		"data:image/svg+xml;base64,", "overwrites 3: lost update</td>", `left">memory</th>`,
	} {
		if !strings.Contains(h, want) {
			t.Errorf("lacks %q", want)
		}
	}
	picture, err := base64.StdEncoding.DecodeString(regexp.MustCompile(`base64,([^"]+)`).FindStringSubmatch(h)[1])
	if err != nil {
		t.Fatal(err)
	}
	canvastest.Golden(t, "still", string(picture))
	if strings.Contains(h, "<button") || strings.Contains(h, "hidden") {
		t.Error("has a button that nothing serves, or hides something")
	}
	h = script.ReplaceAllString(html(t, sample.Condition(true)), "")
	if !strings.Contains(h, "No schedule reaches it: all 62 states") {
		t.Error("does not say that nothing reaches the goal")
	}
}

// A level gives nothing away before it is opened: not how it is won, and not whether it can be.
func TestLevelHidesItsWay(t *testing.T) {
	for want, g := range map[string]stepper.Graph{
		"<code>A:3 B:4 A main:2</code>":         sample.LostUpdate(2),
		"No schedule reaches it: all 62 states": sample.Condition(true),
	} {
		g.Level = true
		h := regexp.MustCompile(`(?s)<script>.*</script>`).ReplaceAllString(html(t, g), "")
		open, folded, _ := strings.Cut(h, "<details><summary>A way to the goal, if there is one</summary>")
		if !strings.Contains(folded, want) || strings.Contains(open, "chedule") || strings.Contains(h, "<img") {
			t.Errorf("not all is folded, or it lacks %q: %s", want, h)
		}
	}
	for _, h := range []string{stepper.Results(), stepper.Won("</script>]]>", "A B", 1, 1)} {
		if strings.Count(h, "</script") != 1 || strings.Count(h, "]]>") != 1 {
			t.Errorf("the script ends early: %s", h)
		}
	}
}

func TestText(t *testing.T) {
	for want, g := range map[string]stepper.Graph{
		"Goal: all goroutines wait for ever (deadlock). One schedule that reaches it: A B\n":     sample.TwoLocks(),
		"Goal: end with: -60. One schedule that reaches it: A B:4 A:3 main:2\n":                  sample.CheckThenAct(),
		"Goal: a panic: index out of range. One schedule that reaches it: A:2 C:4 B:4 A:2\n":     sample.Condition(false),
		"Goal: end with two items taken. No schedule reaches it: all 62 states of the program":   sample.Condition(true),
		"End: deadlock: main waits for the WaitGroup; A waits for ben, held by B; B waits for a": sample.TwoLocks(),
	} {
		if got := g.Text(); !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
	cut := sample.Condition(true)
	cut.Nodes[3].Moves = nil
	if got := cut.Text(); !strings.Contains(got, "not all states of the program were looked at") {
		t.Errorf("claims more than is known: %s", got)
	}
}

func TestWrongGraphsAreRefused(t *testing.T) {
	type graph = *stepper.Graph
	for want, spoil := range map[string]func(g graph){
		"has no nodes":                                           func(g graph) { g.Nodes = nil },
		`goroutine 2 is called "A"; a name is`:                   func(g graph) { g.Names = []string{"main", "A", "A"} },
		`goroutine 1 is called "A 1"`:                            func(g graph) { g.Names = []string{"main", "A 1", "B"} },
		"node 0 has 3 goroutines, and the graph 2 names":         func(g graph) { g.Names = g.Names[:2] },
		"node 0 has 3 goroutines and a move of goroutine 5":      func(g graph) { g.Nodes[0].Moves[0].Goroutine = 5 },
		"node 0 has a move to node 999 of 71":                    func(g graph) { g.Nodes[0].Moves[0].To = 999 },
		"node 0 has two moves of goroutine 1 with choice 1":      func(g graph) { g.Nodes[0].Moves[1].Goroutine = 1 },
		"takes more than 65536 bytes with one state; show fewer": func(g graph) { g.Source[0] = strings.Repeat("x", 70000) },
	} {
		g := sample.LostUpdate(2)
		spoil(&g)
		if _, err := g.HTML(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The schedule that is shown has the fewest switches, and of those the fewest steps: held against
// all ways that lead to the goal.
func TestFewestSwitches(t *testing.T) {
	graphs := []stepper.Graph{sample.LostUpdate(2), sample.TwoLocks(), sample.CheckThenAct(), sample.Condition(false)}
	for _, g := range graphs {
		least := [2]int{math.MaxInt}
		var try func(node, last, switches, steps int)
		try = func(node, last, switches, steps int) {
			if now := [2]int{switches, steps}; g.Nodes[node].Goal && slices.Compare(now[:], least[:]) < 0 {
				least = now
			}
			for _, m := range g.Nodes[node].Moves {
				if last >= 0 && last != m.Goroutine {
					try(m.To, m.Goroutine, switches+1, steps+1)
				} else {
					try(m.To, m.Goroutine, switches, steps+1)
				}
			}
		}
		try(0, -1, 0, 0)
		shown := regexp.MustCompile(`reaches it: (.*)`).FindStringSubmatch(g.Text())[1]
		turns := strings.Fields(shown)
		got := [2]int{len(turns) - 1, 0}
		for _, turn := range turns {
			_, n, many := strings.Cut(turn, ":")
			if !many {
				n = "1"
			}
			steps, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			got[1] += steps
		}
		if got != least {
			t.Errorf("%s: %s has %v switches and steps, the least are %v", g.Title, shown, got, least)
		}
	}
}
