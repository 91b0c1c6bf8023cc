// Package stepper makes the reader of notebook 06-shared-memory the scheduler: in
// the page one chooses which thread moves next, sees memory, undoes and tries
// again, until a goal is reached.
//
// The program steps in the page itself, by a script of its own that asks for
// nothing from any network. So it works in the notebook and in an exported page
// opened from a file. Where no script runs (an untrusted notebook, paper), a
// schedule that reaches the goal stands there as a picture with its data.
package stepper

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"example.com/multithreading/helpers/columns"
	"example.com/multithreading/helpers/interleaving"
	"example.com/multithreading/helpers/show"
)

//go:embed stepper.js
var script string

const (
	maxThreads = 10       // as many as there are digit keys
	maxBytes   = 64 << 10 // of a program in the page
)

// Stepper is a program to step through and what to try. Program.Always does not
// matter here, Program.MaxStates bounds the search for a solution.
type Stepper struct {
	Program interleaving.Program // at most 10 threads, 64 KB in its JSON form

	// The goal: a run after which Variable is Value, all threads having finished;
	// or, with Deadlock, a run that ends in one. Variable may be "" if there is
	// only one shared variable.
	Variable string
	Value    int
	Deadlock bool

	// Number tells steppers of the same program and goal in one page apart. It is
	// given, not drawn, so that a recorded output stays the same from run to run.
	Number int
}

// Show shows the stepper in a notebook, and elsewhere prints one solution as
// text, or the sentence that says what is wrong.
func (s Stepper) Show() {
	if !show.InNotebook() {
		variable, solution, err := s.solve()
		switch {
		case err != nil:
			fmt.Println(err)
		case solution == nil:
			fmt.Printf("Goal: %s. No run is known that gets there.\n", s.goal(variable))
		default:
			fmt.Printf("Goal: %s. One way:\n%s", s.goal(variable), solution)
		}
		return
	}
	html, err := s.HTML()
	if err != nil {
		fmt.Println(err)
		return
	}
	show.HTML(html)
}

// HTML is the stepper as a piece of a page: well-formed as XML too, some 25 KB,
// with no request for anything. The same Stepper gives the same bytes. It explores
// the program to find a solution, which takes as long as Program.Explore; the
// error is Explore's, or says which bound of Stepper does not hold.
func (s Stepper) HTML() (string, error) {
	variable, solution, err := s.solve()
	if err != nil {
		return "", err
	}
	program, err := json.Marshal(s.Program)
	if err != nil {
		return "", err
	}
	if len(program) > maxBytes {
		return "", fmt.Errorf("the program is %d bytes in the page; a stepper takes at most %d", len(program), maxBytes)
	}
	goal, err := json.Marshal(struct {
		Variable string `json:"v"`
		Value    int    `json:"n"`
		Deadlock bool   `json:"d"`
	}{variable, s.Value, s.Deadlock})
	if err != nil {
		return "", err
	}
	hash := fnv.New64a()
	hash.Write(program)
	hash.Write(goal)
	hash.Write([]byte(s.Program.Title))
	id := fmt.Sprintf("stepper-%016x-%d", hash.Sum64(), s.Number)

	title := s.Program.Title
	if title == "" {
		title = fmt.Sprintf("%d threads", len(s.Program.Threads))
	}
	var b strings.Builder
	// The attribute data-lm-suppress-shortcuts keeps JupyterLab's one-letter
	// commands from taking the keys. No id inside: the script makes its own.
	fmt.Fprintf(&b, `<div id="%s" data-stepper="%s" data-lm-suppress-shortcuts="true" style="background:#ffffff;color:#1b1b1b;border:1px solid #3d3d3d;border-radius:8px;padding:12px;max-width:64em">`+"\n", id, id)
	fmt.Fprintf(&b, `<p id="%s-title"><strong>%s. Goal: %s.</strong></p>`+"\n", id, escape(title), escape(s.goal(variable)))
	b.WriteString(`<div data-part="still">` + "\n")
	if solution != nil {
		still(&b, *solution)
	} else {
		b.WriteString("<p>No run is known that gets there.</p>\n")
	}
	b.WriteString("</div>\n")
	// A page may hold the same output twice, so the script starts all that are not
	// yet ready. Inside CDATA it may hold < and &, and the whole is XML.
	fmt.Fprintf(&b, "<script>//<![CDATA[\n(function () {\n%sdocument.querySelectorAll('[data-stepper=\"%s\"]').forEach(function (root) { stepper(root, %s, %s); });\n})();\n//]]></script>\n</div>\n", shipped(), id, program, goal)
	return b.String(), nil
}

// shipped is the script as it goes into a page: without indentation and without
// the lines that are comments, as each stepper carries a copy.
func shipped() string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// still is the solution as a picture and its data, for where no script runs.
func still(b *strings.Builder, solution columns.Schedule) {
	f := solution.Figure()
	fmt.Fprintf(b, `<p>One solution:</p><img alt="%s" src="data:image/svg+xml;base64,%s" style="max-width:100%%;height:auto"/>`+"\n",
		escape(f.Alt), base64.StdEncoding.EncodeToString([]byte(f.SVG)))
	b.WriteString("<details><summary>The picture's data as a table</summary>\n<table><thead><tr>")
	for _, h := range f.Header {
		fmt.Fprintf(b, `<th scope="col">%s</th>`, escape(h))
	}
	b.WriteString("</tr></thead><tbody>\n")
	for _, row := range f.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(b, `<th scope="row">%s</th>`, escape(cell))
			} else {
				fmt.Fprintf(b, "<td>%s</td>", escape(cell))
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></details>\n")
}

// solve checks the goal and looks for a shortest run that reaches it.
func (s Stepper) solve() (variable string, solution *columns.Schedule, err error) {
	p := s.Program
	if n := len(p.Threads); n > maxThreads {
		return "", nil, fmt.Errorf("a stepper has at most %d threads, not %d", maxThreads, n)
	}
	variable = s.Variable
	if !s.Deadlock {
		var names []string
		for name := range p.Shared {
			names = append(names, name)
		}
		slices.Sort(names)
		if variable == "" && len(names) == 1 {
			variable = names[0]
		}
		if !slices.Contains(names, variable) {
			return "", nil, fmt.Errorf("the goal's variable %q is not a shared variable of the program; it has %q", variable, names)
		}
		p.Watch = variable
	}
	r, err := p.Explore()
	if err != nil {
		return "", nil, err
	}
	witness := r.Deadlock
	if !s.Deadlock {
		witness = nil
		for _, o := range r.Outcomes {
			if o.Value == s.Value {
				witness = o.Witness
			}
		}
	}
	if witness != nil {
		w := witness.Schedule()
		solution = &w
	}
	return variable, solution, nil
}

func (s Stepper) goal(variable string) string {
	if s.Deadlock {
		return "end in a deadlock"
	}
	return fmt.Sprintf("end with %s = %d", variable, s.Value)
}

// escape makes a text safe in HTML and XML; a control character becomes a space.
func escape(t string) string {
	t = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(t, "?"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(t)
}
