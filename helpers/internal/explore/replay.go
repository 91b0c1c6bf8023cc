package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/replay"
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
	dir, err := filepath.Abs(filepath.Dir(r.file))
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
	fmt.Print(run.Output)
	if text := strings.TrimSpace(run.Errors); text != "" {
		fmt.Println(strings.SplitN(text, "\n", 2)[0])
	}
	switch {
	case !run.Followed:
		return fmt.Errorf("the real goroutines could not follow the schedule: %s", run.Fault)
	case run.Output != said.Outcome.Output:
		return fmt.Errorf("the real goroutines followed the schedule and ended with %q, where %q was foretold",
			run.Output, said.Outcome.Output)
	}
	fmt.Printf("So the compiled program ended, on real goroutines, made to wait at %s places: as foretold.\n",
		engine.Digits(fmt.Sprint(hooks)))
	return nil
}
