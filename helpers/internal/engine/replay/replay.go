// Package replay runs a student's program on real goroutines in an order that a schedule says. From
// the program's SSA form it emits ordinary Go, the same instructions in the same order, which the
// Go compiler compiles and which calls the real libraries; before each instruction that another
// goroutine might notice stands a hook (see package hook), where a goroutine waits until it is let
// pass. It is the check on the machine that explores: what it says of a schedule, the compiled
// program does.
//
// A schedule is a list of [Move], each a goroutine and a number of hooks that it passes. It then
// runs on until it stands before its next hook, waits inside an operation, or has ended; only then
// does the next move begin. When the list has been followed all goroutines run freely. The rules by
// which hooks and goroutines are counted:
//
//   - Main is goroutine 0. The others are numbered in the order in which package main started them,
//     by a go statement, WaitGroup.Go, errgroup's Go, or AfterFunc (time's and context's, when it
//     is called); what a library starts of its own accord has no number. A new goroutine runs to
//     its first hook at once, before the one that started it goes on, and without a move of its
//     own. (One that errgroup started begins when the one that started it stands before a hook.)
//   - Every instruction that hook.Is names is one hook, whether the machine makes a step of it or
//     not; so is a call by go or defer that hook.Call names, when it is made. Synthetic functions
//     (wrappers, initialising of variables) have none.
//   - Cond.Wait is two hooks: going to wait, and taking the lock again once woken.
//   - The end of main is one hook, and so is a panic that nobody recovers, in the goroutine that
//     ends by it.
//   - A goroutine may be let into an operation that waits for another: it must be its last hook in
//     that move. An exchange over an unbuffered channel is two moves, of one hook each: one goes in
//     and waits (say, the receiver), then the other; both run on to their next hooks. Likewise
//     RWMutex.Lock is passed when the writer announces itself, and it goes on by itself when the
//     last reader leaves. Mutex.Lock, WaitGroup.Wait and the like are let pass when they need not
//     wait, or as the last hook of a move.
//   - A choice belongs to the last hook of a move. Of select it is the case, counted from 1 in the
//     order of the source (default comes last, whatever its place); of Signal, which of the waiting
//     goroutines is woken, counted from 1 in the order of their numbers; of a range over a map,
//     which of the keys not yet seen comes next, counted from 1 in the order of numbers, strings,
//     fields and elements (other keys have no order, so no choice). 0 leaves it to Go, whose Signal
//     wakes who has waited longest, or is the first key.
//   - Inside of a library nothing can be held: what it does after a hook, or after a function that
//     it was given, it does at once, where the machine may make several steps of it.
//   - time.Sleep takes no time while the schedule is followed. What else waits for a clock, such as
//     time.After, does wait; a move waits two seconds for its goroutine.
//
// The emitted program differs from the student's in what looks at the program itself: the names of
// functions in a trace, and the name of a generic type's instance, which is Stack_int for
// Stack[int].
package replay

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"
)

// Move lets a goroutine pass a number of hooks.
type Move struct {
	Goroutine int
	Hooks     int
	Choice    int // taken at the last of them; 0: none is made
}

//go:embed _runtime/common.go
var commonSource []byte

//go:embed _runtime/replay.go
var replaySource []byte

// Program is a compiled program that can follow schedules.
type Program struct {
	binary string
}

// Build emits and compiles the program whose package main is pkg. Dir is where the compiler looks
// for the module that packages outside the standard library come from, such as the folder of the
// student's main.go; it may be empty. Flags are further flags of go build, such as -race. The
// binary is written into folder to, which must exist.
func Build(ctx context.Context, pkg *ssa.Package, dir, to string, flags ...string) (*Program, error) {
	source, err := Emit(pkg)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"program.go": source, "common.go": commonSource, "replay.go": replaySource}
	return compile(ctx, files, dir, to, flags)
}

func compile(ctx context.Context, files map[string][]byte, dir, to string, flags []string) (*Program, error) {
	work, err := os.MkdirTemp(to, "source")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if work, err = filepath.Abs(work); err != nil {
		return nil, err
	}
	p := &Program{binary: work + ".bin"}
	args := append([]string{"build", "-o", p.binary}, flags...)
	for name, text := range files {
		name = filepath.Join(work, name)
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return nil, err
		}
		args = append(args, name)
	}
	if dir == "" {
		dir = work
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the emitted program does not compile: %w\n%s", err, out)
	}
	return p, nil
}

// Run is what a run has shown.
type Run struct {
	Output   string // standard output
	Errors   string // standard error, with a panic or a deadlock as Go reports it
	Exit     int    // -1: it did not end within its time
	Followed bool   // the schedule was followed to its end
	Fault    string // why not
}

// Follow runs the program on a schedule and then freely, until it ends or ctx does.
func (p *Program) Follow(ctx context.Context, schedule []Move) (*Run, error) {
	dir, err := os.MkdirTemp(filepath.Dir(p.binary), "run")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var text strings.Builder
	for _, m := range schedule {
		if m.Hooks < 1 {
			return nil, fmt.Errorf("a move of goroutine %d passes %d hooks; it must pass one at least", m.Goroutine, m.Hooks)
		}
		fmt.Fprintln(&text, m.Goroutine, m.Hooks, m.Choice)
	}
	file := filepath.Join(dir, "schedule")
	if err := os.WriteFile(file, []byte(text.String()), 0o666); err != nil {
		return nil, err
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, p.binary)
	cmd.Env = append(os.Environ(), "REPLAY_SCHEDULE="+file)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	run := &Run{Output: out.String(), Errors: errs.String()}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		run.Exit = exit.ExitCode()
	} else if err != nil {
		return nil, err
	}
	end, err := os.ReadFile(file + ".end")
	switch {
	case err != nil:
		run.Fault = "the program ended before the schedule"
	case string(end) == "followed":
		run.Followed = true
	default:
		run.Fault = string(end)
	}
	return run, nil
}
