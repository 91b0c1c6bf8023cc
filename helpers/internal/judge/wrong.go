package judge

import (
	"fmt"
	"strings"

	"example.com/multithreading/helpers/internal/engine"
)

// wrong is what is wrong in a scenario; nil if nothing is. Of several faults the one is told that a
// student understands first: a value that is not as expected, a panic, a deadlock, a loop, a data
// race, somebody left behind.
func (j *judge) wrong(s engine.Scenario, r *engine.Result) (*Verdict, error) {
	race := ""
	if len(r.Races) > 0 {
		race = dataRace(r.Races[0])
	}
	var worst *engine.Outcome
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if !o.Right() && (worst == nil || rank(o) < rank(worst) || rank(o) == rank(worst) && o.Switches < worst.Switches) {
			worst = o
		}
	}
	if worst != nil {
		says := j.fault(worst)
		if race != "" {
			says = sentence(says) + " And there is " + race
		}
		return j.show(worst.Schedule, s, says)
	}
	if race != "" {
		return j.show(r.Races[0].Schedule, s, race)
	}
	for _, l := range r.LeftBehind {
		if l.Waits && !s.Stays {
			return j.show(l.Schedule, s, "it returned and left behind who waits for ever: "+strings.Join(l.Who, "; "))
		}
	}
	return nil, nil
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
		return "nobody can go on, a deadlock: " + strings.ReplaceAll(o.Message, "\n", "; ")
	case engine.Crash:
		return inPlainWords(o.Message)
	case engine.Endless:
		return "it never ends: " + o.Message
	}
	if o.Failed() {
		return o.Verdict()
	}
	if o.Message != "" {
		return "it ended the whole program (" + o.Message + ") in the middle of the check."
	}
	return "it ended the whole program in the middle of the check."
}

// show is the verdict with the steps of a run and what the answer printed.
func (j *judge) show(schedule engine.Schedule, s engine.Scenario, says string) (*Verdict, error) {
	run, err := j.program.Follow(schedule, true)
	if err != nil {
		return nil, err
	}
	v := &Verdict{Says: sentence(says), Printed: firstLines(run.Outcome.Output)}
	if s.Title != "" {
		v.Says = s.Title + ": " + v.Says
	}
	title := s.Title
	if text := schedule.String(); text != "" && len(text) < 90 {
		title = strings.TrimPrefix(title+": the schedule "+text, ": ")
	}
	if steps := run.Columns(title); len(steps.Steps) > 0 {
		steps.Outcome = says
		v.Schedule = &steps
	}
	return v, nil
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
