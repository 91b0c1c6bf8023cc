package engine

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Move is a goroutine's next steps, one after the other.
type Move struct {
	Goroutine string // main, A, B, …
	Steps     int
	Choice    int // which of several ways to take a single step, from 0
}

// Schedule is who moves, in order. As text it is written A B:19998 main A/2: a goroutine, the
// number of its steps if not one, and which choice if not the first.
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

// maxScheduled is how many steps a schedule, and a run, may have: some ten seconds of them.
const maxScheduled = 10_000_000

// maxChoice is more ways than a step can be taken in: a select or a map that has them cannot be
// explored.
const maxChoice = 1000

// ParseSchedule reads a schedule as String writes it; commas and line ends separate as spaces do,
// and small letters do for capitals.
// The error names the part that cannot be read.
func ParseSchedule(text string) (Schedule, error) {
	var s Schedule
	total := 0
	separates := func(r rune) bool { return strings.ContainsRune(" ,\n\t\r", r) }
	for i, part := range strings.FieldsFunc(text, separates) {
		wrong := func(why string) error {
			return fmt.Errorf("move %d, %q: %s; write a goroutine (main, A, B …), and :n for n steps, as in \"A B:3 A\"",
				i+1, part, why)
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
			if err != nil || n < 1 || n > maxChoice {
				return nil, wrong(fmt.Sprintf("%q is not the number of a choice from 1 on", choice))
			}
			if m.Choice = n - 1; m.Steps > 1 {
				return nil, wrong("a choice belongs to a single step")
			}
		}
		letters, timer := strings.CutPrefix(strings.ToLower(name), "timer")
		if letters == "" || strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") != "" {
			return nil, wrong(fmt.Sprintf("%q is no goroutine's name", name))
		}
		switch {
		case timer:
			m.Goroutine = "timer" + strings.ToUpper(letters)
		case letters == "main":
			m.Goroutine = letters
		default:
			m.Goroutine = strings.ToUpper(letters)
		}
		if total += m.Steps; total > maxScheduled {
			return nil, wrong(fmt.Sprintf("that makes more than %s steps", grouped(maxScheduled)))
		}
		s = append(s, m)
	}
	return s, nil
}

// Step is one step of a run.
type Step struct {
	Goroutine int        // as in Run.Names
	Line      int        // as the student sees it; 0 where it has none
	Text      string     // what was done, such as "writes counter = 1"
	Mark      string     // "" or what to notice, such as "overwrites 2: lost update"
	Choice    int        // which of several ways was taken, from 0
	Memory    []Variable // after it, at both ends of a turn
}

// Run is a program followed along a schedule, and then to its end.
type Run struct {
	Names      []string // of the goroutines, in the order in which they were made
	Steps      []Step   // if Follow was asked for them
	Total      int      // number of steps
	Scheduled  int      // how many of them the schedule named; the others came after it
	Outcome    Outcome
	LeftBehind []string // who lives when main ends, and where it stands
	Hooks      []Hooks  // the same run as replay counts it

	turns []int // how many steps each goroutine's stretch has
	steps []int // how many each goroutine has taken
}

// Follow runs the program by a schedule, and then on to its end: the goroutine that moved last goes
// on as long as it can, then the next in order. With steps, the run lists them, with memory where a
// goroutine's turn begins and ends. The error names the move that cannot be taken, and why.
func (p *Program) Follow(schedule Schedule, steps bool) (*Run, error) {
	return p.followWithin(followed, schedule, steps)
}

// FollowWithin is Follow for no schedule, where a run that takes longer is of no use.
func (p *Program) FollowWithin(limit time.Duration) (*Run, error) {
	return p.followWithin(limit, nil, false)
}

func (p *Program) followWithin(limit time.Duration, schedule Schedule, steps bool) (*Run, error) {
	if !p.explored { // so that it is known what counts as a step
		o := Options{glance: true, States: glanceStates, Clock: p.clock, StoreBuffers: p.buffers, Check: p.check.Check}
		if _, err := p.Explore(o); err != nil {
			return nil, err
		}
	}
	defer func() { p.limits = limits{} }()
	most := maxScheduled
	if p.check.quiet() && p.check.Scenario != survey {
		most = checkedSteps
	}
	deadline := Spent() + limit
	for {
		if limit == followed {
			deadline = Spent() + limit // anew, as it begins anew
		}
		p.learned, p.idle = false, map[key][2]bool{}
		p.limits = limits{until: deadline + limit}
		run, err := p.follow(schedule, nil, most, deadline)
		if err != nil {
			return nil, err
		}
		if steps && !p.learned {
			run, err = p.follow(schedule, run.turns, run.Total, 0)
		}
		if err != nil || !p.learned {
			return run, err
		}
	}
}

// glanceStates is how many states are looked at before a program that was not explored is followed:
// enough to meet what is shared and changes. What is met later begins the run anew.
const glanceStates = 2000

// checkedSteps is after how many steps a scenario of a check is given up, which has some hundred.
const checkedSteps = 2000

// followed is how long a run may take that may have no end.
const followed = 3 * time.Second

// nearby is how many steps at both ends of a turn are told with memory; of a turn of longTold
// steps or fewer, all are.
const nearby, longTold = 3, 60

// follow is one run by a schedule. It tells the steps where turns says how long the turns are, as
// a run before this one has found, and gives up after most steps that no schedule asks for, and at
// the deadline, if there is one.
func (p *Program) follow(schedule Schedule, turns []int, most int, deadline time.Duration) (*Run, error) {
	p.tracing = p.begun()
	s, err := p.first()
	p.tracing = nil
	if err != nil {
		return nil, err
	}
	late := func() bool { return deadline != 0 && Spent() > deadline }
	f := &follower{p: p, s: s, run: &Run{}, tells: turns, writes: map[Ptr]writer{}, reads: map[int]seen{}}
	for i, m := range schedule {
		for n := range m.Steps {
			id := s.byName(m.Goroutine)
			why := f.cannot(m, id)
			if f.run.Total%256 == 255 && late() {
				why = "the schedule takes too long to follow; make it shorter"
			}
			if why != "" {
				at := fmt.Sprintf("move %d (%s)", i+1, Schedule{m})
				if m.Steps > 1 {
					at += fmt.Sprintf(", its step %d", n+1)
				}
				return nil, fmt.Errorf("%s: %s", at, why)
			}
			if f.step(id, m.Choice); s.refused != nil {
				return nil, s.refused
			}
		}
	}
	f.run.Scheduled = f.run.Total
	if f.goOn(most, late); s.refused != nil {
		return nil, s.refused
	}
	for _, g := range s.gs {
		f.run.steps = append(f.run.steps, g.count)
	}
	f.run.Hooks = s.hooks()
	f.run.end(s)
	return f.run, nil
}

// end tells how a run has come to its end, in s, which nothing is done with after it.
func (r *Run) end(s *state) {
	for _, g := range s.gs {
		r.Names = append(r.Names, g.name)
	}
	r.Outcome = Outcome{Kind: s.ended.kind, Output: s.output, Message: s.ended.message}
	ended := s.ended
	s.ended = nil // to ask what each could do
	for _, id := range ended.left {
		r.LeftBehind = append(r.LeftBehind, s.tellWaiting(id))
	}
}

// cannot says why a move cannot be made now by the goroutine that it names; "" if it can.
func (f *follower) cannot(m Move, id int) string {
	s := f.s
	switch {
	case s.ended != nil:
		return "the program has ended before it"
	case id < 0:
		return fmt.Sprintf("there is no goroutine %s (yet); there are %s", m.Goroutine, s.names())
	case s.gs[id].done:
		return m.Goroutine + " has ended"
	}
	switch choices := s.choices(id); {
	case choices == 0:
		return fmt.Sprintf("%s cannot move: it %s", m.Goroutine, s.waitsFor(id))
	case m.Choice >= choices:
		return fmt.Sprintf("there is no choice %d here; there are %d", m.Choice+1, choices)
	}
	return ""
}

// goOn takes steps that no schedule names until the program has ended, or is given up after most
// of all steps.
func (f *follower) goOn(most int, late func() bool) {
	s := f.s
	for s.ended == nil && s.refused == nil {
		id := s.goesOn(f.mover)
		switch {
		case id < 0:
			s.ended = &ending{kind: Deadlock, message: s.deadlock()}
			return
		case f.run.Total > most || f.run.Total%8 == 0 && late():
			s.ended = &ending{kind: Endless, message: fmt.Sprintf("no end after %s steps", grouped(f.run.Total))}
			return
		case f.turn > f.longTurn():
			id = s.after(id) // as this one may be waiting for another
		}
		f.step(id, 0)
	}
}

// after is the next goroutine in order that can move, or the same one if no other can.
func (s *state) after(id int) int {
	for i := range s.gs {
		if other := (id + 1 + i) % len(s.gs); s.choices(other) > 0 {
			return other
		}
	}
	return id
}

// longTurn is after how many steps on end another goroutine's turn comes where no schedule says who
// moves.
const longTurn = 200_000

// longTurn is the same for a run: in a scenario of a check, where who waits for another by looking again and
// again must not use up all steps, turns are shorter, and after checkedSteps very short. They differ in
// length, so that who goes round is not always interrupted at the same place.
func (f *follower) longTurn() int {
	n := len(f.run.turns) % 13
	switch {
	case !f.p.check.quiet():
		return longTurn
	case f.run.Total > checkedSteps:
		return 10 + n
	}
	return 300 + n
}

// unending is after how many steps a scenario of a check is held to have no end, though it has too many
// states to see that none of them leads to one.
const unending = 6 * checkedSteps

// goesOn is who moves where no schedule says who: who moved last, as long as it can, then the first
// who can.
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

// writer is who wrote a cell last, and how often it was written.
type writer struct {
	who   int
	count int
}

// seen is the cell that a goroutine has read last, and how often that had been written then.
type seen struct {
	at    Ptr
	count int
}

// follower is a run under way.
type follower struct {
	p      *Program
	s      *state
	run    *Run
	tells  []int // how long each turn is, where steps are told; nil: none are
	writes map[Ptr]writer
	reads  map[int]seen // by goroutine
	mover  int          // who moved last
	turn   int          // steps of the turn under way
}

// step takes a step and writes it down.
func (f *follower) step(id, choice int) {
	s, r := f.s, f.run
	if len(r.turns) == 0 || f.mover != id {
		r.turns = append(r.turns, 0)
		f.mover, f.turn = id, 0
	}
	n := len(r.turns) - 1
	r.turns[n]++
	f.turn++
	r.Total++
	if s.p.check.asked {
		s.meets(id)
	}
	if f.tells == nil || n >= len(f.tells) || s.preparing(id) {
		s.take(id, choice)
		return
	}
	st := s.tell(id, choice)
	f.mark(id, &st)
	s.take(id, choice)
	if f.tells[n] <= longTold || f.turn <= nearby || f.turn > f.tells[n]-nearby {
		st.Memory = s.memory()
		if s.p.check.quiet() {
			st.Memory = brief(st.Memory)
		}
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
	op, _ := t.in.op.(*nativeOp)
	loses := op == nil || storing.MatchString(op.name)
	if !a.write || !loses && strings.HasSuffix(st.Text, ": false") { // a CompareAndSwap that has not written
		f.reads[id] = seen{a.at, now.count}
		return
	}
	if r, ok := f.reads[id]; ok && loses && r.at == a.at && r.count < now.count && now.who != id {
		st.Mark = fmt.Sprintf("overwrites %s: lost update", f.s.show(f.s.cell(a.at, 0)))
	}
	f.writes[a.at] = writer{id, now.count + 1}
}

// storing is the atomic operations that write whatever was there. The others build on it, and lose
// nothing.
var storing = regexp.MustCompile(`\b(Store|Swap)(Int32|Int64|Uint32|Uint64|Uintptr|Pointer)?$`)

// tell says what a goroutine's next step is.
func (s *state) tell(id, choice int) Step {
	g := s.gs[id]
	st := Step{Goroutine: id, Choice: choice}
	if pos := s.p.position(g); s.p.inProgram(pos) && !(s.p.check.quiet() && s.isScenarios(id)) {
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
