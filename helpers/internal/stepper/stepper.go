// Package stepper makes the page in which a reader steps through a program: chooses which
// goroutine moves next, sees memory, goes back and tries again, until a goal is reached.
//
// The page has all states of the program that matter inside it and a script that walks over
// them. It asks no network for anything, so it works in a notebook and in a page opened from a
// file. Where no script runs (a notebook that is not trusted, paper), one schedule that reaches
// the goal stands there as a picture with its data.
package stepper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/internal/columns"
)

// A Graph is a program's states and what leads from one to the next, with a goal. Nothing in it
// is markup: any text may hold any characters.
//
// A goroutine and a node are named by their index. A goroutine keeps its index in all nodes, so
// a graph must not come from an exploration that exchanges goroutines of one kind.
type Graph struct {
	Title  string   // what the program is, as "Two goroutines add to one counter"; no full stop
	Source []string // the lines that the reader sees, without line breaks
	First  int      // the number of the line Source[0]
	Names  []string // of the goroutines, as a schedule writes them: letters only, "main", "A", "B"
	Level  bool     // whether it is a game: the way to the goal is folded, and what is won is kept under Title
	Goal   string   // completes "Goal: ", as "end with: Final counter value: 2"; no full stop
	Nodes  []Node   // Nodes[0] is the start
}

// A Node is a state: what holds between two steps.
type Node struct {
	// Memory is what several goroutines can reach, locks and channels too, in the same order in
	// all nodes. A variable that does not exist yet is left out.
	Memory []Variable

	// Goroutines is by index. Those that have not been started yet are left out at the end.
	Goroutines []Goroutine

	Output string // all that has been printed up to here
	End    string // how the run ended, as "all goroutines are asleep: deadlock"; "" where it goes on
	Goal   bool   // whether the goal is reached here; the node need not be an end

	// Moves are the steps that can be taken from here, those of one goroutine in the order of
	// their choices. A node that is no end and has no moves is one where the graph was cut.
	Moves []Move
}

// A Variable is a name and its value as text, as "counter" and "2", or "lock" and "held by A".
type Variable struct{ Name, Value string }

// A Status says what a goroutine is about to do.
type Status int

const (
	Ready  Status = iota // it can move
	Waits                // for a lock, a channel, a WaitGroup: another goroutine has to do something first
	Asleep               // on a condition, until it is woken
	Ended
	Panics // its panic ended the program
)

// A Goroutine is where one goroutine stands: always before its next step.
type Goroutine struct {
	Line   int // of its next step, by the numbers that begin at Graph.First; 0 if it is at no line that the reader sees
	Status Status
	Next   string     // its next step without results, for a button: "reads counter"; "" if Ended
	Why    string     // why it cannot move: "waits for lock, held by B"; "" if Ready
	Locals []Variable // that it alone can reach, and that a reader would want to see
}

// A Move is a step, with one of its choices if there are several.
type Move struct {
	Goroutine int
	Choice    int    // from 1, as "B/2" in a schedule; 0 means 1
	To        int    // the node after it, or Beyond
	Text      string // what was done, with results: "reads counter (0)"; tells one choice from another: "signals: A wakes"
	Note      string // what a reader should notice, as "overwrites 5: lost update"; mostly ""
}

// Beyond in Move.To is a state that the graph does not hold.
const Beyond = -1

// Text is the graph for a terminal: the goal, and a schedule that reaches it in columns, or a
// sentence that says that there is none. It is empty for a Graph that HTML refuses.
func (g Graph) Text() string {
	if g.check() != nil {
		return ""
	}
	way, found := g.witness()
	if !found {
		return fmt.Sprintf("Goal: %s. %s\n", g.Goal, g.none())
	}
	return fmt.Sprintf("Goal: %s. One schedule that reaches it: %s\n%s", g.Goal, g.schedule(way), g.columns(way))
}

// none says that no schedule reaches the goal, as surely as the graph allows.
func (g Graph) none() string {
	if g.complete() {
		return fmt.Sprintf("No schedule reaches it: all %d states of the program were looked at.", len(g.Nodes))
	}
	return "No schedule is known that reaches it; not all states of the program were looked at."
}

// complete reports whether the graph holds all that can happen.
func (g Graph) complete() bool {
	for _, n := range g.Nodes {
		if n.End == "" && len(n.Moves) == 0 || slices.ContainsFunc(n.Moves, func(m Move) bool { return m.To == Beyond }) {
			return false
		}
	}
	return true
}

// columns draws a way from the start.
func (g Graph) columns(way []Move) columns.Schedule {
	s := columns.Schedule{Title: g.Title, Goroutines: g.Names}
	at := 0
	for _, m := range way {
		text := m.Text
		if line := g.Nodes[at].Goroutines[m.Goroutine].Line; line > 0 {
			text = "line " + strconv.Itoa(line) + ": " + text
		}
		at = m.To
		s.Steps = append(s.Steps, columns.Step{Goroutine: m.Goroutine, Text: text, Memory: memory(g.Nodes[at]), Mark: m.Note})
	}
	last := g.Nodes[at]
	var outcome []string
	for _, part := range []string{last.End, printed(last.Output)} {
		if part != "" {
			outcome = append(outcome, part)
		}
	}
	if len(outcome) == 0 {
		outcome = []string{g.Goal}
	}
	s.Outcome = strings.Join(outcome, "; ")
	return s
}

func memory(n Node) string {
	var all []string
	for _, v := range n.Memory {
		all = append(all, v.Name+"="+v.Value)
	}
	return strings.Join(all, ", ")
}

func printed(output string) string {
	if output = strings.TrimSpace(output); output == "" {
		return ""
	}
	return "printed " + strings.ReplaceAll(output, "\n", " / ")
}

// schedule writes moves as a reader may type them: a goroutine, a colon and the number of its
// steps, or a slash and its choice.
func (g Graph) schedule(moves []Move) string {
	var all []string
	for i := 0; i < len(moves); {
		name, end := g.Names[moves[i].Goroutine], i+1
		if moves[i].Choice > 1 {
			name += "/" + strconv.Itoa(moves[i].Choice)
		} else {
			for end < len(moves) && moves[end].Goroutine == moves[i].Goroutine && moves[end].Choice <= 1 {
				end++
			}
			if end > i+1 {
				name += ":" + strconv.Itoa(end-i)
			}
		}
		all = append(all, name)
		i = end
	}
	return strings.Join(all, " ")
}

// check says what a graph lacks to be walked on. Whoever makes graphs sees it, no reader.
func (g Graph) check() error {
	if len(g.Nodes) == 0 {
		return fmt.Errorf("the graph %q has no nodes; the first is the start", g.Title)
	}
	letters := func(name string) bool {
		return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
	}
	for i, name := range g.Names {
		if !letters(name) || slices.Index(g.Names, name) < i {
			return fmt.Errorf("goroutine %d is called %q; a name is made of letters and stands once", i, name)
		}
	}
	for i, n := range g.Nodes {
		if len(n.Goroutines) > len(g.Names) {
			return fmt.Errorf("node %d has %d goroutines, and the graph %d names", i, len(n.Goroutines), len(g.Names))
		}
		seen := map[[2]int]bool{}
		for _, m := range n.Moves {
			choice := [2]int{m.Goroutine, max(m.Choice, 1)}
			switch {
			case m.Goroutine < 0 || m.Goroutine >= len(n.Goroutines):
				return fmt.Errorf("node %d has %d goroutines and a move of goroutine %d", i, len(n.Goroutines), m.Goroutine)
			case m.To < Beyond || m.To >= len(g.Nodes):
				return fmt.Errorf("node %d has a move to node %d of %d", i, m.To, len(g.Nodes))
			case seen[choice]:
				return fmt.Errorf("node %d has two moves of goroutine %d with choice %d", i, m.Goroutine, choice[1])
			}
			seen[choice] = true
		}
	}
	return nil
}
