package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/semaphore"

	"example.com/multithreading/docker/kernel/imports"
	"example.com/multithreading/helpers/columns"
)

// A verdict is what the command explore says of an answer, as it writes it
// (helpers/internal/judge).
type verdict struct {
	Exercise  string
	Right     bool
	Undecided bool // it was not judged, or it cannot be told: that is not held against the answer
	Says      string
	Schedule  *columns.Schedule
	Printed   []string
}

const (
	// hurried is the time after which a check may have been undecided because the machine was busy.
	hurried = 2 * time.Second
	// maxVerdict is far more than a verdict has.
	maxVerdict = 1 << 20
)

// A judge asks the command explore, for several answers at once.
type judge struct {
	course             string // the course's folder
	explore, goimports string // the commands
	environment        []string
	patience           time.Duration // how long one check may take. The command ends by itself after 5 s
	dir                string        // for the programs
	slots              *semaphore.Weighted
	all                int64 // how many slots there are

	mu   sync.Mutex
	seen map[[sha256.Size]byte]*question // programs that several have handed in are judged once
}

// A question is a program that is judged, or has been.
type question struct {
	done   chan struct{}
	answer verdict
}

// newJudge makes a judge whose programs are written below dir.
func newJudge(course, dir string) (*judge, error) {
	j := &judge{course: course, dir: dir, patience: 10 * time.Second, all: int64(runtime.NumCPU())}
	j.slots, j.seen = semaphore.NewWeighted(j.all), map[[sha256.Size]byte]*question{}
	var err error
	for _, command := range []struct {
		name string
		path *string
	}{{"explore", &j.explore}, {"goimports", &j.goimports}} {
		if *command.path, err = exec.LookPath(command.name); err != nil {
			return nil, fmt.Errorf("the command %s is missing: run `make setup`, "+
				"and start this by `make grade` or docker/start", command.name)
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go cannot be started: %w", err)
	}
	j.environment = append(os.Environ(), "GOROOT="+strings.TrimSpace(string(goroot)),
		"GOFLAGS=", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	return j, nil
}

// judge returns the verdict on the answer to an exercise that a program is.
func (j *judge) judge(ctx context.Context, exercise string, p program) verdict {
	key := sha256.Sum256(fmt.Appendf(nil, "%s\n%v\n%s", exercise, p.lines, p.text))
	j.mu.Lock()
	q := j.seen[key]
	first := q == nil
	if first {
		q = &question{done: make(chan struct{})}
		j.seen[key] = q
	}
	j.mu.Unlock()
	if !first {
		<-q.done
		return q.answer
	}
	defer close(q.done)
	var again bool
	if q.answer, again = j.ask(ctx, 1, exercise, p); again {
		q.answer, _ = j.ask(ctx, j.all, exercise, p) // with nobody beside it
	}
	q.answer.Exercise = exercise
	return q.answer
}

// ask has the command explore judge, once so many slots are free. It tells whether another time,
// with more of the machine, there may be another verdict.
func (j *judge) ask(ctx context.Context, slots int64, exercise string, p program) (v verdict, again bool) {
	notJudged := func(format string, args ...any) (verdict, bool) {
		return verdict{Undecided: true, Says: "it was not judged: " + fmt.Sprintf(format, args...)}, false
	}
	if err := j.slots.Acquire(ctx, slots); err != nil {
		return notJudged("the grader was stopped.")
	}
	defer j.slots.Release(slots)
	dir, err := os.MkdirTemp(j.dir, "answer-")
	if err != nil {
		return notJudged("%v.", err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "main.go")
	var lines strings.Builder
	for _, line := range p.lines {
		fmt.Fprintln(&lines, line)
	}
	for file, text := range map[string]string{name: p.text, name + ".lines": lines.String()} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return notJudged("%v.", err)
		}
	}
	j.finish(ctx, name, p.text)
	begin := time.Now()
	said, complained, err := j.run(ctx, dir, j.explore, "-judge", exercise, "-json", name)
	took := time.Since(begin)
	var signaled *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return notJudged("the grader was stopped.")
	case errors.Is(err, context.DeadlineExceeded):
		return verdict{Says: fmt.Sprintf("its check was ended, as it had no end after %v.", j.patience)}, true
	case errors.As(err, &signaled) && signaled.Sys().(syscall.WaitStatus).Signaled():
		return verdict{Says: fmt.Sprintf("its check was ended by the system (%v): it takes too much memory.", signaled)}, true
	case json.Unmarshal([]byte(said), &v) != nil || v.Exercise != exercise:
		first, _, _ := strings.Cut(strings.TrimSpace(complained), "\n")
		return notJudged("the command explore came to no verdict (%v: %s).", err, first)
	}
	return v, v.Undecided && took > hurried
}

// finish gives a program the imports that its author left to the kernel, in the way in which the
// kernel does: most are known at once, and goimports finds the rest. What it does not find, or not
// in time, is missing in the program, too.
func (j *judge) finish(ctx context.Context, name, text string) {
	if imports.Tidy(name) {
		return
	}
	if _, err := parsed(text); err != nil {
		return
	}
	said, _, err := j.run(ctx, j.course, j.goimports, name)
	if err != nil {
		return
	}
	f, err := parsed(said)
	if err != nil {
		return
	}
	var specs []string
	for _, spec := range f.imports() {
		specs = append(specs, spec)
	}
	slices.Sort(specs)
	lines := strings.SplitN(text, "\n", 3)
	lines[1] = importing(specs)
	os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600)
}

// run runs a command and returns the beginning of what it writes. It and all that it has started
// end at the latest when it has taken all of the patience.
func (j *judge) run(ctx context.Context, dir, name string, args ...string) (said, complained string, err error) {
	ctx, cancel := context.WithTimeout(ctx, j.patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = dir, j.environment
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	out, complaints := head{room: maxVerdict}, head{room: 2000}
	command.Stdout, command.Stderr = &out, &complaints
	err = command.Run()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return out.text.String(), complaints.text.String(), err
}

// A head keeps the first bytes written to it.
type head struct {
	text bytes.Buffer
	room int // for so many bytes
}

func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), h.room)
	h.text.Write(p[:n])
	h.room -= n
	return len(p), nil
}
