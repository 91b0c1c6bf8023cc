package judge

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/columns"
	"example.com/multithreading/helpers/internal/engine"
)

// wrong is what is wrong in a scenario; nil if nothing is. Of several faults the one is told that a
// student understands first: a value that is not as expected, a panic, a deadlock, a loop, a data
// race, somebody left behind.
func (j *judge) wrong(s engine.Scenario, r *engine.Result) *Verdict {
	var worst *engine.Outcome
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if !o.Right() && (worst == nil || rank(o) < rank(worst) || rank(o) == rank(worst) && o.Switches < worst.Switches) {
			worst = o
		}
	}
	if worst != nil {
		says := j.fault(worst)
		if len(r.Races) > 0 {
			race := r.Races[0]
			says = fmt.Sprintf("%s There is a data race on %s, too, at line %d", sentence(says), race.Variable, race.Lines[0])
			if race.Lines[1] != race.Lines[0] {
				says += fmt.Sprintf(" and line %d", race.Lines[1])
			}
		}
		return j.show(worst.Schedule, s, says)
	}
	if len(r.Races) > 0 {
		return j.show(r.Races[0].Schedule, s, dataRace(r.Races[0]))
	}
	for _, l := range r.LeftBehind {
		if l.Waits && !s.Stays {
			return j.show(l.Schedule, s, "it returned and left goroutines behind that wait for ever: "+j.waiting(l.Who))
		}
	}
	return nil
}

// unasked is what is wrong with an answer that does right, but not in the way that is asked for; "" if
// nothing is.
func (j *judge) unasked() string {
	if j.checked.Exercise != "lock" {
		return ""
	}
	used, line := j.program.Uses(func(t types.Type) bool {
		if _, ok := t.Underlying().(*types.Chan); ok {
			return true
		}
		named, ok := types.Unalias(t).(*types.Named)
		return ok && !types.IsInterface(t) && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync"
	})
	if used == nil {
		return ""
	}
	what := "a channel"
	if named, ok := types.Unalias(used).(*types.Named); ok && named.Obj().Pkg().Path() == "sync" {
		what = "sync." + named.Obj().Name()
	}
	return fmt.Sprintf("it keeps others out, but line %d uses %s. Make the lock of sync/atomic alone: no other part of sync, and no channel.",
		line, what)
}

// rank is the order in which faults are told.
func rank(o *engine.Outcome) int {
	switch {
	case o.Failed():
		return 0
	case o.Kind == engine.Crash:
		return 1
	case o.Kind == engine.Deadlock:
		return 2
	case o.Kind == engine.Endless:
		return 3
	}
	return 4
}

// fault puts an outcome that is wrong into words.
func (j *judge) fault(o *engine.Outcome) string {
	switch o.Kind {
	case engine.Deadlock:
		return "nobody can go on, a deadlock: " + j.waiting(strings.Split(o.Message, "\n"))
	case engine.Crash:
		return inPlainWords(o.Message)
	case engine.Endless:
		if strings.HasPrefix(o.Message, "no end") {
			return endless
		}
		return endless + ": " + o.Message
	}
	if o.Failed() {
		return o.Verdict()
	}
	if o.Message != "" {
		return "it ended the whole program (" + o.Message + ") in the middle of the check."
	}
	return "it ended the whole program in the middle of the check."
}

// waiting lists who waits where. That main waits in the check for the others says nothing.
func (j *judge) waiting(all []string) string {
	var told []string
	for _, who := range all {
		line := 0
		fmt.Sscanf(who, "main at line %d", &line)
		if !strings.Contains(j.program.Line(line), "exercise.Check") {
			told = append(told, who)
		}
	}
	if len(told) == 0 {
		told = all
	}
	const most = 4
	if len(told) > most+1 {
		told = append(told[:most:most], fmt.Sprintf("and %d more", len(told)-most))
	}
	return strings.Join(told, "; ")
}

// endless stands in the words of an outcome without an end.
const endless = "it never ends"

// round says who goes round where at the end of a run that has none.
func round(run *engine.Run) string {
	const looked = 100
	lines := map[int]map[int]bool{} // by goroutine
	for _, st := range run.Steps[max(0, len(run.Steps)-looked):] {
		if lines[st.Goroutine] == nil {
			lines[st.Goroutine] = map[int]bool{}
		}
		if st.Line > 0 {
			lines[st.Goroutine][st.Line] = true
		}
	}
	var who []string
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		at := slices.Sorted(maps.Keys(lines[id]))
		switch len(at) {
		case 0:
		case 1:
			who = append(who, fmt.Sprintf("%s goes round at line %d", run.Names[id], at[0]))
		default:
			who = append(who, fmt.Sprintf("%s goes round between lines %d and %d", run.Names[id], at[0], at[len(at)-1]))
		}
	}
	return strings.Join(who, ", ")
}

// show is the verdict with the steps of a run and what the answer printed, where there is time for that.
func (j *judge) show(schedule engine.Schedule, s engine.Scenario, says string) *Verdict {
	v := &Verdict{Says: sentence(says)}
	if s.Title != "" {
		v.Says = s.Title + ": " + v.Says
	}
	run, err := j.program.Follow(schedule, true)
	if err != nil {
		return v
	}
	v.Printed = firstLines(run.Outcome.Output)
	if run.Outcome.Kind == engine.Endless {
		const rounds = 8 // enough to see that it goes round
		if where := round(run); where != "" && strings.HasSuffix(says, endless) {
			v.Says = strings.Replace(v.Says, endless, endless+": "+where, 1)
		}
		run.Steps = run.Steps[:min(len(run.Steps), run.Scheduled+rounds)]
	}
	title := s.Title
	if text := schedule.String(); text != "" && len(text) < 90 {
		if title == "" {
			title = "The schedule " + text
		} else {
			title += ": the schedule " + text
		}
	}
	if steps := withSteps(run.Columns(title)); len(steps.Steps) > 0 {
		steps.Outcome = end(&run.Outcome)
		v.Schedule = &steps
	}
	return v
}

// withSteps leaves main's column out where main has no step to show.
func withSteps(s columns.Schedule) columns.Schedule {
	if len(s.Goroutines) == 1 || slices.ContainsFunc(s.Steps, func(st columns.Step) bool { return st.Goroutine == 0 }) {
		return s
	}
	s.Goroutines = s.Goroutines[1:]
	for i := range s.Steps {
		s.Steps[i].Goroutine--
	}
	return s
}

// end is how a run ends, in a few words, for below its steps: the verdict has the rest.
func end(o *engine.Outcome) string {
	switch o.Kind {
	case engine.Deadlock:
		return "nobody can go on"
	case engine.Crash:
		return o.Ending()
	case engine.Endless:
		return "it never ends"
	}
	says, _, _ := strings.Cut(o.Verdict(), ". ")
	return says
}

// firstLines are the first lines of what was printed.
func firstLines(output string) []string {
	const most = 5
	if strings.TrimSpace(output) == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("… and %d more lines", len(lines)-most))
	}
	return lines
}

func dataRace(r engine.Race) string {
	does := func(write bool) string {
		switch {
		case r.Channel && write:
			return "closes it"
		case r.Channel:
			return "sends to it"
		case write:
			return "writes it"
		}
		return "reads it"
	}
	return fmt.Sprintf("a data race on %s: one goroutine %s at line %d, another %s at line %d, and nothing says who comes first.",
		r.Variable, does(r.Writes[0]), r.Lines[0], does(r.Writes[1]), r.Lines[1])
}

// plain has Go's messages in a beginner's words.
var plain = []struct{ has, means string }{
	{"send on closed channel", "a value was sent to a channel that had been closed before. Close it only when nobody sends any more"},
	{"close of closed channel", "a channel was closed twice. One goroutine closes it, once"},
	{"close of nil channel", "a channel was closed that was never made with make"},
	{"negative WaitGroup counter", "Done was called more often than Add had announced"},
	{"WaitGroup is reused", "a WaitGroup was used again before Wait had returned"},
	{"unlock of unlocked", "a mutex was unlocked that was not locked"},
	{"concurrent map", "two goroutines used one map at the same moment, and at least one wrote. A map is not made for that"},
	{"index out of range", "an index lies outside of its slice"},
	{"slice bounds out of range", "a slice was cut outside of its bounds"},
	{"nil pointer dereference", "a pointer was used that points to nothing"},
	{"stack overflow", "a function calls itself without end"},
	{"goroutine stack exceeds", "a function calls itself without end"},
	{"divide by zero", "a number was divided by 0"},
	{"assignment to entry in nil map", "a map was written to that was never made with make"},
}

// inPlainWords adds to a message of Go's what it means.
func inPlainWords(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	for _, p := range plain {
		if strings.Contains(s, p.has) {
			return s + ". That is: " + p.means
		}
	}
	return s
}
