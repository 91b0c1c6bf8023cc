package grade

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"example.com/multithreading/helpers/exercise"
)

// An order is what the host sends into a container: the answers of one student.
type order struct {
	Token    string // stands in each result: what else comes out of the container is not the grader's
	Version  string // of the checks, see version
	Seed     uint64 // of the hidden inputs, the same for the whole class
	Answers  []answer
	Trusting bool // whatever they import. Only tests ask for it, to see what the container alone holds back
}

// A result is what became of one answer.
type result struct {
	Token    string
	Exercise string
	Right    bool
	// NotJudged is true where the grader, or the machine it runs on, did not come to an end: that is no fault of the answer.
	NotJudged bool
	Says      string // in a sentence or a few; with a schedule in columns below them, where one shows what is wrong
}

// Inside is what runs in the container: it reads an order, builds each answer with the check that belongs to it, lets package exercise
// judge the program, and writes a result for each. Course is the folder of the course there.
func Inside(course string, in io.Reader, out io.Writer) error {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	// A checker and a judge of two versions may not understand each other.
	if v, err := version(course); err != nil || v != o.Version {
		return errors.Join(errors.New("the image has other checks than this checkout: run `make image`, and try again"), err)
	}
	b := builder{course: course}
	if err := b.flags(); err != nil {
		return err
	}
	results := json.NewEncoder(out)
	for _, a := range o.Answers {
		r := b.grade(a, o.Seed, o.Trusting)
		r.Token = o.Token
		if err := results.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// version tells the checks of one course's folder from those of another.
func version(course string) (string, error) {
	sum := sha256.New()
	for _, name := range []string{"exercise", "scheduler", "columns"} {
		files, err := filepath.Glob(filepath.Join(course, "helpers", name, "*.go"))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(file), len(text), text)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// A builder builds answers with the course's modules and the kernel's flags, for which everything that an answer imports is built already.
type builder struct {
	course  string
	goflags string
}

func (b *builder) flags() error {
	text, err := os.ReadFile(filepath.Join(b.course, "docker", "jupyter", "kernel.json"))
	if err != nil {
		return err
	}
	var kernel struct{ Env map[string]string }
	err = json.Unmarshal(text, &kernel)
	b.goflags = kernel.Env["GOFLAGS"]
	return err
}

func (b *builder) grade(a answer, seed uint64, trusting bool) result {
	wrong := func(format string, args ...any) result {
		return result{Exercise: a.Exercise, Says: fmt.Sprintf(format, args...)}
	}
	notJudged := func(format string, args ...any) result {
		return result{Exercise: a.Exercise, NotJudged: true, Says: "it was not judged: " + fmt.Sprintf(format, args...)}
	}
	dir, err := os.MkdirTemp("", "answer-")
	if err != nil {
		return notJudged("the grader failed: %v", err)
	}
	defer os.RemoveAll(dir)
	program, err := a.program()
	if err != nil {
		return wrong("%v", err)
	}
	file := filepath.Join(dir, "answer.go")
	main := fmt.Sprintf("package main\n\nimport \"example.com/multithreading/helpers/exercise\"\n\nfunc main() { %s }\n", a.Check)
	if os.WriteFile(file, []byte(program), 0o600) != nil || os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o600) != nil {
		return notJudged("the grader failed: there is no room in %s", dir)
	}
	// As GoNB does: what is imported and not used goes, what is used and not imported comes.
	if said, late := b.run(time.Minute, "goimports", "-w", file); late {
		return notJudged("%s", said)
	} else if said != "" {
		return wrong("goimports: %s", said)
	}
	finished, err := os.ReadFile(file)
	if err == nil && !trusting {
		err = permitted(finished)
	}
	if err != nil {
		return wrong("%v", err)
	}
	// Plain, and then, where the check asks for it, with the race detector: it sees what a lucky run does not show.
	for _, flags := range [][]string{nil, {"-race"}} {
		built := filepath.Join(dir, "program"+strings.Join(flags, ""))
		args := append(append([]string{"build"}, flags...), "-o", built, file, filepath.Join(dir, "main.go"))
		if said, late := b.run(90*time.Second, "go", args...); late {
			return notJudged("%s", said)
		} else if said != "" {
			return wrong("it does not build: %s", said)
		}
		verdict := exercise.Judge(built, a.Exercise, seed)
		for again := 0; verdict.Undecided && again < patience; again++ {
			verdict = exercise.Judge(built, a.Exercise, seed)
		}
		if verdict.Undecided {
			return notJudged("%s", verdict.Says)
		}
		if verdict.Exercise != a.Exercise || !verdict.Right {
			says := verdict.Says
			if verdict.Schedule != nil {
				says += "\n" + verdict.Schedule.String()
			}
			return wrong("%s", says)
		}
		if !verdict.Race {
			break
		}
	}
	return result{Exercise: a.Exercise, Right: true, Says: "right."}
}

// patience is how often an answer is judged again because the machine was too busy, at up to 4 s.
const patience = 5

var place = regexp.MustCompile(`\S*/answer-\d+/|command-line-arguments|(?m)^#.*\n`)

// run runs a command in the course's folder and returns what it complained of, "" when it went well, and whether it was stopped at the limit.
func (b *builder) run(limit time.Duration, name string, args ...string) (said string, late bool) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = b.course
	command.Env = append(os.Environ(), "GOFLAGS="+b.goflags, "GOPROXY=off", "GOWORK=off")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	switch {
	case err == nil:
		return "", false
	case ctx.Err() != nil:
		return fmt.Sprintf("%s took more than %v and was stopped.", name, limit), true
	}
	text := strings.TrimSpace(place.ReplaceAllString(output.String(), ""))
	if len(text) > 2000 {
		text = text[:2000] + " …"
	}
	if text == "" {
		text = err.Error()
	}
	return text, false
}
