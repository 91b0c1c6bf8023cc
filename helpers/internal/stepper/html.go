package stepper

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sort"
	"strings"

	"example.com/multithreading/helpers/internal/canvas"
)

//go:embed stepper.js
var script string

//go:embed stepper.css
var style string

// maxBytes is what a program may take in a page; of a larger one the states near a schedule
// that reaches the goal are kept.
const maxBytes = 64 << 10

// leastBytes is less than any node takes in its packed form.
const leastBytes = 8

// HTML is the stepper as a piece of a page, well-formed as XML too. The same Graph gives the same
// bytes, and they may stand in one page more than once. Of a graph of more than 64 KB in its
// packed form, the states near a schedule that reaches the goal are kept, and the page says where
// they end. It takes about a second for 50,000 nodes. The error says what is wrong with the Graph.
func (g Graph) HTML() (string, error) {
	if err := g.check(); err != nil {
		return "", err
	}
	way, found := g.witness()
	states, err := g.fit(way)
	if err != nil {
		return "", err
	}
	hash := fnv.New64a()
	hash.Write(states)
	name := fmt.Sprintf("%016x", hash.Sum64())

	var b strings.Builder
	// JupyterLab looks for the second attribute at what has the keyboard's focus. For it that is
	// this element, as what the script makes is in its shadow.
	fmt.Fprintf(&b, `<div data-stepper="%s" data-lm-suppress-shortcuts="true">`+"\n", name)
	g.still(&b, way, found)
	// Each copy of the script starts all that is not yet ready, as the first does not see the second.
	b.WriteString(starting(fmt.Sprintf(
		"const states = %s;\ndocument.querySelectorAll('[data-stepper=\"%s\"]').forEach((host) => stepper(host, states, style));\n",
		states, name)))
	b.WriteString("</div>\n")
	return b.String(), nil
}

// Results is the list of the levels that were won in this browser, as a piece of a page.
func Results() string {
	return `<div data-levels="won" data-lm-suppress-shortcuts="true">` + "\n" +
		"<p>Here stands what you have won. Run the cell to see it.</p>\n" +
		starting("document.querySelectorAll('[data-levels]').forEach((host) => list(host, style));\n") + "</div>\n"
}

// Won is a script that keeps a level as won, as the page of a Graph does by itself.
func Won(level, schedule string, switches, par int) string {
	win, _ := json.Marshal(map[string]any{"switches": switches, "par": par, "schedule": schedule}) // texts and numbers only
	name, _ := json.Marshal(level)
	return starting(fmt.Sprintf("keep(%s, %s);\n", name, win))
}

// starting is a script that does something with what is in stepper.js. What all of one version have
// in common stands between two marks, by which the recorder of notebooks and the exporter of pages
// keep one copy of it; a script that comes before that copy waits for it.
func starting(do string) string {
	code := shipped(script)
	styles, _ := json.Marshal(shipped(style)) // a text
	// Inside CDATA it may hold < and &, and the whole is XML.
	return fmt.Sprintf("<script>//<![CDATA[\n(function () {\n/*shared*/window['%[1]s'] = window['%[1]s'] || (function () {\n%[2]s"+
		"return [stepper, list, keep, %[3]s];\n})();\n(window['%[1]s later'] || []).splice(0).forEach((start) => start());/*end*/\n"+
		"const start = () => {\nconst [stepper, list, keep, style] = window['%[1]s'];\n%[4]s};\n"+
		"if (window['%[1]s']) { start(); } else { (window['%[1]s later'] = window['%[1]s later'] || []).push(start); }\n"+
		"})();\n//]]></script>\n", version(code, styles), code, styles, do)
}

// version names a script and a style sheet, so that steppers of two versions in one page do not meet.
func version(code string, styles []byte) string {
	hash := fnv.New64a()
	hash.Write([]byte(code))
	hash.Write(styles)
	return fmt.Sprintf("stepper-%016x", hash.Sum64())
}

// shipped is a script or a style sheet as it goes into a page: without indentation and without
// the lines that are comments, as each stepper carries a copy.
func shipped(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "/*") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// still is what stands there where no script runs.
func (g Graph) still(b *strings.Builder, way []Move, found bool) {
	fmt.Fprintf(b, "<p><strong>%s.</strong> Goal: %s.</p>\n", canvas.Escape(g.Title), canvas.Escape(g.Goal))
	if g.Level { // whoever sees this has not played yet
		answer := canvas.Escape(g.none())
		if found {
			answer = "<code>" + canvas.Escape(g.schedule(way)) + "</code>"
		}
		fmt.Fprintf(b, "<p>Run the cell to play.</p>\n"+
			"<details><summary>A way to the goal, if there is one</summary>\n<p>%s</p></details>\n", answer)
		return
	}
	if !found {
		fmt.Fprintf(b, "<p>%s</p>\n", canvas.Escape(g.none()))
		return
	}
	fmt.Fprintf(b, "<p>One schedule that reaches it: <code>%s</code></p>\n", canvas.Escape(g.schedule(way)))
	steps := g.columns(way)
	steps.Title = "" // it stands above
	b.WriteString(steps.Figure().HTML())
}

// fit packs the graph, or as much of it, beginning with a way, as there is room for.
func (g Graph) fit(way []Move) ([]byte, error) {
	order := g.near(way, maxBytes/leastBytes)
	var err error
	part := func(n int) []byte {
		kept := g
		if n < len(g.Nodes) {
			kept = g.keep(order[:n])
		}
		text, e := json.Marshal(kept.pack(g.none()))
		err = errors.Join(err, e)
		return text
	}
	if len(order) == len(g.Nodes) {
		if all := part(len(order)); len(all) <= maxBytes {
			return all, err
		}
	}
	n := sort.Search(len(order), func(n int) bool { return len(part(n+1)) > maxBytes })
	if n == 0 {
		return nil, fmt.Errorf("%q takes more than %d bytes with one state; show fewer lines or variables", g.Title, maxBytes)
	}
	return part(n), err
}

// packed is a graph as the script unpacks it. Texts and what many nodes share are written once
// and named by their place.
type packed struct {
	Title   string   `json:"title"`
	Goal    string   `json:"goal"`
	Level   bool     `json:"level,omitempty"`
	None    string   `json:"none"` // what is said where no schedule reaches the goal
	Source  []string `json:"source"`
	First   int      `json:"first"`
	Names   []string `json:"names"`
	Texts   []string `json:"texts"`
	Memory  [][]int  `json:"memory"`  // name and value of each variable
	Threads [][]int  `json:"threads"` // line, status, next step, why not, then name and value of each local variable
	Heads   [][]int  `json:"heads"`   // memory, output, end, whether it is the goal
	Steps   [][]int  `json:"steps"`   // goroutine, choice, text, note
	Nodes   [][]int  `json:"nodes"`   // head, number of threads, those, then node and step of each move
}

// A table writes equal things once.
type table[K comparable, V any] struct {
	place map[K]int
	all   []V
}

func (t *table[K, V]) of(key K, value V) int {
	if t.place == nil {
		t.place = map[K]int{}
	}
	i, had := t.place[key]
	if !had {
		i = len(t.all)
		t.place[key] = i
		t.all = append(t.all, value)
	}
	return i
}

func (g Graph) pack(none string) packed {
	var texts table[string, string]
	var memories, threads, heads, steps table[string, []int]
	text := func(s string) int { return texts.of(s, canvas.Visible(s)) }
	list := func(t *table[string, []int], numbers []int) int { return t.of(fmt.Sprint(numbers), numbers) }
	variables := func(numbers []int, all []Variable) []int {
		for _, v := range all {
			numbers = append(numbers, text(v.Name), text(v.Value))
		}
		return numbers
	}
	nodes := make([][]int, len(g.Nodes))
	for i, n := range g.Nodes {
		goal := 0
		if n.Goal {
			goal = 1
		}
		head := []int{list(&memories, variables([]int{}, n.Memory)), text(n.Output), text(n.End), goal}
		node := []int{list(&heads, head), len(n.Goroutines)}
		for _, t := range n.Goroutines {
			node = append(node, list(&threads, variables([]int{t.Line, int(t.Status), text(t.Next), text(t.Why)}, t.Locals)))
		}
		for _, m := range n.Moves {
			node = append(node, m.To, list(&steps, []int{m.Goroutine, max(m.Choice, 1), text(m.Text), text(m.Note)}))
		}
		nodes[i] = node
	}
	source := make([]string, len(g.Source))
	for i, line := range g.Source {
		source[i] = canvas.Visible(line)
	}
	return packed{
		Title: canvas.Visible(g.Title), Goal: canvas.Visible(g.Goal), Level: g.Level, None: none, Source: source, First: g.First, Names: g.Names,
		Texts: texts.all, Memory: memories.all, Threads: threads.all, Heads: heads.all, Steps: steps.all, Nodes: nodes,
	}
}
