package scheduler

import (
	"fmt"
	"math/bits"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// maxGoroutines lets a set of goroutines be the bits of one word. A program with so many cannot be explored to any depth anyway.
const maxGoroutines = 63

// identifySteps is how many steps of an exploration, and of each run, ask which goroutine is really calling, to find those that a
// plain go statement started. Asking costs more than a step does; a program that breaks the rule does so in its first runs.
const identifySteps = 2000

// stallTicks is how many looks make up Bounds.Stall.
const stallTicks = 20

var (
	// current is the run under way, nil between runs.
	current atomic.Pointer[Run]
	// strays counts the goroutines of stalled runs that have not ended yet. While there are any, every step is identified.
	strays atomic.Int64
)

// A Run is one execution of a body: it starts the body's goroutines and checks what must be true. Its methods may be called by
// the body and by the goroutines it started, until the body's run has ended.
type Run struct {
	threads    []*thread
	holder     atomic.Pointer[thread]  // who has the baton
	verdict    atomic.Pointer[verdict] // not nil: the run is over, and every goroutine ends at its next scheduling point
	ended      chan *thread            // the holder, ending with nobody to hand over to; when the run is over, everyone
	progress   atomic.Int64            // see goesOn
	steps      int                     // steps chosen so far
	follow     []uint8                 // the choices to make first
	decisions  []decision              // the choices made
	events     []event                 // what the steps did, to be told if the run fails
	objects    []*object
	invariants []func() error
	checking   bool // an invariant is being evaluated
	maxSteps   int
	identify   bool
	stalled    bool // a goroutine was left behind
}

// A decision is who moved, who could have, and whether going on (stay) was possible, so that a switch is a preemption. A step
// that nobody but the body could make is no decision.
type decision struct {
	could uint64
	chose uint8
	stay  bool
}

type verdict struct {
	kind    Kind
	problem string
}

// A thread is one goroutine of a run. Number 0 is the body.
type thread struct {
	run    *Run
	id     uint8
	name   string
	baton  chan struct{} // room for one, so that whoever hands over never waits
	parent *thread       // waits until this one has reached its first scheduling point; nil from then on
	ended  atomic.Bool
	lost   atomic.Bool  // stalled: left behind
	goid   atomic.Int64 // 0: not asked for

	// What it is about to do, while it waits at a scheduling point.
	ready  func() bool   // may it move now? nil: always
	waits  func() string // what it waits for, for the report
	yields bool          // the step is a Yield
	after  uint64        // it has yielded: these must move first, as long as they can
}

// A runner makes runs one after another and watches each for stalling.
type runner struct {
	bounds Bounds
	until  time.Time
	tick   *time.Ticker
	steps  int
	spare  *Run // its slices are used again
}

func newRunner(bounds Bounds, began time.Time) *runner {
	return &runner{bounds: bounds, until: began.Add(bounds.Time), tick: time.NewTicker(max(bounds.Stall/stallTicks, time.Millisecond))}
}

func (x *runner) close() { x.tick.Stop() }

// run makes one run and returns when its goroutines have ended, or are known to have stalled.
func (x *runner) run(follow []uint8, body func(*Run)) *Run {
	r := &Run{
		ended:    make(chan *thread, maxGoroutines+1),
		follow:   follow,
		maxSteps: x.bounds.Steps,
		identify: x.steps < identifySteps || strays.Load() > 0,
	}
	if old := x.spare; old != nil && !old.stalled {
		r.decisions, r.events, r.threads = old.decisions[:0], old.events[:0], old.threads[:0]
	} else {
		r.decisions, r.events = make([]decision, 0, len(follow)+16), make([]event, 0, len(follow)+16)
	}
	x.spare = r
	first := &thread{run: r, name: "main", baton: make(chan struct{}, 1)}
	r.threads = append(r.threads, first)
	r.holder.Store(first)
	current.Store(r)
	go first.main(func() { body(r) })
	x.await(r, nil)
	if r.verdict.Load() != nil {
		// Whoever is left waits for the baton, and ends when it comes. One at a time, because deferred calls may use plain
		// variables. One that stalled has no use for the baton now, but may have come to its scheduling point after all.
		for _, t := range r.threads {
			if t.ended.Load() {
				continue
			}
			r.holder.Store(t)
			select {
			case t.baton <- struct{}{}:
			default:
			}
			if !t.lost.Load() {
				x.await(r, t)
			}
		}
	}
	current.Store(nil)
	x.steps += r.steps
	return r
}

// await waits for a goroutine to end (nil: for the run to). When there has been no progress for Bounds.Stall it gives up: the
// goroutine that should have moved is lost.
func (x *runner) await(r *Run, wanted *thread) {
	seen, idle := r.progress.Load(), 0
	for {
		select {
		case t := <-r.ended:
			if wanted == nil || t == wanted {
				return
			}
		case now := <-x.tick.C:
			if wanted != nil && wanted.ended.Load() {
				return
			}
			if p := r.progress.Load(); p != seen {
				seen, idle = p, 0
			}
			if now.After(x.until) {
				r.end(outOfTime, "")
			}
			// Ticks are counted, not time: while the whole process gets no processor, there are none.
			if idle++; idle < stallTicks {
				continue
			}
			lost := wanted
			if lost == nil {
				lost = r.holder.Load()
			}
			lost.lost.Store(true)
			strays.Add(1)
			r.stalled = true
			stalled := &verdict{Stalled, fmt.Sprintf("%s has not come to a scheduling point for %v: it loops for ever, or waits for "+
				"something the scheduler does not know. It cannot be stopped from outside, so it is left behind", lost.name, x.bounds.Stall)}
			if v := r.verdict.Load(); v == nil || v.kind == outOfTime {
				r.verdict.CompareAndSwap(v, stalled)
			}
			return
		}
	}
}

// main is what a goroutine of the run does: f, then hand over to whoever is next.
func (t *thread) main(f func()) {
	defer func() {
		if p := recover(); p != nil {
			t.run.end(Panic, fmt.Sprintf("panic in %s: %v", t.name, p))
		}
		t.leave()
	}()
	if t.run.identify {
		t.goid.Store(goroutineID())
	}
	f()
}

func (t *thread) leave() {
	r := t.run
	if t.lost.Load() { // the run went on without it
		t.ended.Store(true)
		strays.Add(-1)
		return
	}
	if r.verdict.Load() == nil {
		t.ended.Store(true)
		next := t.parent
		t.parent = nil
		if next == nil {
			next = r.choose(t)
		}
		if next != nil {
			r.handOver(next)
			return
		}
	}
	t.ended.Store(true)
	if t.lost.Load() { // in an invariant
		strays.Add(-1)
		return
	}
	r.ended <- t
}

// point is a scheduling point of the holder: it returns when the operation that follows may be made. If the run is over it
// does not return: deferred calls run and the goroutine ends.
func (t *thread) point(ready func() bool, waits func() string, yields bool) {
	r := t.run
	t.ready, t.waits, t.yields = ready, waits, yields
	next := t.parent
	t.parent = nil
	if next == nil {
		next = r.choose(t)
	}
	if next == nil {
		r.goesOn()
		runtime.Goexit()
	}
	if next == t {
		r.goesOn()
	} else {
		r.handOver(next)
		t.receive()
	}
	t.ready, t.waits = nil, nil
}

// goesOn tells the watch on stalling that the holder has come further. It is also what orders all that the holder wrote before it ahead of
// what is read when a later holder stalls and is left behind; so it comes after the writes, and before code of the program's.
func (r *Run) goesOn() { r.progress.Add(1) }

func (r *Run) handOver(to *thread) {
	r.goesOn()
	r.holder.Store(to)
	to.baton <- struct{}{}
}

func (t *thread) receive() {
	<-t.baton
	if t.run.verdict.Load() != nil {
		runtime.Goexit()
	}
}

// choose decides who makes the next step; t, the holder, is at a scheduling point or has ended. nil means the run is over.
func (r *Run) choose(t *thread) *thread {
	if !r.hold() || r.verdict.Load() != nil {
		return nil
	}
	var can uint64
	alive := false
	for _, u := range r.threads {
		if !u.ended.Load() {
			alive = true
			if u.ready == nil || u.ready() {
				can |= 1 << u.id
			}
		}
	}
	if can == 0 {
		if alive {
			r.end(r.stuck())
		}
		return nil
	}
	could := r.fair(can)
	if r.steps++; r.steps > r.maxSteps {
		r.end(NoEnd, fmt.Sprintf("no end after %s: an endless loop, or goroutines that wait for one another in loops "+
			"(a waiting loop calls Yield, so that the others can move)", count(r.maxSteps, "step")))
		return nil
	}
	stay := !t.ended.Load() && could&(1<<t.id) != 0
	chosen := uint8(bits.TrailingZeros64(could))
	if could == 1 { // only the body: nothing to decide
		return r.moves(chosen, can, event{thread: chosen, forced: true})
	}
	if i := len(r.decisions); i < len(r.follow) {
		chosen = r.follow[i]
		if could&(1<<chosen) == 0 {
			r.end(NotFollowed, r.cannot(i, chosen))
			return nil
		}
	} else if stay {
		chosen = t.id
	}
	r.decisions = append(r.decisions, decision{could, chosen, stay})
	return r.moves(chosen, can, event{thread: chosen, preempts: stay && chosen != t.id})
}

// moves notes the step that a goroutine is about to make, and gives it back; can are all that could have moved.
func (r *Run) moves(chosen uint8, can uint64, e event) *thread {
	for _, u := range r.threads {
		u.after &^= 1 << chosen
	}
	t := r.threads[chosen]
	t.after = 0
	if t.yields {
		t.after = can &^ (1 << chosen)
	}
	r.events = append(r.events, e)
	return t
}

// fair leaves out those that have yielded to one that could move and has not. Two never wait for each other in this way: the later
// of two yields was itself a move.
func (r *Run) fair(could uint64) uint64 {
	fair := could
	for _, u := range r.threads {
		if u.after&could != 0 {
			fair &^= 1 << u.id
		}
	}
	return fair
}

// hold evaluates the invariants. It returns false when one fails.
func (r *Run) hold() (ok bool) {
	if len(r.invariants) == 0 {
		return true
	}
	defer func() {
		r.checking = false
		switch p := recover().(type) {
		case nil:
		case misuse:
			r.end(Misuse, string(p))
			ok = false
		default:
			r.end(Panic, fmt.Sprintf("panic in an invariant: %v", p))
			ok = false
		}
	}()
	r.checking = true
	for _, check := range r.invariants {
		if err := check(); err != nil {
			r.end(CheckFailed, err.Error())
			return false
		}
	}
	return true
}

// misuse is what an invariant panics with when it uses an operation.
type misuse string

// stuck describes a run in which nobody can move.
func (r *Run) stuck() (Kind, string) {
	var waits []string
	for i := range r.threads { // the body last: it mostly waits for the others
		t := r.threads[(i+1)%len(r.threads)]
		if !t.ended.Load() && t.waits != nil {
			waits = append(waits, t.name+" "+t.waits())
		}
	}
	if r.threads[0].ended.Load() {
		return Leak, "the body has returned and goroutines are left that can never go on: " + strings.Join(waits, "; ")
	}
	return Deadlock, "deadlock: " + strings.Join(waits, "; ")
}

// cannot says why entry i of the choices to follow cannot be followed.
func (r *Run) cannot(i int, id uint8) string {
	entry := fmt.Sprintf("entry %d of the schedule is for goroutine %d", i, int(id)-1)
	switch {
	case int(id) >= len(r.threads):
		return entry + ", which has not been started: the schedule is for another program, or the body differs from run to run"
	case r.threads[id].ended.Load():
		return fmt.Sprintf("%s (%s), which has ended", entry, r.threads[id].name)
	case r.threads[id].ready != nil && !r.threads[id].ready():
		return fmt.Sprintf("%s (%s), which %s", entry, r.threads[id].name, r.threads[id].waits())
	}
	return fmt.Sprintf("%s (%s), which has yielded to the others", entry, r.threads[id].name)
}

// end says how the run ended, if nothing has before. The goroutines end at their next scheduling point.
func (r *Run) end(kind Kind, problem string) {
	r.verdict.CompareAndSwap(nil, &verdict{kind, problem})
}

// fail ends the run and the calling goroutine.
func (r *Run) fail(kind Kind, format string, args ...any) {
	r.end(kind, fmt.Sprintf(format, args...))
	runtime.Goexit()
}

// me returns the goroutine that is calling, which must be the holder of the baton.
func me(kind, method string) *thread {
	r := current.Load()
	if r == nil {
		panic("scheduler: " + kind + method + " was used outside a run: use it in the function that is given to Explore or Replay")
	}
	if r.verdict.Load() != nil {
		runtime.Goexit()
	}
	t := r.holder.Load()
	if stray := strays.Load() > 0; stray || r.identify && r.steps < identifySteps {
		if id := t.goid.Load(); id != 0 && id != goroutineID() {
			if stray {
				runtime.Goexit() // it was left behind by an earlier run, and ends now
			}
			r.fail(Misuse, "a goroutine that the scheduler does not know used %s: start goroutines with Run.Go or WaitGroup.Go, not with go", kind+method)
		}
	}
	if r.checking {
		panic(misuse("an invariant used " + kind + method + ": it may only look, with Value"))
	}
	return t
}

// Go starts f in a goroutine of its own. Its name stands at the head of its column; an empty one becomes "G1", "G2", … by the
// order of starting. f runs at once up to its first operation on an object; that is no step, so two goroutines of two operations
// each have six schedules. At most 62 goroutines can be started in a run: more fail it (Misuse).
func (r *Run) Go(name string, f func()) {
	t := me("Run", ".Go")
	r = t.run
	if len(r.threads) == maxGoroutines {
		r.fail(Misuse, "the run has started more than %d goroutines", maxGoroutines-1)
	}
	u := &thread{run: r, id: uint8(len(r.threads)), name: name, baton: make(chan struct{}, 1), parent: t}
	if name == "" {
		u.name = "G" + strconv.Itoa(len(r.threads))
	}
	r.threads = append(r.threads, u)
	r.goesOn()
	r.holder.Store(u)
	go u.main(f)
	t.receive()
}

// Wait waits until every other goroutine of the run has ended. It is no step of a schedule. It is for the body: two
// goroutines that Wait for each other are a deadlock. A body that returns without it is waited for all the same, but its Checks have
// then been made too early.
func (r *Run) Wait() {
	t := me("Run", ".Wait")
	r = t.run
	others := func() (names []string) {
		for _, u := range r.threads {
			if u != t && !u.ended.Load() {
				names = append(names, u.name)
			}
		}
		return names
	}
	ready := func() bool {
		for _, u := range r.threads {
			if u != t && !u.ended.Load() {
				return false
			}
		}
		return true
	}
	t.point(ready, func() string { return "waits for " + strings.Join(others(), " and ") + " to end" }, false)
	r.events[len(r.events)-1].hidden = true
	r.steps--
	r.goesOn()
}

// Check ends the run as failed (CheckFailed) unless ok. The format and its arguments say what is wrong, as in fmt.Sprintf. It is
// no step. A failed Check does not return: deferred calls run.
func (r *Run) Check(ok bool, format string, args ...any) {
	if !ok {
		me("Run", ".Check").run.fail(CheckFailed, format, args...)
	}
}

// Invariant adds a function that is called after every step of the run, and ends it as failed (CheckFailed) when it returns an
// error, whose text is the problem. It may look at objects with Value only, and must return at once.
func (r *Run) Invariant(check func() error) {
	r = me("Run", ".Invariant").run
	r.invariants = append(r.invariants, check)
}

// Step is a scheduling point for plain code: what follows it, up to the next operation, is one step, called text in the report. With
// it, plain variables can be read and written in an order of your choice.
func Step(text string) {
	t := me("Step", "")
	t.point(nil, nil, false)
	t.run.tell(nil, text, nil, nil, 0)
}

// Yield gives way, as runtime.Gosched does: the others that can move do so before the caller goes on. The switch is no
// preemption. A loop that waits for another goroutine must call it, or it is taken for an endless one.
func Yield() {
	t := me("Yield", "")
	t.point(nil, nil, true)
	t.run.tell(nil, "Yield()", nil, nil, 0)
}

// goroutineID reads the goroutine's number from the first line of its stack trace, "goroutine 7 [running]:"; there is no other
// way to learn it. It costs about a microsecond.
func goroutineID() int64 {
	var buf [40]byte
	line := buf[:runtime.Stack(buf[:], false)]
	var n int64
	for _, c := range line[len("goroutine "):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
