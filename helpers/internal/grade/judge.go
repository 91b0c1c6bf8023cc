package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.com/multithreading/docker/kernel/imports"
	"example.com/multithreading/helpers/internal/judge"
)

// maxVerdict is far more than a verdict has.
const maxVerdict = 1 << 20

// A referee asks the command explore for verdicts, on several answers at once.
type referee struct {
	course             string // the course's folder
	explore, goimports string // the commands
	environment        []string
	patience           time.Duration // how long one check may take. The command ends by itself after 5 s of the processor
	dir                string        // for the programs
	slots              chan struct{} // full when as many run as there are processors

	mu   sync.Mutex
	seen map[[sha256.Size]byte]*question // programs that several have handed in are judged once
}

// A question is a program that is judged, or has been.
type question struct {
	done   chan struct{}
	answer judge.Verdict
}

// newReferee makes a referee whose programs are written below dir.
func newReferee(course, dir string) (*referee, error) {
	j := &referee{course: course, dir: dir, patience: 2 * time.Minute, seen: map[[sha256.Size]byte]*question{}}
	j.slots = make(chan struct{}, runtime.NumCPU())
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
func (j *referee) judge(ctx context.Context, exercise string, p program) judge.Verdict {
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
	q.answer = j.ask(ctx, exercise, p)
	q.answer.Exercise = exercise
	return q.answer
}

// ask has the command explore judge.
func (j *referee) ask(ctx context.Context, exercise string, p program) (v judge.Verdict) {
	notJudged := func(format string, args ...any) judge.Verdict {
		return judge.Verdict{Undecided: true, Says: "it was not judged: " + fmt.Sprintf(format, args...)}
	}
	select {
	case j.slots <- struct{}{}:
		defer func() { <-j.slots }()
	case <-ctx.Done():
		return notJudged("the grader was stopped.")
	}
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
	r := j.run(ctx, j.patience, dir, j.explore, "-judge", exercise, "-json", name)
	var signaled *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return notJudged("the grader was stopped.")
	case errors.Is(r.err, context.DeadlineExceeded):
		v.Says = fmt.Sprintf("its check was ended, as it had no end after %v.", j.patience)
	case errors.As(r.err, &signaled) && signaled.Sys().(syscall.WaitStatus).Signaled():
		v.Says = fmt.Sprintf("its check was ended by the system (%v): it takes too much memory.", signaled)
	case json.Unmarshal([]byte(r.said), &v) != nil || v.Exercise != exercise:
		first, _, _ := strings.Cut(strings.TrimSpace(r.complained), "\n")
		return notJudged("the command explore came to no verdict (%v: %s).", r.err, first)
	}
	return v
}

// finish gives a program the imports that its author left to the kernel, in the way in which the
// kernel does: most are known at once, and goimports finds the rest. What it does not find, or not
// in time, is missing in the program, too.
func (j *referee) finish(ctx context.Context, name, text string) {
	if imports.Tidy(name) {
		return
	}
	if _, err := parsed(text); err != nil {
		return
	}
	r := j.run(ctx, j.patience, j.course, j.goimports, name)
	if r.err != nil {
		return
	}
	f, err := parsed(r.said)
	if err != nil {
		return
	}
	lines := strings.SplitN(text, "\n", 3)
	lines[1] = importing(slices.Sorted(maps.Values(f.imports())))
	os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600) // else they are missing, and the verdict says so
}

// A run is what became of a command.
type run struct {
	said, complained string // the beginning of what it wrote
	err              error
}

// run runs a command. It and all that it has started end when patience does, at the latest.
func (j *referee) run(ctx context.Context, patience time.Duration, dir, name string, args ...string) (r run) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = dir, j.environment
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	out, complaints := head{room: maxVerdict}, head{room: 2000}
	command.Stdout, command.Stderr = &out, &complaints
	r.err = command.Run()
	if r.err != nil && ctx.Err() != nil {
		r.err = ctx.Err()
	}
	r.said, r.complained = out.text.String(), complaints.text.String()
	return r
}

// A head keeps the first bytes written to it.
type head struct {
	text bytes.Buffer
	room int // bytes
}

func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), h.room)
	h.text.Write(p[:n])
	h.room -= n
	return len(p), nil
}
