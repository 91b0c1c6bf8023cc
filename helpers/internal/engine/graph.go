package engine

import (
	"fmt"
	"strings"

	"example.com/multithreading/helpers/internal/stepper"
)

// Goal is what a reader of the stepper tries to reach.
type Goal struct {
	Text  string // completes "Goal: ", as "end in a deadlock"
	Holds func(Outcome) bool
}

// ParseGoal reads a goal: deadlock, panic, or a text that the program prints; the empty text is
// any end of main.
func ParseGoal(text string) Goal {
	text = strings.TrimSpace(text)
	switch text {
	case "":
		return Goal{"come to main's end", func(o Outcome) bool { return o.Kind == Ends }}
	case "deadlock":
		return Goal{"end in a deadlock", func(o Outcome) bool { return o.Kind == Deadlock }}
	case "panic":
		return Goal{"end with a panic", func(o Outcome) bool { return o.Kind == Crash }}
	}
	return Goal{"print “" + text + "”", func(o Outcome) bool { return o.Kind == Ends && strings.Contains(o.Output, text) }}
}

// maxNodes is how many states a page is made of, at most; it may have room for fewer.
const maxNodes = 3000

// mostInPage is how many goroutines a page has room for; with more, it would also take long to
// make.
const mostInPage = 40

// Graph is the program's states for the stepper: those on a shortest way to the goal, which an
// exploration has found, and then those that are fewest steps away from the start or from that
// way, as many as a page has room for. Goroutines keep who they are, so there are more states than
// Explore counts.
func (p *Program) Graph(r *Result, title string, goal Goal) (stepper.Graph, error) {
	g := stepper.Graph{Title: title, Goal: goal.Text}
	was := p.distinct
	p.distinct = true
	defer func() { p.distinct = was }()
	s, err := p.first()
	if err != nil {
		return g, err
	}
	all := pageStates{encoder: newEncoder(p), index: map[key]int{}}
	// The witness first, so that it is whole whatever is cut.
	s = all.walk(s, r.witnessOf(goal))
	if n := len(s.gs); n > mostInPage {
		return g, fmt.Errorf("a page to step through has room for %d goroutines, and this program has %d: "+
			"make the number smaller", mostInPage, n)
	}
	var lines lineRange
	for at := 0; at < len(all.states); at++ {
		s := all.states[at]
		n := p.node(s, goal)
		if n.Moves, err = all.moves(s); err != nil {
			return g, err
		}
		for _, one := range n.Goroutines {
			lines.add(one.Line)
		}
		for i := len(g.Names); i < len(s.gs); i++ {
			g.Names = append(g.Names, s.gs[i].name)
		}
		g.Nodes = append(g.Nodes, n)
	}
	g.First, g.Source = p.source(lines)
	return g, nil
}

// witnessOf is a shortest schedule that reaches the goal, nil if none does.
func (r *Result) witnessOf(goal Goal) Schedule {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; goal.Holds(*o) {
			if o.Schedule == nil && o.node >= 0 {
				return r.way(o.node)
			}
			return o.Schedule
		}
	}
	return nil
}

// pageStates are the states that a page has, each once.
type pageStates struct {
	encoder *encoder
	index   map[key]int
	states  []*state
}

// enter takes a state in, and returns its number, [stepper.Beyond] where there is no room; known
// tells that it brings nothing new.
func (all *pageStates) enter(s *state) (at int, known bool) {
	k, _ := all.encoder.encode(s)
	if at, known := all.index[k]; known {
		return at, true
	}
	if len(all.states) >= maxNodes {
		return stepper.Beyond, true
	}
	all.index[k] = len(all.states)
	all.states = append(all.states, s)
	return len(all.states) - 1, false
}

// walk takes in the states on a schedule's way from s, and on to its end, as Follow goes. It returns
// the last one.
func (all *pageStates) walk(s *state, schedule Schedule) *state {
	all.enter(s)
	last := 0
	for _, m := range schedule {
		for range m.Steps {
			id := s.byName(m.Goroutine)
			if id < 0 || s.choices(id) <= m.Choice {
				break
			}
			s, last = s.step(id, m.Choice), id
			all.enter(s)
		}
	}
	for s.ended == nil && s.refused == nil {
		id := s.goesOn(last)
		if id < 0 {
			break
		}
		last = id
		s = s.step(id, 0)
		if _, known := all.enter(s); known {
			break
		}
	}
	return s
}

// moves are the ways on from a state; it takes in where they lead.
func (all *pageStates) moves(s *state) (moves []stepper.Move, err error) {
	if s.ended != nil {
		return nil, nil
	}
	for _, one := range s.gs {
		for c := range s.choices(one.id) {
			step := s.tell(one.id, c)
			next := s.step(one.id, c)
			if next.refused != nil {
				return nil, next.refused
			}
			to, _ := all.enter(next)
			moves = append(moves, stepper.Move{Goroutine: one.id, Choice: c + 1, To: to, Text: step.Text})
		}
	}
	return moves, nil
}

func (s *state) byName(name string) int {
	for _, g := range s.gs {
		if g.name == name {
			return g.id
		}
	}
	return -1
}

// node is a state as the stepper shows it.
func (p *Program) node(s *state, goal Goal) stepper.Node {
	n := stepper.Node{Output: s.output}
	for _, v := range s.memory() {
		n.Memory = append(n.Memory, stepper.Variable(v))
	}
	for _, g := range s.gs {
		one := stepper.Goroutine{Status: stepper.Ended}
		if !g.done && s.ended == nil {
			if pos := p.position(g); p.inProgram(pos) {
				one.Line = p.lineOf(pos)
			}
			one.Next = s.tell(g.id, 0).Text
			switch {
			case s.choices(g.id) > 0:
				one.Status = stepper.Ready
			case g.asleep.Obj != 0:
				one.Status, one.Why = stepper.Asleep, s.waitsFor(g.id)
			default:
				one.Status, one.Why = stepper.Waits, s.waitsFor(g.id)
			}
			for _, v := range s.locals(g.id) {
				one.Locals = append(one.Locals, stepper.Variable(v))
			}
		}
		n.Goroutines = append(n.Goroutines, one)
	}
	o := Outcome{Kind: Ends, Output: s.output}
	switch {
	case s.ended != nil:
		o.Kind, o.Message = s.ended.kind, s.ended.message
	case s.goesOn(0) < 0:
		o.Kind, o.Message = Deadlock, s.deadlock()
	default:
		return n
	}
	n.Goal = goal.Holds(o)
	n.End = o.Ending()
	return n
}

// Ending says in a few words how a run ended.
func (o Outcome) Ending() string {
	switch o.Kind {
	case Deadlock:
		return "deadlock: nobody can move"
	case Crash:
		return strings.SplitN(o.Message, "\n", 2)[0]
	case Endless:
		return "no end: " + o.Message
	}
	if o.Message != "" {
		return "main has ended, " + o.Message
	}
	return "main has ended"
}

// lineRange is the lines that a picture of the source has to show.
type lineRange struct{ first, last int }

func (r *lineRange) add(line int) {
	if line == 0 {
		return
	}
	if r.first == 0 || line < r.first {
		r.first = line
	}
	r.last = max(r.last, line)
}

// source is the student's lines around those where goroutines stand: whole functions, and what is
// above them.
func (p *Program) source(r lineRange) (first int, lines []string) {
	all := p.sourceLines()
	if r.first == 0 {
		r.first, r.last = 1, len(all)
	}
	first = max(1, r.first)
	for first > 1 && !strings.HasPrefix(all[first-1], "func ") && !strings.HasPrefix(all[first-1], "var ") {
		first--
	}
	last := min(len(all), r.last)
	for last < len(all) && all[last-1] != "}" {
		last++
	}
	for i := first; i <= last; i++ {
		lines = append(lines, all[i-1])
	}
	return first, lines
}
