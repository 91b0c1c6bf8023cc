// Package judge says whether a student's answer is right, and why not: for the notebook, for the
// grade and for the page alike. The answer is a cell whose main calls a check of package exercise; it
// is interpreted, in every order that its goroutines allow, and never run.
package judge

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/big"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/columns"
	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/load"
	"example.com/multithreading/helpers/show"
)

// Verdict is what a check found.
type Verdict struct {
	Exercise string // its name, such as "mutex"; empty where main comes to no check
	Right    bool
	// Undecided is true where it cannot be told: Right is false, and nothing is known against the
	// answer.
	Undecided bool `json:",omitempty"`
	// Unread is true for a schedule that cannot be read. That is no try: it gets no hint and uses up none.
	Unread bool   `json:",omitempty"`
	Says   string // what was found, in a sentence or a few
	// Schedule is the steps of a run that is wrong, or worth being seen.
	Schedule *columns.Schedule `json:",omitempty"`
	// Printed is the first lines that the answer prints in that run.
	Printed []string `json:",omitempty"`
}

// Unbuilt is how Says begins where Go would not build the answer.
const Unbuilt = "it is not Go that can be built"

// Sign is ✓, ✗ or ?.
func (v Verdict) Sign() string {
	switch {
	case v.Right:
		return "✓"
	case v.Undecided:
		return "?"
	}
	return "✗"
}

// How far one check looks. States bound it on every machine alike; the time, of the processor, is for
// machines so slow that nobody would wait.
const (
	maxStates = 300_000
	maxTime   = 4 * time.Second
	maxMemory = 350 << 20 // bytes

	// largeTime is for a scenario that is looked at in one order: without a fault by then, it has none.
	largeTime = 600 * time.Millisecond

	// enough is how many interruptions of one goroutine by another must have been looked at, where not
	// everything was, for an answer to be right. Most faults need one or two (Musuvathi and Qadeer,
	// Iterative context bounding, PLDI 2007).
	enough = 2
)

// Judge judges an answer: the files of its package main by name, and the lines of the cell as
// [engine.Load] takes them. call is which of the checks that its main comes to, counted from 1; 0
// stands for the first that is of the exercise. It takes at most 5 s of the processor.
func Judge(goroot fs.FS, files map[string]string, lines []int, exercise string, call int) Verdict {
	return Within(maxTime, goroot, files, lines, exercise, call)
}

// Within is Judge with another time to look, for where all takes longer: in a page.
func Within(
	limit time.Duration, goroot fs.FS, files map[string]string, lines []int, exercise string, call int,
) Verdict {
	j := &judge{preemptions: math.MaxInt, left: limit, limit: limit, states: maxStates, interleavings: new(big.Int)}
	program, err := engine.Load(goroot, files, lines)
	if err == nil {
		j.program = program
		err = j.find(exercise, call)
	}
	v := Verdict{}
	if err != nil {
		v = j.cannot(err)
	} else {
		v = j.all()
	}
	v.Exercise = exercise
	return v
}

// find finds the check that is to be judged. Where there is none, the exercise has no name.
func (j *judge) find(exercise string, call int) (err error) {
	first, last := call, call
	if call == 0 {
		first, last = 1, mostCalls
	}
	for j.call = first; j.call <= last; j.call++ {
		j.checked, err = j.program.Checks(j.call)
		if err != nil || j.checked.Exercise == "" || j.checked.Exercise == exercise {
			return err
		}
	}
	j.checked = engine.Checked{}
	return nil
}

// mostCalls is how many checks of a main are looked at for the one that is wanted.
const mostCalls = 8

// judge is a check under way.
type judge struct {
	program *engine.Program
	call    int
	checked engine.Checked
	limit   time.Duration // that it may take in all
	left    time.Duration // that it may still take
	states  int           // that may still be looked at

	seen          int      // scenarios
	interleavings *big.Int // of them
	loops         bool     // one has no bound to their number
	stopped       string   // why not all was seen
	preemptions   int      // how many were looked at then
}

// cannot is the verdict on what the engine does not take, or what is not Go.
func (j *judge) cannot(err error) Verdict {
	v := Verdict{Undecided: true, Says: sentence(err.Error())}
	refusal := (*engine.Refusal)(nil)
	if engine.Exhausted(err) || errors.As(err, &refusal) && refusal.Excess {
		v.Undecided = false
	}
	var faults load.Errors
	if errors.As(err, &faults) && !faults[0].Refused {
		v.Undecided = false
		v.Says = Unbuilt + ": " + sentence(err.Error())
	}
	return v
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// all judges by one scenario after the other.
func (j *judge) all() Verdict {
	switch {
	case j.checked.Exercise == "":
		return Verdict{Says: "main does not come to the check."}
	case j.checked.Own:
		return j.own()
	case j.checked.Scheduled:
		return j.scheduled()
	}
	var shown *Verdict
	for i, s := range j.checked.Scenarios {
		v, wrong, err := j.scenario(i, s)
		switch {
		case err != nil:
			v := j.cannot(err)
			v.Says = s.Title + ": " + v.Says
			return v
		case wrong:
			return *v
		case v != nil && shown == nil:
			shown = v
		}
	}
	if shown != nil {
		shown.Right = true
		return *shown
	}
	if says := j.unasked(); says != "" {
		return Verdict{Says: says}
	}
	return Verdict{Right: true, Says: j.praise()}
}

func (j *judge) options(i int, clock bool) engine.Options {
	return engine.Options{
		States: max(j.states, 1), Memory: maxMemory, Time: max(j.left, time.Millisecond), Clock: clock,
		Check: engine.Check{Call: j.call, Scenario: i},
	}
}

// scenario explores one scenario. It returns what is wrong, or a run that is worth being seen, or nil.
func (j *judge) scenario(i int, s engine.Scenario) (v *Verdict, wrong bool, err error) {
	if s.Large {
		v := j.large(i, s)
		return v, v != nil, nil
	}
	result, err := j.program.Explore(j.options(i, s.Clock))
	if err != nil {
		return nil, false, err
	}
	if result.Late { // the scenarios before it have taken their part
		result.Stopped = fmt.Sprintf("after %.1f s", j.limit.Seconds())
	}
	j.states -= result.States
	j.left -= result.Took
	if result.Runaway && len(result.Outcomes) == 0 {
		if run, err := j.program.Follow(nil, false); err == nil && run.Outcome.Kind == engine.Endless {
			return j.show(nil, s, endless), true, nil
		}
	}
	if result.Runaway {
		says := "it goes on without end, or takes more and more memory: given up " + result.Stopped + "."
		return &Verdict{Says: s.Title + ": " + says}, true, nil
	}
	if v := j.wrong(s, result); v != nil {
		return v, true, nil
	}
	j.seen++
	switch {
	case !result.Complete:
		if j.stopped = result.Stopped; result.Preemptions < enough || len(result.Outcomes) == 0 {
			return &Verdict{Undecided: true, Says: s.Title +
				": there are too many orders to look at, and what was seen does not tell: stopped " + result.Stopped + ". Look for a way with fewer steps."}, true, nil
		}
		j.preemptions = min(j.preemptions, result.Preemptions)
	case result.Interleavings == nil:
		j.loops = true
	default:
		j.interleavings.Add(j.interleavings, result.Interleavings)
	}
	for i := range result.Outcomes {
		if o := &result.Outcomes[i]; o.Shown() {
			return j.show(o.Schedule, s, fmt.Sprintf("%s. All %s interleavings were looked at",
				o.Verdict(), show.Digits(j.interleavings.String()))), false, nil
		}
	}
	return nil, false, nil
}

// large is what is wrong in a scenario that has too many orders: it is looked at in one, in which each
// goroutine goes on as long as it can. That is for a number in the answer that is great enough for small
// scenarios only, such as room for 20, and adds nothing to what is proved. Its steps are too many to be
// shown.
func (j *judge) large(i int, s engine.Scenario) *Verdict {
	if j.left < 2*largeTime {
		return nil
	}
	begin := engine.Spent()
	defer func() { j.left -= engine.Spent() - begin }()
	o := j.options(i, s.Clock)
	o.States = 1 // it is only followed
	if _, err := j.program.Explore(o); err != nil {
		return nil
	}
	run, err := j.program.FollowWithin(largeTime)
	if err != nil || run.Outcome.Right() || run.Outcome.Kind == engine.Endless {
		return nil
	}
	return &Verdict{Says: s.Title + ": " + sentence(j.fault(&run.Outcome)), Printed: firstLines(run.Outcome.Output)}
}

// praise is what a right answer is told: what was proved.
func (j *judge) praise() string {
	if j.stopped != "" {
		return fmt.Sprintf("right in all that was looked at: each order with up to %d interruptions first. "+
			"There are more: stopped %s.", j.preemptions, j.stopped)
	}
	scenarios := fmt.Sprintf("%d small programs that call it", j.seen)
	if j.seen == 1 {
		scenarios = "a small program that calls it"
	}
	if j.loops {
		return fmt.Sprintf("right in every interleaving of %s. "+
			"(While one waits it looks again and again, any number of times: right, but it burns a core.)", scenarios)
	}
	return fmt.Sprintf("right in all %s interleavings of %s: proved.", show.Digits(j.interleavings.String()), scenarios)
}
