// Package exercise checks a student's answers in notebook 07-exercises: one function an exercise, called in the cell with the student's
// own function.
//
//	func main() { exercise.CheckMutex(add) }
//
// A check prints ✓ or ✗, what it found, and for ✗ the steps that lead there and a hint: with each changed answer there is one hint more,
// up to three. With ? it could not be told, such as for a program that the engine does not take. A check raises no error, so that Run All
// goes on.
//
// # How a check works
//
// The student's function is not run. The check hands the cell's own source to the command explore, which interprets it in every order that
// its goroutines allow, in some small programs: the scenarios of the exercise, which are in this package and ordinary Go as well. A
// scenario is two or three goroutines that call the function, and what must be so in the end. So a verdict does not depend on luck,
// nor on the machine. It takes at most 5 s of the processor's time.
//
// # How a cell is marked
//
// In the teacher's notebook, notebooks/instructor/07-exercises.ipynb, the cell that the student fills in has the metadata
//
//	"exercise": {"name": "mutex", "check": "exercise.CheckMutex(add)", "minutes": 10, "level": 1}
//
// where check is the call that the cell's main makes, and name is what the check calls itself. The cell after it has the solution: its
// metadata are {"exercise": {"name": "mutex", "solution": true}} and the tag solution, by which `make editions` leaves it out of the
// student's notebook.
package exercise

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
)

// A scenario is a small program around the student's function.
type scenario struct {
	title string // "Two goroutines add once each", before what went wrong
	clock bool   // time passes only when nobody can move; without it, a sleep may last any longer than it says
	stays bool   // goroutines of the student's may stay
	large bool   // one order is looked at: for a number in the answer that is great enough for small programs only
	run   func() // on main's goroutine
}

// What follows has a model, which takes its place where the engine interprets this package.

// calls counts the checks that main has come to.
var calls int

// check judges the cell by the scenarios of an exercise, and prints the verdict.
func check(name string, all ...scenario) {
	calls++
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		fmt.Fprintln(os.Stderr, "package exercise works in a notebook's cell; elsewhere, use the command: explore -judge NAME FILE.go")
		os.Exit(1)
	}
	command := exec.Command("explore", "-judge", name, "-call", strconv.Itoa(calls), "-tries", filepath.Join(dir, "tries-"+name),
		filepath.Join(dir, "main.go"))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		if _, ended := err.(*exec.ExitError); !ended {
			fmt.Fprintf(os.Stderr, "the command explore cannot be started (%v): run make setup in the course's folder\n", err)
		}
	}
}

// own judges the rest of main, with the student's schedule for it, and ends the program.
func own(name, schedule string) {
	check(name)
	os.Exit(0)
}

// by judges the student's schedule for a scenario.
func by(name, schedule string, s scenario) { check(name, s) }

// expect ends the scenario as wrong unless ok, with words that can follow the scenario's title.
func expect(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Sprintf(format, args...))
	}
}

// praise ends the scenario as right, with words for the student.
func praise(format string, args ...any) {}

// witness is praise, and the steps that lead here are worth being shown.
func witness(format string, args ...any) {}

// self is the number of the goroutine that asks; main is 0.
func self() int { return -1 }

// sharing is the name of a variable of the student's that two goroutines, neither of them main, have written, be it under a lock or by
// package atomic; empty if there is none. A map is one variable, and a slice one for its length and one for each element. A variable that
// holds a flag or a number below 1000 does not count: it says who has come or gone.
func sharing() string { return "" }

// settle waits until no other goroutine can go on: what lives then waits for ever.
func settle() {}

// await waits until ready is true, and calls f in the same step. It is false, and does not call f, if nobody else can go on before that.
// what tells the step, and for what it waits: "goes on when all run". ready must only read.
func await(what string, ready func() bool, f func()) bool { return false }

var noting sync.Mutex

// note is one step, in which f writes down what the scenario will look at. what tells the step: "begins task 1".
func note(what string, f func()) {
	noting.Lock()
	defer noting.Unlock()
	f()
}
