// Package grade grades the exercises of a class: what `make grade` does.
//
// Nothing that a student hands in is trusted. Of a notebook only the cells of the exercises are read. They are built with the grader's own
// call of the check, and judged by package exercise, in a container of the course's image: one a student, without a network, with nothing
// of this machine in it, as an ordinary user, within limits of memory, processes and time. What counts as right is a verdict that carries
// what only the checker knows; an exit code or a printed line counts for nothing. And an answer may import only what an answer needs, so
// that it cannot look for what the checker knows. The exercises that are plain Go are also tried with inputs that no student has seen: they
// are drawn anew for each grading, and are the same for the whole class. What is left is the memory itself: a program with a data race may in theory read what is
// not its own.
package grade

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	randv2 "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// A Grading says what to grade.
type Grading struct {
	Dir   string    // of the submissions
	Out   string    // the folder to write, which must not be there
	Image string    // the image's name
	Says  io.Writer // hears of each student when it is done

	exercises []exerciseCell // those of the teacher's notebook, unless a test gives others
	seed      uint64         // see order
	trusting  bool           // see order
}

// A student is one line of the table.
type student struct {
	Name    string
	Problem string
	Results []result // in the order of the exercises
	Answers []answer
}

// Right is how many exercises are right.
func (s student) Right() (n int) {
	for _, r := range s.Results {
		if r.Right {
			n++
		}
	}
	return n
}

// NotJudged is how many exercises were not judged.
func (s student) NotJudged() (n int) {
	for _, r := range s.Results {
		if r.NotJudged {
			n++
		}
	}
	return n
}

// Run grades all submissions, one after another, and writes the table and the pages. Without an engine it does nothing and says why.
func (g Grading) Run(ctx context.Context) error {
	if _, err := os.Lstat(g.Out); err == nil {
		return fmt.Errorf("%s is there already: delete it, or name another folder with OUT=", g.Out)
	}
	g.seed = 1 + randv2.Uint64N(math.MaxUint64)
	if g.exercises == nil {
		var err error
		if g.exercises, err = exercises(TeachersNotebook()); err != nil {
			return err
		}
	}
	submissions, err := collect(g.Dir, g.exercises)
	if err != nil {
		return err
	}
	cpus, arch, err := engine(ctx, g.Image)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "course-grade-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	inside, err := build(ctx, dir, arch)
	if err != nil {
		return err
	}
	// Before anybody is told that an answer was not judged: does it work at all?
	if _, complained, err := g.container(ctx, inside, cpus, nil); err != nil {
		return fmt.Errorf("%s (%w)", complained, err)
	}
	var students []student
	for _, s := range submissions {
		graded := student{Name: s.student, Problem: s.problem, Answers: s.answers}
		if s.problem == "" {
			graded.Results, graded.Problem = g.inContainer(ctx, inside, cpus, s.answers)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(g.Says, "%s: %d of %d right. %s\n", printable(graded.Name), graded.Right(), len(g.exercises), printable(graded.Problem))
		students = append(students, graded)
	}
	return g.report(students)
}

// engine asks whether there is one, and the image, and what the containers get.
func engine(ctx context.Context, image string) (cpus int, arch string, err error) {
	cpusText, err := exec.CommandContext(ctx, "docker", "info", "--format", "{{.NCPU}}").Output()
	if err == nil {
		cpus, err = strconv.Atoi(strings.TrimSpace(string(cpusText)))
	}
	if err != nil || cpus == 0 {
		return 0, "", errors.New("grading needs Docker, because answers run in a container and nowhere else: install or start it, and try again")
	}
	archText, err := exec.CommandContext(ctx, "docker", "image", "inspect", "--format", "{{.Architecture}}", image).Output()
	if err != nil {
		return 0, "", fmt.Errorf("there is no image %q to grade in: run `make image`, and try again", image)
	}
	return cpus, strings.TrimSpace(string(archText)), nil
}

// build builds what runs in the container.
func build(ctx context.Context, dir, arch string) (string, error) {
	inside := filepath.Join(dir, "inside")
	command := exec.CommandContext(ctx, "go", "build", "-o", inside, "./helpers/internal/grade/inside")
	command.Dir = notebook.Root()
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOFLAGS=")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the grader: %w\n%s", err, said)
	}
	// Whoever runs it in the container is another user.
	return inside, errors.Join(os.Chmod(dir, 0o755), os.Chmod(inside, 0o755))
}

// inContainer has the answers of one student judged in a container of their own.
func (g Grading) inContainer(ctx context.Context, inside string, cpus int, answers []answer) (results []result, problem string) {
	heard, complained, err := g.container(ctx, inside, cpus, answers)
	for _, a := range answers {
		r, ok := heard[a.Exercise]
		if !ok {
			r = result{Exercise: a.Exercise, NotJudged: true, Says: "it was not judged: the container ended before, or ran for too long."}
			problem = strings.TrimSpace(fmt.Sprintf("%v. %s", err, complained))
		}
		results = append(results, r)
	}
	if n := (student{Results: results}).NotJudged(); n > 0 {
		problem = strings.TrimSpace(fmt.Sprintf("%d of the answers were not judged: grade this student again. %s", n, problem))
	}
	return results, problem
}

// container starts a container with these answers and returns what it says of each, by exercise.
func (g Grading) container(ctx context.Context, inside string, cpus int, answers []answer) (heard map[string]result, complained string, err error) {
	o := order{Token: rand.Text(), Seed: g.seed, Answers: answers, Trusting: g.trusting}
	if o.Version, err = version(notebook.Root()); err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute+time.Duration(len(answers))*perAnswer)
	defer cancel()
	name := "course-grade-" + strings.ToLower(rand.Text())
	// Made first and started then: whoever is stopped while a container is being made could not tell whether it will be there.
	made := exec.CommandContext(context.WithoutCancel(ctx), "docker", "create", "-i", "--name", name, "--log-driver=none",
		"--network=none", "--read-only", "--tmpfs", "/tmp:exec,size=1g", "--cap-drop=ALL", "--security-opt=no-new-privileges",
		"--memory=2g", "--memory-swap=2g", "--pids-limit=512", fmt.Sprintf("--cpus=%d", min(2, cpus)), "--ulimit=core=0",
		"-e", "COURSE_WORK=/tmp/home", "-e", "HOME=/tmp/home", "--mount", "type=bind,readonly,source="+inside+",target=/inside", g.Image, "/inside")
	defer func() {
		if left := remove(name); left != nil {
			err = errors.Join(err, left)
		}
	}()
	if text, err := made.CombinedOutput(); err != nil {
		return nil, strings.TrimSpace(string(text)), err
	}
	command := exec.CommandContext(ctx, "docker", "start", "--attach", "--interactive", name)
	said := &head{room: 2000}
	command.Stdin, command.Stderr, command.WaitDelay = bytes.NewReader(text), said, 5*time.Second
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return nil, "", err
	}
	heard = map[string]result{}
	lines := bufio.NewScanner(io.LimitReader(out, 16<<20))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r result
		if json.Unmarshal(lines.Bytes(), &r) == nil && r.Token == o.Token {
			heard[r.Exercise] = r
		}
	}
	if lines.Err() != nil || len(heard) < len(answers) {
		cancel() // it has ended, or says too much
	}
	err = command.Wait()
	return heard, strings.TrimSpace(said.text.String()), err
}

// remove removes a container, whose end is not that of its client, and looks whether it is gone. An engine that is busy refuses at first.
func remove(name string) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		said, err := exec.Command("docker", "rm", "-f", name).CombinedOutput()
		left, asked := exec.Command("docker", "ps", "-a", "-q", "--filter", "name="+name).Output()
		if asked == nil && len(left) == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the container %s is left: remove it with docker rm -f (%w: %s)", name, errors.Join(err, asked), said)
		}
	}
}

// perAnswer is how long an answer may take: two builds, and two judgements of at most 4 s. Ten times what a quiet machine needs.
const perAnswer = time.Minute

// A head keeps the first bytes written to it.
type head struct {
	text strings.Builder
	room int // for so many bytes
}

func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), h.room)
	h.text.Write(p[:n])
	h.room -= n
	return len(p), nil
}
