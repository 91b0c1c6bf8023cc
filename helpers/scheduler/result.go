package scheduler

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/columns"
)

// Kind is what went wrong in a run; it is "" when nothing did.
type Kind string

// The kinds of failure.
const (
	CheckFailed Kind = "check failed"              // a Check or an Invariant
	Deadlock    Kind = "deadlock"                  // nobody can move, and the body has not returned
	Leak        Kind = "goroutine left behind"     // nobody can move, and the body has returned
	Panic       Kind = "panic"                     // in the body, in a goroutine or in an Invariant
	Misuse      Kind = "misuse"                    // of an object, such as unlocking an unlocked mutex, or of this package
	NoEnd       Kind = "no end"                    // more steps than Bounds.Steps
	Stalled     Kind = "no scheduling point"       // a goroutine computes, or waits for something else, longer than Bounds.Stall
	NotFollowed Kind = "schedule not followed"     // the run did not do what the schedule says, or not what it did before
	outOfTime   Kind = "given up for lack of time" // not a failure: the run does not count
)

// Result is what Explore or Replay found.
type Result struct {
	Kind    Kind   // what failed; "" if nothing did
	Problem string // what failed, in a sentence; "" if nothing did

	// Schedule is the failing schedule, or the one replayed, in the form that Replay takes: who made each step, counted from 0 in the
	// order of starting. -1 is the body; a step that nobody but the body could make has no entry. It is nil when Explore found
	// nothing.
	Schedule []int
	// Schedules is how many runs were made, each with another schedule.
	Schedules int
	// Preemptions is how many the failing schedule has, which is the least possible; after a pass, it is the number up to which all
	// schedules were tried, -1 for none.
	Preemptions int
	// All is true when nothing failed and no schedule was left out: more preemptions would give no more schedules.
	All bool
	// Steps is the number of steps of the longest run.
	Steps int
	// Elapsed is how long it took.
	Elapsed time.Duration

	bounds   Bounds
	stopped  bool // by Bounds.Time or Bounds.Schedules
	replayed bool
	run      *Run // the run to tell
}

// event is one step as it will be told.
type event struct {
	thread   uint8
	preempts bool
	forced   bool // only the body could move
	hidden   bool
	object   *object
	call     string  // such as ".Store"
	in, out  any     // argument and result, nil for none
	state    int     // the object's, after the step
	lock     *object // that a Cond gave up or got back in the step, nil for none
	locked   int     // its state, after the step
}

// tell says what the step that is being made does.
func (r *Run) tell(o *object, call string, in, out any, state int) {
	e := &r.events[len(r.events)-1]
	e.object, e.call, e.in, e.out, e.state = o, call, in, out, state
	r.goesOn()
}

// tellLock says, ahead of tell, what the step has made of the lock of a Cond.
func (r *Run) tellLock(l lock) {
	e := &r.events[len(r.events)-1]
	e.lock, e.locked = l.itself(), l.state()
}

// fail makes the result tell of a run, which went wrong unless v is nil.
func (result *Result) fail(r *Run, v *verdict) {
	if v != nil {
		result.Kind, result.Problem = v.kind, v.problem
	}
	result.run = r
	result.Steps = r.steps
	result.Schedule = make([]int, len(r.decisions))
	for i, d := range r.decisions {
		result.Schedule[i] = int(d.chose) - 1
	}
	result.Preemptions = 0
	for _, e := range r.events {
		if e.preempts {
			result.Preemptions++
		}
	}
}

// Failed reports whether something went wrong.
func (result Result) Failed() bool { return result.Kind != "" }

// Verdict says in a sentence what was found, and how far the search went. It names no time unless time ended the search, so that it
// is the same whenever the result is.
func (result Result) Verdict() string {
	b := result.bounds
	switch {
	case result.replayed && result.Failed():
		return "The replay failed: " + result.Problem + "."
	case result.replayed:
		return fmt.Sprintf("Replayed: %s, and every check passed.", count(result.Steps, "step"))
	case result.Failed():
		return fmt.Sprintf("Schedule %s of those tried fails, with %s: %s.",
			number(result.Schedules), count(result.Preemptions, "preemption"), result.Problem)
	case result.stopped:
		reached := "not even those without a preemption were all tried"
		if result.Preemptions >= 0 {
			reached = fmt.Sprintf("all with at most %s were tried, not all with %d", count(result.Preemptions, "preemption"), result.Preemptions+1)
		}
		if result.Schedules >= b.Schedules {
			return fmt.Sprintf("No failure in %s, where the search was stopped: %s.", count(result.Schedules, "schedule"), reached)
		}
		return fmt.Sprintf("No failure in %s, where the search was stopped after %.1f s: %s.", count(result.Schedules, "schedule"), result.Elapsed.Seconds(), reached)
	case result.All:
		return fmt.Sprintf("Every schedule passed: %s, with at most %s and %s.",
			count(result.Schedules, "schedule"), count(result.Preemptions, "preemption"), count(result.Steps, "step"))
	}
	return fmt.Sprintf("Every schedule with at most %s and %s passed: %s. Those with more preemptions were not tried.",
		count(result.Preemptions, "preemption"), count(b.Steps, "step"), count(result.Schedules, "schedule"))
}

// Columns returns the failing or replayed run as a schedule to draw: a column a goroutine, and one for the body where it had a
// choice. Preemptions and stores over what another goroutine has just stored are marked. Without such a run only the title is
// set.
func (result Result) Columns() columns.Schedule {
	s := columns.Schedule{Title: strings.TrimSuffix(result.Verdict(), ".")}
	r := result.run
	if r == nil {
		return s
	}
	s.Title, s.Outcome = "Replayed: "+count(result.Steps, "step"), "every check passed"
	if result.Failed() {
		s.Outcome = result.Problem
		if !result.replayed {
			s.Title = fmt.Sprintf("Schedule %s of those tried fails, with %s", number(result.Schedules), count(result.Preemptions, "preemption"))
		}
	}
	body := false // does the body need a column?
	for _, d := range r.decisions {
		body = body || d.could&1 != 0
	}
	for _, t := range r.threads {
		if t.id > 0 || body {
			s.Threads = append(s.Threads, t.name)
		}
	}
	m := newMemories(r)
	for _, e := range r.events {
		step := columns.Step{Thread: int(e.thread) - 1, Text: e.text(), Memory: m.after(e), Mark: m.mark(e)}
		if e.hidden || e.call == "" { // "": the run ended before the step was made
			continue
		}
		if body {
			step.Thread++
		} else if e.thread == 0 {
			step.Text = "main: " + step.Text
		}
		s.Steps = append(s.Steps, step)
	}
	return s
}

// String returns the verdict, and the failing or replayed schedule as a text table in columns.
func (result Result) String() string {
	if result.run == nil {
		return result.Verdict()
	}
	return result.Columns().String()
}

// Show prints what String returns; in a notebook it also draws the schedule.
func (result Result) Show() {
	if result.run == nil {
		fmt.Println(result.Verdict())
		return
	}
	result.Columns().Show()
}

// text is the step as a call, such as "counter.Store(1)".
func (e event) text() string {
	s := e.call
	if e.object != nil {
		s = e.object.name + s
	}
	switch in := e.in.(type) {
	case nil:
	case [2]int:
		s += fmt.Sprintf("(%d, %d)", in[0], in[1])
	default:
		s += fmt.Sprintf("(%v)", in)
	}
	if e.out != nil {
		s += fmt.Sprintf(" → %v", e.out)
	}
	return s
}

// memories follows the objects' states through a run as it is told.
type memories struct {
	run    *Run
	states map[*object]int
	stored map[*object]int           // the step that last changed an Int
	by     map[*object]uint8         // and who made it
	loaded map[*object]map[uint8]int // the step at which each goroutine last read it
	n      int
}

func newMemories(r *Run) *memories {
	return &memories{r, map[*object]int{}, map[*object]int{}, map[*object]uint8{}, map[*object]map[uint8]int{}, 0}
}

// after notes the state after the step and tells all numbers, all locks that are held, and what else the step was about.
func (m *memories) after(e event) string {
	if e.object == nil {
		return ""
	}
	m.states[e.object] = e.state
	if e.lock != nil {
		m.states[e.lock] = e.locked
	}
	var parts []string
	for _, o := range m.run.objects {
		state, used := m.states[o]
		held := state != 0 && (o.kind == "mu" || o.kind == "rw")
		if used && (o.kind == "x" || held || o == e.object) {
			parts = append(parts, m.run.memory(o, state))
		}
	}
	return strings.Join(parts, "  ")
}

// mark notes reads and writes and says when a Store loses an update: another goroutine stored since this one last read.
func (m *memories) mark(e event) string {
	var marks []string
	if e.preempts {
		marks = append(marks, "preemption")
	}
	m.n++
	if o := e.object; o != nil && o.kind == "x" {
		reads := m.loaded[o]
		if reads == nil {
			reads = map[uint8]int{}
			m.loaded[o] = reads
		}
		if e.call == ".Store" {
			read, has := reads[e.thread]
			if written := m.stored[o]; has && written > read && m.by[o] != e.thread {
				marks = append(marks, "overwrites "+m.run.threads[m.by[o]].name+"'s update")
			}
		}
		if e.call != ".Store" {
			reads[e.thread] = m.n
		}
		if e.call != ".Load()" && e.out != false {
			m.stored[o], m.by[o] = m.n, e.thread
		}
	}
	return strings.Join(marks, ", ")
}

// count writes a number with its noun: "1 step", "1,234 steps", "2 entries".
func count(n int, noun string) string {
	if n != 1 {
		if strings.HasSuffix(noun, "ry") {
			noun = noun[:len(noun)-1] + "ie"
		}
		noun += "s"
	}
	return number(n) + " " + noun
}

// number groups the digits by three.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
