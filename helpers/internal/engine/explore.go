package engine

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"math/big"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"example.com/multithreading/helpers/show"
)

// Options says how far to look, and what to assume. The zero value is what a cell gets.
type Options struct {
	States int           // to look at, at most; 0: 400,000
	Time   time.Duration // of the processor to look for, at most; 0: 3 s
	Memory uint64        // bytes of values that the process may hold, at most; 0: 700 MB

	// Clock lets time pass only when nobody can move, as testing/synctest does, or when all who can
	// only look again and again for what others, or the time, will change. Without it a sleep may last
	// longer than it says, and a timer may go off at any time.
	Clock bool

	// StoreBuffers lets a plain write reach the other goroutines later, as on an x86 processor.
	StoreBuffers bool

	// Distinct keeps states apart that differ only in which of several like goroutines is where:
	// there are more states then, and the same counts.
	Distinct bool

	// Check is the scenario of package exercise that is run, if the program's main calls a check.
	Check Check

	glance bool // nobody reads the result: it is for what the program learns by it
}

// What the zero value of Options stands for. A cell has to answer while a student waits, and in
// less than 1 GB.
const (
	defaultStates = 400_000
	defaultTime   = 3 * time.Second
	defaultMemory = 700 << 20
)

// Kind is how a run ends.
type Kind int

const (
	Ends     Kind = iota // main has come to its end, or os.Exit
	Deadlock             // nobody can move
	Crash                // a panic that nobody recovers, or a fatal error
	Endless              // no end can be reached any more, or a goroutine loops for itself without end
)

func (k Kind) String() string { return [...]string{"ends", "deadlock", "panic", "endless"}[k] }

// Outcome is one way in which the program can end.
type Outcome struct {
	Kind    Kind
	Output  string   // all that was printed
	Message string   // of a panic; of a deadlock, who waits where, held by whom, a line each; of os.Exit, the status
	Count   *big.Int // of interleavings that end so; nil where Result.Interleavings is

	// Schedule is a shortest one that ends so: one with the fewest switches from one goroutine to
	// another and, among those, the fewest steps. What Follow does by itself after it is left out.
	// Where Result.Complete is false, a shorter one may exist among what was not seen.
	Schedule Schedule
	Steps    int // of that run
	Switches int

	node int32  // where it was found; -1: by a run outside of the graph
	met  bool   // a shortest way to it was found
	key  string // tells outcomes apart; empty for that of states from which no end can be reached
}

// Race is a data race: in some interleaving, two goroutines stand before accesses to one variable,
// one of them a write and not both atomic, and nothing orders them.
type Race struct {
	Variable string
	Channel  bool     // the variable is a channel: a write closes it, and what is no write sends to it
	Lines    [2]int   // of the two accesses, in the order of the file
	Writes   [2]bool  // which of them write
	Schedule Schedule // leads to where the two stand

	pos  [2]token.Pos
	node int32
}

// Result is what exploring a program found.
type Result struct {
	// Complete says that all states were seen, so Outcomes, Races and LeftBehind are all that there
	// are. If it is false they are what was seen until a bound was reached, and each of them is
	// still real.
	Complete    bool
	Stopped     string // the bound, to stand after "stopped": "after 3.0 s"; empty if Complete
	States      int    // seen
	Late        bool   // the bound is the time
	Runaway     bool   // the bound was reached from one step to the next: a loop without end, or memory without end
	Preemptions int    // how many were looked at, if not Complete: all orders of that many, as far as states were new

	// Interleavings is their exact number. It is nil if Complete is false, and if Loops is true.
	Interleavings *big.Int
	Loops         bool // a loop can go round any number of times, so the interleavings have no bound
	Choices       bool // Go left something open (whom Signal wakes, select's case, a map's order), and each way counts

	Outcomes   []Outcome // by kind, then those of most interleavings first
	Races      []Race
	LeftBehind []LeftBehind
	TimeStands bool          // the program asks for the time, and gets the same each time
	Took       time.Duration // of the processor

	way func(node int32) Schedule
}

// LeftBehind is goroutines that live when main ends, which ends them.
type LeftBehind struct {
	Who      []string // each with where it stands, as "A at line 7 waits to send to results"
	Waits    bool     // one of them could not have gone on: had main not ended, it might have waited for ever
	Output   string   // all that was printed until then
	Schedule Schedule // leads there

	node int32
}

// graph is the states that were seen, as nodes, and the steps between them. Node 0 is where main
// begins.
type graph struct {
	nodes []node
	edges []edge
}

// node is a state. Its n edges stand together, from the one with the number first on.
type node struct {
	first int32
	n     int32
	end   int32 // number of the outcome + 1; 0: it is no end
}

// edge is a step. Goroutines are named by their place in the order of the state that they move in.
type edge struct {
	to     int32
	from   uint16 // place of who moves, in the state before
	then   uint16 // and in the state after; none if it has ended
	choice uint16
}

// none stands for no place. It is more than maxGoroutines.
const none = 1<<16 - 1

// work is a state that has been found and is still to be expanded.
type work struct {
	s           *state
	node        int32
	last        int // the goroutine that moved last
	preemptions int // how many of them led here
}

// Set says what Follow and Graph assume of clocks, buffers and goroutines; Explore says it too.
func (p *Program) Set(o Options) {
	p.clock, p.distinct, p.buffers = o.Clock, o.Distinct, o.StoreBuffers
	if o.Check != p.check.Check {
		p.explored = false // another program, of which it is not known yet what counts as a step
	}
	p.check.asked, p.check.Check = o.Check.Call > 0, o.Check
}

// Explore looks at every state that the program can get into, each once.
//
// States are looked at in the order of how many preemptions lead to them, so that where it has to
// stop, what few switches do has been seen. The error is what the engine does not take, with its
// line.
func (p *Program) Explore(o Options) (*Result, error) {
	begin := Spent()
	if o.States == 0 {
		o.States = defaultStates
	}
	if o.Time == 0 {
		o.Time = defaultTime
	}
	if o.Memory == 0 {
		o.Memory = defaultMemory
	}
	p.limits = limits{memory: o.Memory, until: begin + o.Time + time.Second/2}
	defer func() { p.limits = limits{} }()
	p.Set(o)
	// States are many small objects that live long: collecting half as often saves time, and stays
	// within Memory.
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	for {
		p.learned, p.idle = false, map[key][2]bool{}
		x := &explorer{
			p: p, o: o, begin: begin, until: begin + o.Time, encoder: newEncoder(p), r: &Result{},
			index: map[key]int32{}, ends: map[string]int32{}, races: map[[2]token.Pos]bool{}, places: map[string]bool{},
		}
		var err error
		// A function is compiled where it is first met, which may be in a state that is written down.
		if refused := p.catch(func() { err = x.run() }); refused != nil {
			err = refused
		}
		if err != nil {
			return nil, err
		}
		if p.learned {
			continue // what was a goroutine's own turned out to be noticed by others
		}
		p.explored = true
		x.todo, x.index = nil, nil // what is still to do is much of what is held
		p.limits.until = Spent() + time.Second
		x.finish()
		if p.clock && !p.spins && slices.ContainsFunc(x.r.Outcomes, func(o Outcome) bool { return o.Kind == Endless }) {
			p.spins = true // it may be that only time has to pass
			continue
		}
		x.r.Took = Spent() - begin
		return x.r, nil
	}
}

// explorer is one exploration under way.
type explorer struct {
	p       *Program
	o       Options
	begin   time.Duration // of [Spent]
	until   time.Duration // as given; o.Time may be less
	encoder *encoder
	index   map[key]int32    // nodes
	ends    map[string]int32 // outcomes
	races   map[[2]token.Pos]bool
	g       graph
	r       *Result
	places  map[string]bool // where goroutines were left behind
	fault   bool            // an end was found that a check calls wrong
	todo    [][]work        // by the number of preemptions; each a stack
	ending  []bool          // by node: whether an end can be reached from it; nil: from all
}

// first is the state in which main stands before its first step.
func (p *Program) first() (*state, error) {
	p.check.known = nil
	var s *state
	err := p.catch(func() {
		s = p.initial.clone()
		s.trail = p.tracing
		s.thread(0).run()
		s.settle(0)
	})
	if err == nil && s.refused != nil {
		err = s.refused
	}
	return s, err
}

// settle brings a state to rest after a step: what is shared, and the time, where only time can
// help. mover took the step, and mostly can go on, which saves asking the others.
func (s *state) settle(mover int) {
	s.share()
	if s.ended != nil || !s.p.clock || !s.p.spins && s.choices(mover) > 0 {
		return
	}
	if s.p.probing {
		return
	}
	for range mostLooks {
		moves, next := s.awaits()
		if moves {
			if !s.p.spins {
				return
			}
			idle, looks := s.idles()
			if !idle {
				return
			}
			if look := s.clock + int64(time.Millisecond); looks && (next == 0 || look < next) {
				next = look
			}
		}
		if next == 0 {
			return
		}
		s.clock = next
	}
	s.ended = &ending{kind: Endless, message: "it goes round in circles, however much time passes"}
}

// awaits tells whether somebody can move, and when the next one wakes; 0 if nobody sleeps.
func (s *state) awaits() (moves bool, next int64) {
	for _, g := range s.gs {
		if g.done {
			continue
		}
		moves = moves || s.choices(g.id) > 0
		if g.wake > s.clock && (next == 0 || g.wake < next) {
			next = g.wake
		}
	}
	return moves, next
}

// mostLooks is how many times in a row time passes while somebody looks for it again and again.
const mostLooks = 20_000

// idles tells whether all who can move only go round in circles, so that time may pass as if nobody
// could move; looks, whether one of them asks for the time on the way.
func (s *state) idles() (idle, looks bool) {
	p := s.p
	if p.prober == nil {
		p.prober = newEncoder(p)
	}
	p.probing = true
	defer func() { p.probing = false }()
	start, _ := p.prober.encode(s)
	if known, ok := p.idle[start]; ok {
		return known[0], known[1]
	}
	defer func() { p.idle[start] = [2]bool{idle, looks} }()
	before := p.asked
	c := s.clone()
	c.trail = nil
	for range longestCircle {
		moves := false
		for id := range len(c.gs) {
			if c.choices(id) == 0 {
				continue
			}
			moves = true
			if c.take(id, 0); c.ended != nil || c.refused != nil {
				return false, false
			}
		}
		if !moves {
			return false, false
		}
		if k, _ := p.prober.encode(c); k == start {
			return true, p.asked > before
		}
	}
	return false, false
}

// longestCircle is how many steps each who goes round in a circle takes, at most.
const longestCircle = 64

// choices is in how many ways a goroutine can move: its own step, and as the last one a write that
// reaches memory.
func (s *state) choices(id int) int {
	if s.gs[id].buffers() && s.ended == nil {
		return s.ownChoices(id) + 1
	}
	return s.ownChoices(id)
}

// ownChoices leaves out writes on their way to memory.
func (s *state) ownChoices(id int) int {
	g := s.gs[id]
	switch {
	case g.done || g.drains || s.ended != nil:
		return 0
	case g.crash != nil || g.exits:
		return 1
	}
	t := s.look(id)
	if t.in != nil && g.buffers() && fences(t.in) {
		return 0
	}
	if t.in == nil || t.in.op == nil {
		return 1
	}
	return t.in.op.choices(t)
}

// step takes a goroutine's next step, in a copy of the state.
func (s *state) step(id, choice int) *state {
	c := s.clone()
	c.take(id, choice)
	return c
}

// take takes it in place.
func (s *state) take(id, choice int) {
	t := s.thread(id)
	t.g.count++
	if t.g.buffers() && choice == s.ownChoices(id) {
		t.drain()
	} else {
		t.granted, t.choice = true, choice
	}
	t.run()
	for i := 0; i < len(t.woken); i++ {
		other := s.thread(t.woken[i])
		other.run()
		t.woken = append(t.woken, other.woken...)
	}
	s.settle(id)
}

// Where a plain run has more than hopeless steps, nobody sees all states as a rule, so a glance is
// enough before runs are sampled. (A loop that waits makes such a run too, and few states: those are
// mostly seen at a glance.)
const (
	hopeless = 1500
	glance   = 10 // the part of the time that it takes
)

// boundsEvery is after how many states memory is asked for, which takes about as long as one state.
const boundsEvery = 256

// run expands states until there are no more, or a bound is reached, which it writes into the
// result.
func (x *explorer) run() error {
	s, err := x.p.first()
	if err != nil || x.p.learned {
		return err
	}
	if x.p.check.quiet() {
		// A check has few states, and waits by looking again and again, if at all, for few steps.
	} else if plain, err := x.p.follow(nil, nil, hopeless, x.begin+x.o.Time); err == nil && plain.Total > hopeless {
		x.o.Time /= glance
	}
	x.enter(s, 0, 0)
	for n := 0; ; n++ {
		w, ok := x.next()
		if !ok {
			x.r.Complete = true
			return nil
		}
		if Spent()-x.begin > x.o.Time {
			x.r.Stopped, x.r.Late = fmt.Sprintf("after %.1f s", x.o.Time.Seconds()), true
			return nil
		}
		if n%boundsEvery == 0 && x.p.limits.full() {
			x.r.Stopped = x.p.limits.reached().limit
			return nil
		}
		if len(x.g.nodes) >= x.o.States {
			x.r.Stopped = fmt.Sprintf("at %s states", grouped(x.o.States))
			return nil
		}
		err := x.expand(w)
		if x.fault && x.p.check.quiet() && !x.p.learned {
			x.r.Stopped = "at the first fault"
			return nil
		}
		if out := (*exhausted)(nil); errors.As(err, &out) && !x.p.learned {
			x.r.Stopped, x.r.Runaway = out.limit, true
			return nil
		}
		if err != nil || x.p.learned {
			return err
		}
	}
}

// next takes the state that was found last, among those that fewest preemptions lead to.
func (x *explorer) next() (work, bool) {
	for i := range x.todo {
		if n := len(x.todo[i]); n > 0 {
			x.r.Preemptions = i - 1
			w := x.todo[i][n-1]
			x.todo[i][n-1] = work{}
			x.todo[i] = x.todo[i][:n-1]
			return w, true
		}
	}
	return work{}, false
}

// enter finds the node of a state, and plans to expand it if it is new. It returns the node and who
// stands where.
func (x *explorer) enter(s *state, last, preemptions int) (int32, []int) {
	k, order := x.encoder.encode(s)
	at, known := x.index[k]
	if known {
		return at, order
	}
	at = int32(len(x.g.nodes))
	x.index[k] = at
	x.g.nodes = append(x.g.nodes, node{})
	for len(x.todo) <= preemptions {
		x.todo = append(x.todo, nil)
	}
	x.todo[preemptions] = append(x.todo[preemptions], work{s, at, last, preemptions})
	return at, order
}

// expand finds all steps that can be taken in a state.
func (x *explorer) expand(w work) error {
	s := w.s
	_, order := x.encoder.encode(s)
	order = slices.Clone(order)
	first := int32(len(x.g.edges))
	if s.ended == nil {
		x.race(s, w.node)
	}
	lastMoves := s.choices(w.last) > 0
	// The goroutine that moved last comes last onto the stack, and so goes on first.
	for _, turn := range []bool{false, true} {
		for place, id := range order {
			if (id == w.last) != turn {
				continue
			}
			preemptions := w.preemptions
			if lastMoves && id != w.last {
				preemptions++
			}
			if err := x.move(s, id, place, preemptions); err != nil || x.p.learned {
				return err
			}
		}
	}
	at := &x.g.nodes[w.node]
	at.first, at.n = first, int32(len(x.g.edges))-first
	if at.n == 0 {
		if s.ended == nil {
			s.ended = &ending{kind: Deadlock, message: s.deadlock()}
		}
		at.end = x.outcome(s, w.node) + 1
	}
	return nil
}

// move takes a goroutine's next step in all its ways, and adds where they lead.
func (x *explorer) move(s *state, id, place, preemptions int) error {
	n := s.choices(id)
	if s.refused != nil {
		return s.refused
	}
	if n > 1 {
		x.r.Choices = true
	}
	for choice := range n {
		next := s.step(id, choice)
		if next.refused != nil || x.p.learned {
			return next.refused
		}
		to, after := x.enter(next, id, preemptions)
		then := none
		if i := slices.Index(after, id); i >= 0 {
			then = i
		}
		x.g.edges = append(x.g.edges, edge{to, uint16(place), uint16(then), uint16(choice)})
	}
	return nil
}

// outcome finds the number of the outcome that a state which has ended shows.
func (x *explorer) outcome(s *state, at int32) int32 {
	o := Outcome{Kind: s.ended.kind, Output: s.output, Message: s.ended.message, node: at}
	if s.ended.where != "" && o.Message != "" {
		o.Message += " (" + s.ended.where + ")"
	}
	if len(s.ended.left) > 0 {
		x.left(s, at)
	}
	x.fault = x.fault || !o.Right()
	o.key = o.identity()
	if n, known := x.ends[o.key]; known {
		return n
	}
	n := int32(len(x.r.Outcomes))
	x.ends[o.key] = n
	x.r.Outcomes = append(x.r.Outcomes, o)
	return n
}

// identity is what makes an outcome another than others.
func (o *Outcome) identity() string { return fmt.Sprint(o.Kind, "\x00", o.Output, "\x00", o.Message) }

// left remembers who lives when main ends, once for each set of places.
func (x *explorer) left(s *state, at int32) {
	l := LeftBehind{Output: s.output, node: at}
	where := ""
	ended := s.ended
	s.ended = nil // to ask what each could do
	for _, id := range ended.left {
		l.Who = append(l.Who, s.tellWaiting(id))
		where += s.p.line(s.p.position(s.gs[id])) + s.waitsFor(id)
		l.Waits = l.Waits || s.choices(id) == 0
	}
	s.ended = ended
	if !x.places[where] {
		x.places[where] = true
		x.r.LeftBehind = append(x.r.LeftBehind, l)
	}
}

// standing is an access that a goroutine stands before.
type standing struct {
	access
	pos token.Pos
}

// conflicts tells whether two accesses that nothing orders are a data race.
func (a access) conflicts(b access) bool {
	return a.at.Obj == b.at.Obj && a.at.Off < b.at.Off+b.n && b.at.Off < a.at.Off+a.n &&
		(a.write || b.write) && !(a.atomic && b.atomic)
}

// standing lists the accesses that goroutines stand before, those of the library's models left out.
func (s *state) standing() []standing {
	var all []standing
	for _, g := range s.gs {
		if g.done || g.crash != nil || g.exits {
			continue
		}
		t := s.look(g.id)
		if t.in == nil || t.in.op == nil || t.modelled() {
			continue
		}
		if a := t.in.op.access(t); a.n > 0 && a.at.Obj != 0 {
			all = append(all, standing{a, s.p.position(g)})
		}
	}
	return all
}

// race looks for two goroutines that stand before accesses to the same cells.
func (x *explorer) race(s *state, at int32) {
	all := s.standing()
	for i, a := range all {
		for _, b := range all[:i] {
			if !a.conflicts(b.access) {
				continue
			}
			if s.objs[a.at.Obj].ch != nil && a.write && b.write {
				continue // of two that close a channel, the second panics in any case
			}
			first, second := b, a
			if first.pos > second.pos {
				first, second = second, first
			}
			k := [2]token.Pos{first.pos, second.pos}
			if x.races[k] {
				continue
			}
			x.races[k] = true
			x.r.Races = append(x.r.Races, Race{
				Variable: s.name(Ptr{a.at.Obj, max(a.at.Off, b.at.Off)}), pos: k, node: at,
				Channel: s.objs[a.at.Obj].ch != nil,
				Lines:   [2]int{x.p.lineOf(first.pos), x.p.lineOf(second.pos)},
				Writes:  [2]bool{first.write, second.write},
			})
		}
	}
}

// modelled tells whether what runs is a model of the library, whose own variables are nobody's data
// race.
func (t *thread) modelled() bool {
	if t.f.code.fn == nil || t.f.code.native() {
		return false
	}
	pkg := packageOf(t.f.code.fn)
	if pkg == nil {
		return false
	}
	switch pkg.Pkg.Path() {
	case "sync", "sync/atomic", "time", "context", "os", "log", "fmt", exercisePath,
		"golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore":
		return true
	}
	return false
}

// deadlock says who waits where, and for whom.
func (s *state) deadlock() string {
	var lines []string
	if main := s.gs[0]; main.goexit && main.done {
		lines = append(lines, "main has ended itself with runtime.Goexit, so it does not end the program")
	}
	for _, g := range s.gs {
		if !g.done {
			lines = append(lines, s.tellWaiting(g.id))
		}
	}
	return strings.Join(lines, "\n")
}

// tellWaiting says where a goroutine stands and for what it waits.
func (s *state) tellWaiting(id int) string {
	g := s.gs[id]
	where := s.p.line(s.p.position(g))
	if where != "" {
		where = " at " + where
	}
	return g.name + where + " " + s.waitsFor(id)
}

// waitsFor says for what a goroutine waits, or what it is about to do.
func (s *state) waitsFor(id int) string {
	g := s.gs[id]
	switch {
	case g.exits:
		return "is about to end the program"
	case g.crash != nil:
		return "is about to panic"
	}
	t := s.look(id)
	if t.in == nil || t.in.op == nil {
		return "goes on"
	}
	if s.choices(id) > 0 {
		text := t.in.op.tell(t)
		if first, _, _ := strings.Cut(text, " "); strings.ContainsAny(first, ".(") {
			text = "calls " + text
		}
		return "stands before a step: it " + text
	}
	switch op := t.in.op.(type) {
	case *nativeOp:
		if text := s.waitsForLock(op.name, op.a(t), id); text != "" {
			return text
		}
	case *sendOp:
		return "waits to send to " + s.chanName(op.channel(t))
	case *receiveOp:
		return "waits to receive from " + s.chanName(op.channel(t))
	case *selectOp:
		if len(op.states) == 0 {
			return "waits in an empty select, for ever"
		}
		return "waits in a select"
	}
	return "waits: " + t.in.op.tell(t)
}

// waitsForLock says for what a goroutine waits in a function of package sync, and who has it; ""
// for other functions.
func (s *state) waitsForLock(function string, a []Value, id int) string {
	if len(a) == 0 {
		return ""
	}
	p := ptr(a[0])
	switch function {
	case "(*sync.Mutex).Lock":
		return "waits for " + s.name(p) + s.held(s.cell(p, mutexOwner), id)
	case "(*sync.RWMutex).Lock":
		if count(s.cell(p, rwReaders)) > 0 {
			return "waits for " + s.name(p) + ", held by readers"
		}
		return "waits for " + s.name(p) + s.held(s.cell(p, rwOwner), id)
	case "(*sync.RWMutex).RLock":
		if who, ok := s.cell(p, rwWaiting).(GRef); ok {
			return fmt.Sprintf("waits for %s, which %s waits to lock for writing", s.name(p), s.gs[who].name)
		}
		return "waits for " + s.name(p) + s.held(s.cell(p, rwOwner), id)
	case "(*sync.WaitGroup).Wait":
		return fmt.Sprintf("waits for %s, whose count is %d", s.name(p), count(s.cell(p, 0)))
	case "(*sync.Cond).Wait":
		return "waits on " + s.name(p) + ", for a signal"
	}
	return ""
}

// held says by whom a lock is held, from the cell of its holder, to somebody who waits for it.
func (s *state) held(v Value, me int) string {
	who, ok := v.(GRef)
	switch {
	case !ok || int(who) >= len(s.gs):
		return ""
	case int(who) == me:
		return ", which it holds itself"
	case s.gs[who].done:
		return ", held by " + s.gs[who].name + ", which has ended"
	}
	return ", held by " + s.gs[who].name
}

// crashText is what Go prints of a panic, in one line.
func (s *state) crashText(g *goroutine) string {
	v, _ := (*g.crash).(Iface)
	if v.T == nil {
		return "panic: nil"
	}
	for _, name := range []string{"Error", "String"} {
		obj, _, _ := types.LookupFieldOrMethod(v.T, true, nil, name)
		m, ok := obj.(*types.Func)
		if !ok || m.Signature().Params().Len() != 0 || m.Signature().Results().Len() != 1 {
			continue
		}
		if fn := s.p.method(v.T, m); fn != nil {
			if text, ok := s.evaluate(g.id, s.p.codeOf(fn), nil, []Value{v.V}).(string); ok {
				return "panic: " + text
			}
		}
	}
	switch x := v.V.(type) {
	case string:
		if basic, ok := v.T.(*types.Basic); ok && basic.Kind() == types.String {
			return "panic: " + x
		}
		return fmt.Sprintf("panic: %s(%q)", typeName(v.T), x)
	case float32, float64:
		return fmt.Sprintf("panic: %s(%s)", typeName(v.T), s.plain(x))
	case Tuple, Ptr, Slice, MapRef, ChanRef, *Closure:
		return "panic: " + typeName(v.T) + "{…}"
	}
	if _, basic := v.T.(*types.Basic); basic {
		switch v.V.(type) {
		case int, bool:
			return fmt.Sprintf("panic: %v", v.V)
		}
	}
	return fmt.Sprintf("panic: %s(%s)", typeName(v.T), s.show(v.V))
}

// grouped writes a number with commas.
func grouped(n int) string { return show.Digits(fmt.Sprint(n)) }
