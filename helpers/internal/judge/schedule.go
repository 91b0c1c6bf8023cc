package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/show"
)

// together is letters written without spaces between them, as where there are only goroutines A and B.
var together = regexp.MustCompile(`^[ABab]+$`)

// small is a small letter with a number of steps.
var small = regexp.MustCompile(`^[ab]:[0-9]+$`)

// goroutine is a name that a goroutine of an answer may have.
var goroutine = regexp.MustCompile(`^(main|[A-Z])$`)

// misspelt tells whether a schedule moves somebody whom no answer has, as "a1 b1" does.
func misspelt(schedule engine.Schedule) bool {
	return slices.ContainsFunc(schedule, func(m engine.Move) bool { return !goroutine.MatchString(m.Goroutine) })
}

// parse reads a schedule. Letters that stand together are steps one after the other.
func parse(text string) (engine.Schedule, error) {
	var words []string
	for _, word := range strings.Fields(text) {
		switch {
		case together.MatchString(word):
			words = append(words, strings.Split(strings.ToUpper(word), "")...)
		case small.MatchString(word):
			words = append(words, strings.ToUpper(word))
		default:
			words = append(words, word)
		}
	}
	return engine.ParseSchedule(strings.Join(words, " "))
}

// scheduled judges the student's schedule for the scenario.
func (j *judge) scheduled() Verdict {
	schedule, err := parse(j.checked.Schedule)
	if err != nil {
		return Verdict{Says: sentence(err.Error()), Unread: true}
	}
	s := j.checked.Scenarios[0]
	j.program.Set(j.options(0, s.Clock))
	run, err := j.program.Follow(schedule, true)
	if err != nil {
		return Verdict{Says: sentence(err.Error()), Unread: misspelt(schedule)}
	}
	steps := withSteps(run.Columns(yours(schedule)))
	says := j.fault(&run.Outcome)
	if run.Outcome.Right() {
		says = run.Outcome.Verdict()
	}
	steps.Outcome = says
	return Verdict{Right: run.Outcome.Right(), Says: sentence(says), Schedule: &steps}
}

// own judges the schedule that a student has found for a program of his own: what stands in main
// below the check.
func (j *judge) own() Verdict {
	schedule, err := engine.ParseSchedule(j.checked.Schedule)
	if err != nil {
		return Verdict{Says: sentence(err.Error()), Unread: true}
	}
	o := j.options(0, false)
	result, err := j.program.Explore(o)
	if err != nil {
		return j.cannot(err)
	}
	plain, err := j.program.Follow(nil, true)
	if err != nil {
		return j.cannot(err)
	}
	run, err := j.program.Follow(schedule, true)
	if err != nil {
		return Verdict{Says: sentence(err.Error()), Unread: misspelt(schedule)}
	}
	steps := run.Columns(yours(schedule))
	v := Verdict{Schedule: &steps}
	undisturbed := told(plain.Outcome)
	switch {
	case run.Outcome.Kind == plain.Outcome.Kind &&
		run.Outcome.Output == plain.Outcome.Output && run.Outcome.Message == plain.Outcome.Message:
		v.Says = fmt.Sprintf("by your schedule it ends as it does when nobody is disturbed: %s.", undisturbed)
		if result.Complete && len(result.Outcomes) == 1 {
			v.Says += " Your program always ends so: change it until somebody can come between."
		}
	default:
		v.Right = true
		v.Says = fmt.Sprintf("by your schedule, %s. When nobody is disturbed, %s.", told(run.Outcome), undisturbed)
		for _, outcome := range result.Outcomes {
			same := outcome.Kind == run.Outcome.Kind && outcome.Output == run.Outcome.Output &&
				outcome.Message == run.Outcome.Message
			if outcome.Count != nil && same {
				v.Says += fmt.Sprintf(" %s of its %s interleavings end as yours.",
					show.Digits(outcome.Count.String()), show.Digits(result.Interleavings.String()))
			}
		}
	}
	return v
}

// told is an outcome in a few words.
func told(o engine.Outcome) string {
	switch o.Kind {
	case engine.Deadlock:
		return "nobody can go on, a deadlock"
	case engine.Crash:
		return "it fails with " + o.Ending()
	case engine.Endless:
		return "it never ends"
	}
	if output := strings.TrimSpace(o.Output); output != "" {
		return fmt.Sprintf("it prints %q", strings.ReplaceAll(output, "\n", " / "))
	}
	return "it prints nothing"
}

// yours is the title of a run by the student's schedule.
func yours(s engine.Schedule) string {
	if len(s) == 0 {
		return "No schedule: each goes on as long as it can"
	}
	return "Your schedule: " + s.String()
}
