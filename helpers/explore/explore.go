// Package explore, for notebooks 01-multi-threading, 06-shared-memory and 08-you-are-the-scheduler
// and any cell of a student's own, shows what a cell can do in every order that its goroutines
// allow.
//
// Each of its functions stands as the first line of a cell's main, and the rest of main is an
// ordinary program:
//
//	func main() {
//		explore.Cell()
//		counter := 0
//		…
//
// The function hands the cell to the command explore, which interprets it, and ends the program:
// the rest is looked at, not run. Take the line away, and the cell runs as before.
//
// A step is what another goroutine could notice: reading or writing a shared variable that changes,
// taking or giving back a lock, an operation of sync/atomic, sending, receiving, printing.
// counter++ on a shared variable is two. An interleaving is one order of all steps. Goroutines are
// called main, A, B, C and so on, in the order in which they are made. A schedule is written
// "A B:3 main": one step of A, three of B, one of main; "A/2" takes the second of several ways to
// go on, where Go leaves that open.
//
// What is said of values assumes that all goroutines see each step at once (sequential
// consistency), which Go promises to programs without a data race. What the command cannot
// interpret it refuses, with the line and the reason: packages that reach outside the program (net,
// files), unsafe, reflect.
//
// Outside a notebook, use the command: explore FILE.go.
package explore

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// An Option changes how a cell is explored.
type Option string

// VirtualTime lets time pass only when no goroutine can move, as in testing/synctest: for time
// limits and tickers. Without it a sleep may last longer than it says, so a program that is right
// by its sleeps only is found wrong.
const VirtualTime Option = "-clock"

// StoreBuffers gives each goroutine a queue of writes that the others see later, as each core of an
// x86 processor has one: what may then happen to plain variables, beside what interleavings allow.
// A write reaches memory by a step of its own, which is written as one more choice of its
// goroutine. Atomics, locks and channels wait for the queue.
const StoreBuffers Option = "-buffers"

// Cell prints how many interleavings the cell has, what each ends with and by which shortest
// schedule, and what is wrong: data races, deadlocks, panics, loops that cannot end, goroutines
// that main leaves behind. Then it shows the schedule of the worst ending, step by step.
//
// It looks for at most 3 s of the processor, at 400,000 states and 700 MB. Where that is not enough it says so, and
// what it says of the least and the greatest number is then "at most" and "at least".
func Cell(options ...Option) { run(options) }

// Follow shows the cell run by a schedule, step by step; when the schedule is over, all run on.
func Follow(schedule string, options ...Option) { run(options, "-follow", schedule) }

// Step shows a page in which the reader chooses who takes the next step, with a goal: "deadlock",
// "panic", or a text that the program prints.
func Step(goal string, options ...Option) { run(options, "-step", goal) }

// Level is Step as a game. The reader's switches are shown beside par, the fewest that are enough,
// and kept under the level's name in the browser, for Results; a way to the goal is folded.
func Level(name, goal string, options ...Option) { run(options, "-level", name, "-step", goal) }

// By has a Level follow a schedule, where a program has too many states to step through.
func By(schedule string) Option { return Option("-follow=" + schedule) }

// Par says the fewest switches that are enough for a Level with By, which cannot find them out.
func Par(switches int) Option { return Option(fmt.Sprintf("-par=%d", switches)) }

// Results lists the levels that were won in this browser. The list is kept there and nowhere else.
func Results() { run(nil, "-results") }

// Replay compiles the cell with a waiting place before each step, and has its goroutines follow a
// schedule: real ones, of the real Go. When the schedule is over, all run on.
func Replay(schedule string) { run(nil, "-replay", schedule) }

func run(options []Option, args ...string) {
	if os.Getenv("EXPLORE_REPLAYS") != "" { // the program is the one that Replay has made
		return
	}
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		fail("package explore works in a notebook's cell; elsewhere, use the command: explore FILE.go")
	}
	for _, o := range options {
		args = append(args, string(o))
	}
	command := exec.Command("explore", append(append([]string{"-cell"}, args...), filepath.Join(dir, "main.go"))...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &exit):
		os.Exit(1) // it has said why
	}
	fail(fmt.Sprintf("the command explore cannot be started (%v): run make setup in the course's folder", err))
}

func fail(sentence string) {
	fmt.Fprintln(os.Stderr, sentence)
	os.Exit(1)
}
