package engine

import (
	"fmt"
	"strconv"
	"strings"
)

// Move is a goroutine's next steps, one after the other.
type Move struct {
	Goroutine string // main, A, B, …
	Steps     int
	Choice    int // which of several ways to take a single step, from 0
}

// Schedule is who moves, in order. As text it is written A B:19998 main A/2: a goroutine, the number of its
// steps if not one, and which choice if not the first.
type Schedule []Move

func (s Schedule) String() string {
	parts := make([]string, len(s))
	for i, m := range s {
		parts[i] = m.Goroutine
		if m.Steps != 1 {
			parts[i] += ":" + strconv.Itoa(m.Steps)
		}
		if m.Choice > 0 {
			parts[i] += "/" + strconv.Itoa(m.Choice+1)
		}
	}
	return strings.Join(parts, " ")
}

// add appends a step, and joins it to the move before where that is the same goroutine's.
func (s Schedule) add(m Move) Schedule {
	if n := len(s); n > 0 && m.Choice == 0 && s[n-1].Choice == 0 && s[n-1].Goroutine == m.Goroutine {
		s[n-1].Steps += m.Steps
		return s
	}
	return append(s, m)
}

// maxScheduled is how many steps a schedule may have.
const maxScheduled = 10_000_000

// ParseSchedule reads a schedule as String writes it; commas and line ends separate as spaces do. The error names
// the part that cannot be read.
func ParseSchedule(text string) (Schedule, error) {
	var s Schedule
	total := 0
	for i, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' || r == '\r' }) {
		wrong := func(why string) error {
			return fmt.Errorf("move %d, %q: %s; write a goroutine (main, A, B …), and :n for n steps, as in \"A B:3 A\"", i+1, part, why)
		}
		m := Move{Steps: 1}
		name, choice, chosen := strings.Cut(part, "/")
		name, steps, counted := strings.Cut(name, ":")
		if counted {
			n, err := strconv.Atoi(strings.ReplaceAll(steps, "_", ""))
			if err != nil || n < 1 {
				return nil, wrong(fmt.Sprintf("%q is not a number of steps from 1 on", steps))
			}
			m.Steps = n
		}
		if chosen {
			n, err := strconv.Atoi(choice)
			if err != nil || n < 1 || n > 1000 {
				return nil, wrong(fmt.Sprintf("%q is not the number of a choice from 1 on", choice))
			}
			if m.Choice = n - 1; m.Steps > 1 {
				return nil, wrong("a choice belongs to a single step")
			}
		}
		if letters := strings.TrimPrefix(name, "timer"); name != "main" && (letters == "" || strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
			return nil, wrong(fmt.Sprintf("%q is no goroutine's name", name))
		}
		m.Goroutine = name
		if total += m.Steps; total > maxScheduled {
			return nil, wrong(fmt.Sprintf("that makes more than %s steps", grouped(maxScheduled)))
		}
		s = append(s, m)
	}
	return s, nil
}

// Step is one step of a run.
type Step struct {
	Goroutine int
	Line      int    // as the student sees it; 0 where it has none
	Text      string // what was done, such as "writes counter = 1"
	Mark      string // "" or what to notice, such as "overwrites 2: lost update"
	Choice    int
	Memory    []Variable // after it, where it was asked for
}

// Run is a program followed along a schedule, and then to its end.
type Run struct {
	Names      []string // of the goroutines
	Steps      []Step   // where they were asked for
	Total      int      // number of steps
	Scheduled  int      // so many of them by the schedule, the others after it
	Outcome    Outcome
	LeftBehind []string // who lives when main ends, and where it stands
	Hooks      []Hooks  // the same run as replay counts it

	turns []int // how many steps each goroutine's stretch has
	steps []int // how many each goroutine has taken
}

// Follow runs the program by a schedule, and then on to its end: the goroutine that moved last goes on as long as
// it can, then the next in order. With steps, the run lists them, with memory where a goroutine's turn begins and
// ends. The error names the move that cannot be taken, and why.
func (p *Program) Follow(schedule Schedule, steps bool) (*Run, error) {
	if !p.explored { // so that it is known what counts as a step
		if _, err := p.Explore(Options{States: 2000, Clock: p.clock, StoreBuffers: p.buffers}); err != nil {
			return nil, err
		}
	}
	for {
		p.learned = false
		run, err := p.follow(schedule, nil, maxScheduled)
		if err != nil {
			return nil, err
		}
		if steps && !p.learned {
			run, err = p.follow(schedule, run.turns, maxScheduled)
		}
		if err != nil || !p.learned {
			return run, err
		}
	}
}

// nearby is how many steps at both ends of a turn are told with memory.
const nearby = 3

func (p *Program) follow(schedule Schedule, turns []int, most int) (*Run, error) {
	p.tracing = p.begun()
	s, err := p.first()
	p.tracing = nil
	if err != nil {
		return nil, err
	}
	f := &follower{p: p, s: s, run: &Run{}, tells: turns, writes: map[Ptr]writer{}, reads: map[int]seen{}}
	for i, m := range schedule {
		for n := range m.Steps {
			id := s.byName(m.Goroutine)
			if s.ended == nil && id >= 0 && !s.gs[id].done {
				if choices := s.choices(id); m.Choice < choices {
					f.step(id, m.Choice)
					if s.refused != nil {
						return nil, s.refused
					}
					continue
				}
			}
			at := fmt.Sprintf("move %d (%s)", i+1, Schedule{m})
			if m.Steps > 1 {
				at += fmt.Sprintf(", its step %d", n+1)
			}
			switch {
			case s.ended != nil:
				return nil, fmt.Errorf("%s: the program has ended before it", at)
			case id < 0:
				return nil, fmt.Errorf("%s: there is no goroutine %s (yet); there are %s", at, m.Goroutine, s.names())
			case s.gs[id].done:
				return nil, fmt.Errorf("%s: %s has ended", at, m.Goroutine)
			}
			choices := s.choices(id)
			if choices == 0 {
				return nil, fmt.Errorf("%s: %s cannot move: it %s", at, m.Goroutine, s.waitsFor(id))
			}
			return nil, fmt.Errorf("%s: there is no choice %d here; there are %d", at, m.Choice+1, choices)
		}
	}
	f.run.Scheduled = f.run.Total
	for s.ended == nil {
		id := s.goesOn(f.mover)
		if id < 0 {
			s.ended = &ending{kind: Deadlock, message: s.deadlock()}
			break
		}
		if f.run.Total > most {
			s.ended = &ending{kind: Endless, message: fmt.Sprintf("no end after %s steps", grouped(most))}
			break
		}
		if f.at > longTurn { // it may be waiting for another
			for i := range s.gs {
				if other := (id + 1 + i) % len(s.gs); s.choices(other) > 0 {
					id = other
					break
				}
			}
		}
		f.step(id, 0)
		if s.refused != nil {
			return nil, s.refused
		}
	}
	for _, g := range s.gs {
		f.run.Names = append(f.run.Names, g.name)
		f.run.steps = append(f.run.steps, g.count)
	}
	o := Outcome{Kind: s.ended.kind, Output: s.output, Message: s.ended.message}
	f.run.Outcome = o
	f.run.Hooks = s.hooks()
	ended := s.ended
	s.ended = nil
	for _, id := range ended.left {
		f.run.LeftBehind = append(f.run.LeftBehind, s.tellWaiting(id))
	}
	return f.run, nil
}

// longTurn is after how many steps on end another goroutine's turn comes where no schedule says who moves.
const longTurn = 200_000

// goesOn is who moves where no schedule says who: who moved last, as long as it can, then the first who can.
func (s *state) goesOn(last int) int {
	if s.choices(last) > 0 {
		return last
	}
	for _, g := range s.gs {
		if s.choices(g.id) > 0 {
			return g.id
		}
	}
	return -1
}

func (s *state) names() string {
	var names []string
	for _, g := range s.gs {
		if !g.timer {
			names = append(names, g.name)
		}
	}
	return strings.Join(names, ", ")
}

type writer struct {
	who   int
	count int
}

type seen struct {
	at    Ptr
	count int
}

type follower struct {
	p      *Program
	s      *state
	run    *Run
	tells  []int          // how long each turn is, where steps are told; nil: none are
	writes map[Ptr]writer // who wrote last, and how often it was written
	reads  map[int]seen   // what a goroutine has read last, and how often that had been written then
	mover  int
	at     int // steps of the turn under way
}

// step takes a step and writes it down.
func (f *follower) step(id, choice int) {
	s, r := f.s, f.run
	if len(r.turns) == 0 || f.mover != id {
		r.turns = append(r.turns, 0)
		f.mover, f.at = id, 0
	}
	turn := len(r.turns) - 1
	r.turns[turn]++
	f.at++
	r.Total++
	if f.tells == nil || turn >= len(f.tells) {
		s.take(id, choice)
		return
	}
	st := s.tell(id, choice)
	f.mark(id, &st)
	s.take(id, choice)
	if f.at <= nearby || f.at > f.tells[turn]-nearby {
		st.Memory = s.memory()
	}
	r.Steps = append(r.Steps, st)
}

// mark tells a lost update: a write from what was read before others wrote.
func (f *follower) mark(id int, st *Step) {
	t := f.s.look(id)
	if t.in == nil || t.in.op == nil {
		return
	}
	a := t.in.op.access(t)
	if a.n != 1 {
		return
	}
	if _, plain := t.in.op.(*memoryOp); !plain && !a.atomic {
		return
	}
	now := f.writes[a.at]
	if !a.write {
		f.reads[id] = seen{a.at, now.count}
		return
	}
	if r, ok := f.reads[id]; ok && r.at == a.at && r.count < now.count && now.who != id {
		st.Mark = fmt.Sprintf("overwrites %s: lost update", f.s.show(f.s.cell(a.at, 0)))
	}
	f.writes[a.at] = writer{id, now.count + 1}
}

// tell says what a goroutine's next step is.
func (s *state) tell(id, choice int) Step {
	g := s.gs[id]
	st := Step{Goroutine: id, Choice: choice}
	if pos := s.p.position(g); s.p.inProgram(pos) {
		st.Line = s.p.lineOf(pos)
	}
	switch {
	case g.buffers() && choice == s.ownChoices(id):
		st.Text = s.tellDrain(g)
		return st
	case g.exits:
		st.Text = "ends the program"
		return st
	case g.crash != nil:
		st.Text = s.crashText(g)
		return st
	}
	t := s.look(id)
	if t.in == nil || t.in.op == nil {
		return st
	}
	t.choice = choice
	st.Text = t.in.op.tell(t)
	return st
}
