package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/replay"
	"example.com/multithreading/helpers/show"
)

// replayTime is how long the compiled program may run.
const replayTime = 10 * time.Second

// replay has the compiled program follow a schedule, and says whether it ended as the engine says
// that it does.
func (r *reporter) replay(text string) error {
	schedule, err := engine.ParseSchedule(text)
	if err != nil {
		return err
	}
	said, err := r.program.Follow(schedule, false)
	if err != nil {
		return err
	}
	moves := make([]replay.Move, len(said.Hooks))
	hooks := 0
	for i, h := range said.Hooks {
		moves[i] = replay.Move{Goroutine: h.Goroutine, Hooks: h.Count, Choice: h.Choice}
		hooks += h.Count
	}
	work, err := os.MkdirTemp("", "replay")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	os.Setenv("EXPLORE_REPLAYS", "1") // so that what stands in the cell's first line does not begin anew
	dir, err := moduleFor(r.file)
	if err != nil {
		return err
	}
	program, err := replay.Build(ctx, r.program.Main, dir, work)
	if err != nil {
		return err
	}
	ctx, cancel = context.WithTimeout(context.Background(), replayTime)
	defer cancel()
	run, err := program.Follow(ctx, moves)
	if err != nil {
		return err
	}
	errors, gone, same := compare(said.Outcome, run)
	fmt.Print(run.Output)
	if run.Output != "" && !strings.HasSuffix(run.Output, "\n") {
		fmt.Println()
	}
	fmt.Print(errors)
	if first, _, _ := strings.Cut(strings.TrimSpace(gone), "\n"); first != "" {
		fmt.Println(first)
	}
	switch {
	case !run.Followed:
		return fmt.Errorf("the real goroutines could not follow the schedule: %s", run.Fault)
	case !same:
		foretold := said.Outcome.Ending()
		if said.Outcome.Output != "" {
			foretold = fmt.Sprintf("%q; %s", said.Outcome.Output, foretold)
		}
		return fmt.Errorf("the real goroutines followed the schedule, but it was foretold that the program prints %s",
			foretold)
	}
	fmt.Printf("So the compiled program ended, on real goroutines, made to wait at %s places: as foretold.\n",
		show.Digits(fmt.Sprint(hooks)))
	return nil
}

var logged = regexp.MustCompile(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `)

// moduleFor is the folder from which the compiler finds what a file imports: its own, where that is
// in a module, as a cell's is. Elsewhere, such as a level that a friend has sent, it is the one in
// which the command was called: docker/start calls it in the course's.
func moduleFor(file string) (string, error) {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "", err
	}
	for above := dir; above != filepath.Dir(above); above = filepath.Dir(above) {
		_, err := os.Stat(filepath.Join(above, "go.mod"))
		if err == nil && above != filepath.Clean(os.TempDir()) { // there Go takes no notice of it
			return dir, nil
		}
	}
	return os.Getwd()
}

// compare tells whether a run ended as was foretold, and takes its standard error apart: what the
// program printed there, and what Go says of its end. What was foretold does not tell the two
// outputs apart, nor the time in front of a line of package log.
func compare(said engine.Outcome, run *replay.Run) (printed, end string, same bool) {
	lines := func(s string) []string { return strings.SplitAfter(s, "\n") }
	out, errs := lines(run.Output), lines(run.Errors)
	same = true
	for _, line := range lines(said.Output) {
		is := func(other []string) bool {
			return len(other) > 0 && logged.ReplaceAllString(other[0], "") == logged.ReplaceAllString(line, "")
		}
		switch {
		case is(out):
			out = out[1:]
		case is(errs):
			printed += errs[0]
			errs = errs[1:]
		case line != "":
			same = false
		}
	}
	end = strings.Join(errs, "")
	switch {
	case strings.Join(out, "") != "":
		same = false
	case said.Kind == engine.Deadlock:
		same = same && strings.Contains(end, "deadlock!")
	case said.Kind == engine.Crash:
		same = same && (strings.Contains(end, "panic:") || strings.Contains(end, "fatal error:"))
	case said.Kind == engine.Ends:
		same = same && end == ""
	}
	return printed, end, same
}
