package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/exp/trace"
)

// shortCall is how long a system call may take without ending a turn: Go takes the core away after about as long.
const shortCall = 20 * time.Microsecond

// longSwitch is the longest gap between two turns on a core that is counted as switching and not as idling.
const longSwitch = 2 * time.Microsecond

// joined is the state of a span that has become a part of a later one.
const joined State = 255

// following is a goroutine while the trace is read.
type following struct {
	index   int32 // in reading.order
	state   State
	exists  bool // in one of the three states
	since   int64
	core    int16
	system  bool // Go's own
	known   bool // whether system has been found out
	name    string
	reason  string
	on      map[string]int64 // what it was blocked on, and how long
	last    int              // its last running span, -1 for none
	call    bool             // blocked in a system call
	runs    bool
	started int // its place in the order of starting among those that are shown, from 1; 0 for the one that records
}

// reading turns a trace into spans.
type reading struct {
	goroutines map[trace.GoID]*following
	order      []*following
	spans      []span
	latest     []*following // who ran last, by core
	caller     *following
	begin, end int64 // -1 until they are seen
}

// read reads a whole trace. A trace that breaks off gives what can be read, and an error.
func read(trail *bytes.Buffer, cores int) Timeline {
	x := &reading{goroutines: map[trace.GoID]*following{}, latest: make([]*following, cores), begin: -1, end: -1}
	if trail.Len() > 4*maxBytes {
		return Timeline{Err: fmt.Errorf("nothing can be shown: the record grew beyond %d MB before it could be stopped", 4*maxBytes>>20)}
	}
	r, err := trace.NewReader(trail)
	var at int64
	for err == nil {
		var e trace.Event
		if e, err = r.ReadEvent(); err == nil {
			at = int64(e.Time())
			x.event(e, at)
		}
	}
	if x.begin < 0 {
		x.begin = at
	}
	if x.end < 0 {
		x.end = at
	}
	for _, g := range x.order {
		x.close(g, x.end)
	}
	t := x.timeline(cores)
	if !errors.Is(err, io.EOF) {
		t.Err = fmt.Errorf("the record of what ran could not be read to its end: %w", err)
	}
	return t
}

func (x *reading) event(e trace.Event, at int64) {
	switch e.Kind() {
	case trace.EventLog:
		l := e.Log()
		switch l.Category {
		case nameCategory:
			x.get(e.Goroutine()).name = l.Message
		case markCategory:
			g := x.get(e.Goroutine())
			if l.Message == "end" {
				x.end = at
				return
			}
			x.begin, x.caller = at, g
			g.known, g.system = true, false
			// What the trace says of its very beginning has no core; this event has.
			g.exists, g.state, g.since, g.core = true, Running, at, int16(e.Proc())
		}
	case trace.EventStateTransition:
		if s := e.StateTransition(); s.Resource.Kind == trace.ResourceGoroutine {
			x.transition(e, s, at)
		}
	}
}

func (x *reading) get(id trace.GoID) *following {
	g := x.goroutines[id]
	if g == nil {
		g = &following{index: int32(len(x.order)), core: -1, last: -1}
		x.goroutines[id] = g
		x.order = append(x.order, g)
	}
	return g
}

func (x *reading) transition(e trace.Event, s trace.StateTransition, at int64) {
	g := x.get(s.Resource.Goroutine())
	if !g.known {
		g.classify(s.Stack)
	}
	from, to := s.Goroutine()
	inCall := g.call
	g.call = false
	x.close(g, at)
	switch to {
	case trace.GoRunning:
		g.state, g.core = Running, int16(e.Proc())
		if from == trace.GoUndetermined {
			g.core = -1 // this event is not from its core
		}
		if inCall && g.last >= 0 && x.spans[len(x.spans)-1].goroutine == g.index && at-g.since < int64(shortCall) && x.mine(g) {
			// A short system call on a core that it kept: the turn goes on. A call of no length has left no span.
			if call := len(x.spans) - 1; call > int(g.last) {
				g.on[g.reason] -= x.spans[call].end - x.spans[call].start
				x.spans = x.spans[:call]
			}
			g.since = x.spans[g.last].start
			x.spans[g.last].state = joined
			return
		}
		if g.core >= 0 && int(g.core) < len(x.latest) {
			x.latest[g.core] = g
		}
	case trace.GoRunnable:
		g.state, g.core = Waiting, -1
	case trace.GoWaiting:
		g.state, g.core, g.reason = Blocked, -1, s.Reason
	case trace.GoSyscall:
		g.state, g.core, g.reason, g.call = Blocked, -1, "system call", true
	default:
		g.exists = false
		return
	}
	g.exists, g.since = true, at
}

// mine reports whether nobody else has run on the core since g's last turn there.
func (x *reading) mine(g *following) bool {
	last := x.spans[g.last]
	return last.core == g.core && int(g.core) < len(x.latest) && g.core >= 0 && x.latest[g.core] == g
}

// classify finds out whether the goroutine is one of Go's own, by the function it was started with.
func (g *following) classify(stack trace.Stack) {
	first := ""
	for f := range stack.Frames() {
		first = f.Func
	}
	if first == "" {
		return
	}
	g.known = true
	g.system = strings.HasPrefix(first, "runtime/trace.") || strings.HasPrefix(first, "runtime.") && first != "runtime.main" ||
		strings.HasPrefix(first, pkg+"watch")
}

// pkg begins the names of this package's functions.
const pkg = "example.com/multithreading/helpers/timeline."

// close ends the goroutine's state at a time, as a span if it lies within the recording.
func (x *reading) close(g *following, at int64) {
	if !g.exists || x.begin < 0 || g.system {
		return
	}
	start, end := max(g.since, x.begin), at
	if x.end >= 0 {
		end = min(end, x.end)
	}
	if end < start || end == start && g.state != Running { // a turn may be shorter than the trace's clock can tell
		return
	}
	if g.state == Running {
		g.last = len(x.spans)
		g.runs = true
	}
	if g.state == Blocked {
		if g.on == nil {
			g.on = map[string]int64{}
		}
		g.on[g.reason] += end - start
	}
	x.spans = append(x.spans, span{start: start, end: end, goroutine: g.index, core: g.core, state: g.state})
}

// timeline adds up what has been read. Only goroutines that ran are in it.
func (x *reading) timeline(cores int) Timeline {
	t := Timeline{Duration: time.Duration(x.end - x.begin), Cores: make([]Core, cores)}
	place := make([]int32, len(x.order)) // in t.Goroutines, -1 for those that are left out
	if x.caller != nil {
		x.order = append([]*following{x.caller}, slices.Delete(x.order, int(x.caller.index), int(x.caller.index)+1)...)
	}
	started := 0
	for i, g := range x.order {
		place[g.index] = -1
		if g.known && !g.system && g.runs {
			if i > 0 {
				started++
			}
			g.started = started
		}
	}
	first := x.order[:min(1, len(x.order))]
	var named, others []*following
	for _, g := range x.order[len(first):] {
		if g.name != "" {
			named = append(named, g)
		} else {
			others = append(others, g)
		}
	}
	for _, g := range slices.Concat(first, named, others) {
		if g.known && !g.system && g.runs {
			place[g.index] = int32(len(t.Goroutines))
			t.Goroutines = append(t.Goroutines, g.summary(g == x.caller))
			if g.name != "" && g != x.caller {
				t.named++
			}
		}
	}
	for _, s := range x.spans {
		if place[s.goroutine] < 0 || s.state == joined {
			continue
		}
		s.goroutine = place[s.goroutine]
		s.start -= x.begin
		s.end -= x.begin
		t.add(s)
	}
	slices.SortStableFunc(t.spans, func(a, b span) int { return int(a.start - b.start) })
	for _, turns := range t.turns() {
		for _, s := range turns {
			t.Cores[s.core].Busy += time.Duration(s.end - s.start)
		}
	}
	t.AtOnce = t.most(Running, len(t.Goroutines))
	t.BlockedAtOnce = t.most(Blocked, t.shown(len(t.Goroutines)))
	return t
}

// add counts a span to its goroutine and its core.
func (t *Timeline) add(s span) {
	t.spans = append(t.spans, s)
	g := &t.Goroutines[s.goroutine]
	g.In[s.state] += time.Duration(s.end - s.start)
	if s.state != Running {
		return
	}
	g.Turns++
	if s.core >= 0 && int(s.core) < len(t.Cores) {
		t.Cores[s.core].Turns++
	}
}

func (g *following) summary(caller bool) Goroutine {
	s := Goroutine{Name: strings.Map(printable, g.name)}
	switch {
	case s.Name != "":
	case caller:
		s.Name = "main"
	default:
		s.Name = "G" + strconv.Itoa(g.started)
	}
	var longest int64
	for reason, time := range g.on {
		if time > longest || time == longest && time > 0 && reason < s.On {
			longest, s.On = time, reason
		}
	}
	return s
}

// printable leaves out of a name what a picture cannot hold.
func printable(r rune) rune {
	if unicode.IsPrint(r) && r != unicode.ReplacementChar {
		return r
	}
	return -1
}

// turns returns each core's turns by their start, with a switch of at most longSwitch counted to the turn before it.
func (t *Timeline) turns() [][]span {
	turns := make([][]span, len(t.Cores))
	for _, s := range t.spans {
		if s.state != Running || s.core < 0 || int(s.core) >= len(turns) {
			continue
		}
		row := turns[s.core]
		if n := len(row); n > 0 && s.start-row[n-1].end <= int64(longSwitch) {
			row[n-1].end = s.start
		}
		turns[s.core] = append(row, s)
	}
	return turns
}

// most counts how many of the first n goroutines are in a state at the same moment, at most.
func (t *Timeline) most(state State, n int) int {
	type change struct {
		at   int64
		more int
	}
	var changes []change
	for _, s := range t.spans {
		if s.state == state && int(s.goroutine) < n && s.end > s.start {
			changes = append(changes, change{s.start, 1}, change{s.end, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.more - b.more // who stops at a moment goes before who starts at it
	})
	most, now := 0, 0
	for _, c := range changes {
		now += c.more
		most = max(most, now)
	}
	return most
}
