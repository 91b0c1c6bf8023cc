// Command explore runs a program of ordinary Go in every order that its goroutines allow, and says
// what came out: how many interleavings there are, what each ends with and by which schedule, data
// races, deadlocks, panics, loops that cannot end, and goroutines that main leaves behind.
// helpers/explore calls it for a notebook's cell.
//
//	explore FILE.go                        all interleavings
//	explore -follow "A:3 B" FILE.go        one schedule, step by step
//	explore -replay "A:3 B" FILE.go        the same on real goroutines, compiled
//	explore -step "deadlock" FILE.go       a page to step through (in a notebook), with this goal
//	explore -level "My own" -step "deadlock" FILE.go
//	                                       the same as a game; with -follow, whether that schedule wins
//	explore -judge mutex FILE.go           whether it is a right answer to this exercise
//
// It ends with 1 if the program is wrong: if some interleaving has a data race, a deadlock, a
// panic, no end, or leaves a goroutine behind that waits for ever; with -judge, if the answer is
// not right; and with 2 if the program, or the schedule, cannot be taken.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/report"
	"example.com/multithreading/helpers/internal/stepper"
	"example.com/multithreading/helpers/show"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	flags := flag.NewFlagSet("explore", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(os.Stderr,
			"usage: explore [-clock] [-buffers] [-follow SCHEDULE | -replay SCHEDULE | -step GOAL | -judge EXERCISE] FILE.go")
		flags.PrintDefaults()
	}
	clock := flags.Bool("clock", false,
		"time passes only when no goroutine can move, as in testing/synctest; else a sleep may last longer than it says")
	buffers := flags.Bool("buffers", false,
		"a plain write reaches the other goroutines later, as on an x86 processor with its store buffers")
	follow := flags.String("follow", "", "a `schedule` to follow, such as \"A:3 B\"; then all run on")
	replay := flags.String("replay", "", "a `schedule` for the compiled program to follow on real goroutines")
	step := flags.String("step", "", "a `goal` for the page to step through: deadlock, panic, or a text that is printed")
	level := flags.String("level", "", "with -step: the `name` of a level, under which the browser keeps that it was won")
	par := flags.Int("par", 0, "with -level and -follow: the fewest switches that win it; 0: not known")
	results := flags.Bool("results", false, "list the levels that were won (in a notebook)")
	exercise := flags.String("judge", "", "an `exercise`, such as mutex, whose check main calls: is the answer right?")
	call := flags.Int("call", 0, "with -judge: which of the checks that main comes to; 0: the first of the exercise")
	tries := flags.String("tries", "", "with -judge: the `file` that counts the tries, for hints")
	asJSON := flags.Bool("json", false, "with -judge: print the verdict as JSON")
	limit := flags.Duration("time", 3*time.Second, "how much of the processor's time to look, at most")
	states := flags.Int("states", 400_000, "how many states to look at, at most")
	cell := flags.Bool("cell", false, "the file is a notebook's cell: what is wrong with the program is no failure")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return 2
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if *exercise != "" {
		return judged(flags.Arg(0), *exercise, *call, *tries, *asJSON)
	}
	if *results {
		return listed()
	}
	r := reporter{options: engine.Options{Clock: *clock, StoreBuffers: *buffers, Time: *limit, States: *states}}
	err := r.load(flags.Arg(0))
	if err == nil {
		switch {
		case given["step"] && given["follow"]:
			err = r.steered(*level, *step, *follow, *par)
		case given["follow"]:
			_, _, err = r.follow(*follow)
		case given["replay"]:
			err = r.replay(*replay)
		case given["step"]:
			err = r.step(*level, *step)
		default:
			err = r.explore()
		}
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "explore:", strings.ReplaceAll(err.Error(), "\n", "\nexplore: "))
		return 2
	case r.wrong && !*cell:
		return 1
	}
	return 0
}

// reporter loads a program and tells what the engine finds.
type reporter struct {
	options engine.Options
	file    string
	program *engine.Program
	wrong   bool
}

// linesFile tells, beside a cell's main.go, which line of the cell stands in each line of the file.
const linesFile = "main.go.lines"

func (r *reporter) load(file string) error {
	src, files, lines, err := read(file)
	if err != nil {
		return err
	}
	r.file = file
	r.program, err = engine.Load(src, files, lines)
	if err == nil {
		r.program.Set(r.options)
	}
	return err
}

// read reads what engine.Load takes.
func read(file string) (src fs.FS, files map[string]string, lines []int, err error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("cannot read the program: %w", err)
	}
	src, err = goroot.FS()
	lines = cellLines(filepath.Join(filepath.Dir(file), linesFile))
	return src, map[string]string{file: withoutFlags(string(source))}, lines, err
}

// withoutFlags takes out of a cell's program what GoNB puts into main below a line %%: a call of
// flag.Parse, and what that imports. All lines stay where they are.
func withoutFlags(source string) string {
	before, after, ok := strings.Cut(source, "\nfunc main() {\n\tflag.Parse()\n")
	if !ok {
		return source
	}
	if !strings.Contains(before, "flag.") && !strings.Contains(after, "flag.") {
		before = strings.Replace(before, "\n\t\"flag\"\n", "\n\n", 1)
	}
	return before + "\nfunc main() {\n\n" + after
}

// cellLines reads which line of the cell stands in which line of the file: a number a line, 0 where
// it is of none.
func cellLines(file string) []int {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var lines []int
	for line := range strings.Lines(string(text)) {
		n, _ := strconv.Atoi(strings.TrimSpace(line))
		lines = append(lines, n)
	}
	return lines
}

func (r *reporter) explore() error {
	result, err := r.program.Explore(r.options)
	if err != nil {
		return err
	}
	found := report.Of(result)
	r.wrong = found.Wrong
	fmt.Print(found.Head)
	found.Endings.Show()
	fmt.Print(found.Rest)
	steps, err := report.Worst(r.program, result)
	if err == nil && steps != nil {
		if !show.InNotebook() {
			fmt.Println()
		}
		steps.Show()
	}
	return err
}

// follow shows what becomes of a schedule.
func (r *reporter) follow(text string) (*engine.Run, engine.Schedule, error) {
	schedule, err := engine.ParseSchedule(text)
	if err != nil {
		return nil, nil, err
	}
	run, err := r.program.Follow(schedule, true)
	if err != nil {
		return nil, nil, err
	}
	r.wrong = run.Outcome.Kind != engine.Ends
	run.Columns(report.Following(schedule)).Show()
	return run, schedule, nil
}

// listed shows the page that lists what was won.
func listed() int {
	if show.InNotebook() {
		show.HTML(stepper.Results())
	} else {
		fmt.Println("The levels that you have won are kept in the browser: call explore.Results in a notebook's cell.")
	}
	return 0
}

// steered follows a schedule in a level, and tells whether it wins.
func (r *reporter) steered(level, goal, text string, par int) error {
	run, schedule, err := r.follow(text)
	if err != nil {
		return err
	}
	said, switches, won := report.Level(run, engine.ParseGoal(goal), par)
	fmt.Println(said)
	if won && level != "" && show.InNotebook() {
		show.HTML(stepper.Won(level, schedule.String(), switches, par))
	}
	return nil
}

func (r *reporter) step(level, goal string) error {
	result, err := r.program.Explore(r.options)
	if err != nil {
		return err
	}
	graph, err := r.program.Graph(result, cmp.Or(level, "Your program"), engine.ParseGoal(goal))
	if err != nil {
		return err
	}
	graph.Level = level != ""
	html, err := graph.HTML()
	if err == nil {
		show.Both(html, graph.Text())
	}
	return err
}
