// Command grade grades the exercises of a class: what `make grade` does.
//
//	grade [-weights 1,2,3] FOLDER [OUT]
//
// FOLDER has a notebook, or a folder with one, for each student. A new folder is written: a table
// (grades.csv), a page of the class (index.html), a page a student, and one with all reasons that
// the students gave in words.
//
// Nothing that a student hands in is trusted, and nothing of it is compiled or run. Of a notebook
// the cells that call the checks of the exercises are read, and each is written as the file that
// the kernel would make of it. The command explore judges that, which interprets it in a machine
// that has no files, no network and no processes: by the same judge, and with the same words, as in
// the student's notebook. Each such process has its limits and is one answer's alone.
//
// What could not be read or judged is told as "?", and then there is no sum: it is never taken for
// wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.com/multithreading/helpers/internal/judge"
)

func main() {
	// Ctrl-C ends what runs; files are written only when all has gone well.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// maxMemory is how much Go's collector leaves, as far as it can.
const maxMemory = 120 << 20

// command runs the command and returns the number that it ends with.
func command(ctx context.Context, args []string, out, complaints io.Writer) int {
	debug.SetMemoryLimit(maxMemory) // a notebook may be large, and its teacher's machine small
	flags := flag.NewFlagSet("grade", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.Usage = func() {
		fmt.Fprintln(complaints, "usage: grade [-weights 1,2,3] FOLDER [OUT]")
		flags.PrintDefaults()
	}
	weights := flags.String("weights", "1,2,3", "what an exercise of level 1, of level 2 and so on is `worth`")
	if flags.Parse(args) != nil {
		return 2
	}
	args = append(flags.Args(), "", "")
	g := grading{dir: args[0], out: args[1], says: out}
	err := g.prepare(*weights)
	if err == nil {
		err = g.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(complaints, "grade:", err)
		return 1
	}
	fmt.Fprintf(out, "written: %s, and grades.csv beside it\n", filepath.Join(g.out, "index.html"))
	return 0
}

// A grading is what is graded, and by what.
type grading struct {
	dir  string    // of the submissions
	out  string    // the folder to write
	says io.Writer // hears of each student when it is done

	course  string
	class   *class
	weights []float64 // of level 1, of level 2, …
	reading sync.Mutex
}

// prepare looks whether all is there.
func (g *grading) prepare(weights string) (err error) {
	if info, err := os.Stat(g.dir); g.dir == "" || err != nil || !info.IsDir() {
		return fmt.Errorf("%q is no folder: say where the notebooks of the class are, as in `make grade DIR=class`", g.dir)
	}
	if g.out == "" {
		g.out = filepath.Clean(g.dir) + "-grades"
	}
	if _, err := os.Lstat(g.out); err == nil {
		return fmt.Errorf("%s is there already: delete it, or name another folder with OUT=", g.out)
	}
	for _, word := range strings.Split(weights, ",") {
		weight, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || !(weight >= 0 && weight <= 1000) {
			return fmt.Errorf("the weight %q is no number: write one for each level, as in WEIGHTS=1,2,3", word)
		}
		g.weights = append(g.weights, weight)
	}
	if g.course, err = courseFolder(); err != nil {
		return err
	}
	g.class, err = newClass(givenOut(g.course))
	return err
}

// courseFolder is the folder of the course: this program is in its .venv/bin, or is a test of its
// own.
func courseFolder() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return "", err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for _, dir := range []string{filepath.Dir(self), here} {
		for ; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(givenOut(dir)); err == nil {
				return dir, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", errors.New("the course's folder is not found: start this by `make grade`, or by docker/start there")
}

// weight is what an exercise of a level is worth: as much as one of the last level that has a
// weight, if it has none.
func (g *grading) weight(level int) float64 {
	return g.weights[min(max(level, 1), len(g.weights))-1]
}

// run grades all submissions and writes what came out.
func (g *grading) run(ctx context.Context) error {
	root, err := os.OpenRoot(g.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	all, err := entries(root)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("%s has nothing in it: put a notebook, or a folder with one, there for each student", g.dir)
	}
	programs, err := os.MkdirTemp("", "course-grade-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(programs)
	j, err := newReferee(g.course, programs)
	if err != nil {
		return err
	}
	r, err := g.newReport(all, j)
	if err != nil {
		return err
	}
	defer r.discard()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU() + 1)
	for i, e := range all {
		group.Go(func() error {
			s := g.grade(ctx, root, e, j)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return r.add(i, s)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return r.finish()
}

// A student is what came out for one.
type student struct {
	Name    string
	Problem string // why nothing is graded, in a sentence
	Results []result
}

// A result is what became of one exercise.
type result struct {
	Exercise  string
	Right     bool
	NotJudged bool
	Says      string // the verdict, in a sentence or a few
	Note      string // what the teacher should know of how the answer was found
	Steps     string // the steps that show it, in columns
	Printed   []string
	Answer    string // the cell
	Reason    string // that the student gave in words
}

// grade grades one student.
func (g *grading) grade(ctx context.Context, root *os.Root, e entry, j *referee) student {
	s := student{Name: e.student}
	all, err := g.read(root, e)
	if err != nil {
		s.Problem = err.Error()
		for _, e := range g.class.exercises {
			s.Results = append(s.Results, result{Exercise: e.name, NotJudged: true})
		}
		return s
	}
	s.Results = make([]result, len(all))
	var judging sync.WaitGroup
	for i, a := range all {
		judging.Go(func() { s.Results[i] = a.result(ctx, j) })
	}
	judging.Wait()
	return s
}

// A prepared answer is one whose cells have become programs.
type prepared struct {
	exercise, note, missing string
	attempts                []candidate
}

// A candidate is an attempt as a program, and the same with methods that other cells declare for
// the cell's types.
type candidate struct {
	text         string // the cell
	plain, whole program
	err          error // why there is no program
}

// read reads what a student has handed in. One is read after another, for a notebook may be large;
// what is kept is not.
func (g *grading) read(root *os.Root, e entry) (all []prepared, err error) {
	g.reading.Lock()
	defer g.reading.Unlock()
	nb, err := g.class.read(root, e)
	if err != nil {
		return nil, err
	}
	for _, a := range g.class.answers(nb) {
		p := prepared{a.exercise, a.note, a.missing, nil}
		for _, attempt := range a.attempts {
			c := candidate{text: strings.Clone(attempt.cell.text)}
			if c.plain, c.err = compose(attempt.cell, attempt.above, false); c.err == nil {
				c.whole, c.err = compose(attempt.cell, attempt.above, true)
			}
			p.attempts = append(p.attempts, c)
		}
		all = append(all, p)
	}
	return all, nil
}

// result judges an answer: the first attempt that is right counts, else the first.
func (p prepared) result(ctx context.Context, j *referee) (r result) {
	if p.missing != "" {
		return result{Exercise: p.exercise, NotJudged: true, Says: p.missing}
	}
	for i, c := range p.attempts {
		v, used := judge.Verdict{Says: fmt.Sprint(c.err)}, c.plain
		if c.err == nil {
			v = j.judge(ctx, p.exercise, c.plain)
			if strings.HasPrefix(v.Says, judge.Unbuilt) && c.whole.text != c.plain.text {
				if whole := j.judge(ctx, p.exercise, c.whole); !strings.HasPrefix(whole.Says, judge.Unbuilt) {
					v, used = whole, c.whole
				}
			}
		}
		if i > 0 && !v.Right {
			continue
		}
		r = result{
			Exercise: p.exercise, Right: v.Right, NotJudged: v.Undecided && !v.Right,
			Says: cut(v.Says, maxSays), Note: p.note, Answer: shortened(c.text),
		}
		if used.added != "" {
			r.Answer += "\n\n// From cells above:\n\n" + shortened(used.added)
		}
		if v.Schedule != nil {
			r.Steps = cut(v.Schedule.String(), maxSteps)
		}
		for _, line := range v.Printed[:min(len(v.Printed), maxPrinted)] {
			r.Printed = append(r.Printed, cut(line, 200))
		}
		if p.exercise == reasoned {
			r.Reason = cut(reason(used.text), maxSays)
		}
		if v.Right {
			break
		}
	}
	return r
}

// reasoned is the exercise that asks for a reason in words.
const reasoned = "prediction"

// How much of an answer is shown.
const (
	maxSays    = 3000
	maxSteps   = 20_000
	maxPrinted = 20
	maxShown   = 6000
	maxLines   = 150
)

// shortened is the beginning of a cell, with a line that says so where it is longer.
func shortened(text string) string {
	lines := strings.SplitAfter(text, "\n")
	short := strings.Join(lines[:min(len(lines), maxLines)], "")
	if len(short) > maxShown {
		short = strings.ToValidUTF8(short[:maxShown], "")
	}
	if len(short) < len(text) {
		short += fmt.Sprintf("\n… (%d of %d bytes are shown)", len(short), len(text))
	}
	return short
}
