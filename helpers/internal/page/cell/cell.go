// Package cell does what the reader of a page asks of a notebook's cell: run it, explore it, step
// through it, judge it as an answer to an exercise. It says what the command explore says in
// JupyterLab. It is the part of the page's engine that does not know that it is in a page.
package cell

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/judge"
	"example.com/multithreading/helpers/internal/report"
	"example.com/multithreading/helpers/internal/stepper"
	"example.com/multithreading/helpers/show"
)

// An Order is what a reader asks for.
type Order struct {
	Do       string `json:"do"` // run, explore, follow, step or judge
	Source   string `json:"source"`
	Seed     uint64 `json:"seed"`     // run
	Anywhere bool   `json:"anywhere"` // run: a switch anywhere, and not as Go's scheduler does
	Exercise string `json:"exercise"` // judge
	Tries    int    `json:"tries"`    // judge: how many different answers there have been, this one among them
}

// A Part is a piece of an answer.
type Part struct {
	Kind string `json:"kind"` // one of those below
	Text string `json:"text"`
}

const (
	Printed = "printed" // by the program
	Said    = "said"    // about it
	Shown   = "shown"   // HTML
	Fault   = "fault"   // the cell cannot be taken, and why
	Again   = "again"   // what was told so far is void
	Unread  = "unread"  // the schedule cannot be read, which is no try
)

// longest is how long is looked, at most. It is more than in JupyterLab: WebAssembly is slower, and a
// reader can stop it.
const longest = 30 * time.Second

// mostMemory is what a tab of a browser may need without being a burden to a laptop.
const mostMemory = 500 << 20

// Do does what is ordered, and tells the answer part by part. goroot is as in [engine.Load].
func Do(goroot fs.FS, o Order, tell func(Part)) {
	if err := perform(goroot, o, tell); err != nil {
		tell(Part{Fault, err.Error()})
	}
}

func perform(goroot fs.FS, o Order, tell func(Part)) error {
	if o.Do == "judge" {
		return judged(goroot, o, tell)
	}
	program, call, err := read(goroot, o.Source)
	if err != nil {
		return err
	}
	options := engine.Options{Clock: call.clock, StoreBuffers: call.buffers, Memory: mostMemory, Time: longest}
	program.Set(options)
	switch o.Do {
	case "run":
		return run(program, o, tell)
	case "explore":
		return explore(program, options, tell)
	case "follow":
		return follow(program, call, tell)
	case "step":
		return step(program, options, call, tell)
	}
	return fmt.Errorf("%q is nothing that can be done with a cell", o.Do)
}

func explore(program *engine.Program, options engine.Options, tell func(Part)) error {
	result, err := program.Explore(options)
	if err != nil {
		return err
	}
	tell(Part{Said, fmt.Sprint(report.Of(result))})
	steps, err := report.Worst(program, result)
	if steps != nil {
		tell(Part{Shown, steps.Figure().HTML()})
	}
	return err
}

func follow(program *engine.Program, call Call, tell func(Part)) error {
	schedule, err := engine.ParseSchedule(call.schedule)
	if err != nil {
		return err
	}
	run, err := program.Follow(schedule, true)
	if err != nil {
		return err
	}
	tell(Part{Shown, run.Columns(report.Following(schedule)).Figure().HTML()})
	if call.Name == "Level" {
		text, switches, won := report.Level(run, engine.ParseGoal(call.goal), call.par)
		tell(Part{Said, text + "\n"})
		if won {
			tell(Part{Shown, stepper.Won(call.level, schedule.String(), switches, call.par)})
		}
	}
	return nil
}

func step(program *engine.Program, options engine.Options, call Call, tell func(Part)) error {
	result, err := program.Explore(options)
	if err != nil {
		return err
	}
	goal := call.goal
	if call.Name != "Step" && call.Name != "Level" {
		goal = goalOf(result)
	}
	graph, err := program.Graph(result, cmp.Or(call.level, "Your program"), engine.ParseGoal(goal))
	if err != nil {
		return err
	}
	graph.Level = call.level != ""
	html, err := graph.HTML()
	tell(Part{Shown, html})
	return err
}

// goalOf is what is worth reaching in a program that names no goal: what is wrong with it, or its
// least number.
func goalOf(r *engine.Result) string {
	worst := engine.Worst(r.Outcomes)
	switch {
	case worst == nil:
		return ""
	case worst.Kind == engine.Deadlock:
		return "deadlock"
	case worst.Kind == engine.Crash:
		return "panic"
	}
	return strings.TrimSpace(worst.Output)
}

func run(program *engine.Program, o Order, tell func(Part)) error {
	run, err := program.Run(engine.Free{
		Seed: o.Seed, Anywhere: o.Anywhere, Memory: mostMemory,
		Print: func(text string) { tell(Part{Printed, text}) },
		Again: func() { tell(Part{Kind: Again}) },
	})
	if err != nil {
		return err
	}
	end := run.Outcome.Ending()
	if run.Outcome.Kind == engine.Deadlock {
		end += "\n    " + strings.ReplaceAll(run.Outcome.Message, "\n", "\n    ")
	}
	if len(run.LeftBehind) > 0 {
		end += ", while others lived:\n    " + strings.Join(run.LeftBehind, "\n    ")
	}
	const turns = "(Goroutines take turns here: interleaving, not parallelism. By seed %d, %s: %s.)\n"
	tell(Part{Said, fmt.Sprintf(turns, o.Seed, show.Count(run.Total, "step"), end)})
	return nil
}

func judged(goroot fs.FS, o Order, tell func(Part)) error {
	source, err := fileOf(o.Source)
	if err != nil {
		return err
	}
	v := judge.Within(longest, goroot, map[string]string{file: source}, nil, o.Exercise, 0)
	var text strings.Builder
	judge.Write(&text, v)
	tell(Part{Said, text.String()})
	if v.Schedule != nil {
		tell(Part{Shown, v.Schedule.Figure().HTML()})
	}
	if v.Unread {
		tell(Part{Kind: Unread})
	}
	var hints strings.Builder
	if judge.WriteHints(&hints, v, o.Tries); hints.Len() > 0 {
		tell(Part{Said, hints.String()})
	}
	return nil
}
