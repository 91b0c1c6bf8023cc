// Package exercise checks a student's answers in notebook 07-exercises: one function an exercise, called in the cell with the student's
// own function.
//
//	func main() { exercise.CheckMutex(add) }
//
// A check prints ✓ or ✗. With ✗ it shows the failing interleaving that has the fewest switches, in columns, or says in words with which
// input the function failed and how, and gives a hint; with each try there is one hint more, up to three. What is no attempt yet, such as a
// panic, a loop or an input that cannot be, brings no new hint. With ? there was no time to see whether it is right. A check raises no
// error, so that Run All goes on.
//
// # How a check works
//
// The cell's program starts itself once more as a child, which runs main up to the same call and there tries the function. So whatever the
// function does to its process ends in the child: an endless loop, a deadlock, a panic in any goroutine, os.Exit, too many goroutines, too
// much memory. The parent says which it was. Exercises about interleavings are written on the objects of package scheduler, and their
// interleavings are tried one after another, those with the fewest preemptions first, up to a number of them: not up to a time, so that an
// answer has the same verdict on every machine. The others are plain Go: they run in a bubble of
// testing/synctest, where time is virtual, then on real goroutines, where goleak looks for what is left behind, and then once more with
// all of this built with the race detector.
//
// A check ends within 5 seconds, the build with the race detector among them, and mostly within a tenth of one or, with that build, within
// two. Where the time ends on a machine that is too busy, the answer is neither right nor wrong: a loop is known by the processor's time
// that it uses, and a deadlock by its goroutines, none of which can go on.
//
// # How a cell is marked
//
// In the teacher's notebook, notebooks/instructor/07-exercises.ipynb, the cell that the student fills in has the metadata
//
//	"exercise": {"name": "mutex", "check": "exercise.CheckMutex(add)", "minutes": 10, "level": 1}
//
// where check is the call that the cell's main makes, and name is what the check calls itself. The cell after it has the solution: its
// metadata are {"exercise": {"name": "mutex", "solution": true}} and the tag solution, by which `make editions` leaves it out of the
// student's notebook. A grader takes the marked cell, puts its own main with the call in the place of the student's, builds it, and asks
// [Judge].
package exercise

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/columns"
)

// A Verdict is what a check found.
type Verdict struct {
	Exercise string // its name, such as "mutex"
	Right    bool
	// Undecided is true when there was no time to see whether the function is right: Right is false, and nothing is known against it.
	Undecided bool   `json:",omitempty"`
	Says      string // what was found, in a sentence or a few
	// Schedule is the failing interleaving, where there is one to draw.
	Schedule *columns.Schedule `json:",omitempty"`
	// Race is true where a data race is possible: then the function is right only if the program, built with -race, is judged right too.
	Race bool `json:",omitempty"`
}

// String is the verdict as text: ✓, ✗ or, where it is undecided, ?; the name, what was found, and the interleaving in columns.
func (v Verdict) String() string {
	s := v.line()
	if v.Schedule != nil {
		s += "\n" + v.Schedule.String()
	}
	return s
}

func (v Verdict) line() string {
	sign := "✗"
	switch {
	case v.Right:
		sign = "✓"
	case v.Undecided:
		sign = "?"
	}
	return sign + " " + v.Exercise + ": " + v.Says
}

// calls counts the checks that this process has come to. They are called from main, one after another.
var calls int

// check is what every check does: the parent has a child try the function and shows the verdict, the child tries it.
func check(name string, function any, race bool, try func(*trial)) {
	calls++
	if v := reflect.ValueOf(function); v.Kind() == reflect.Func && v.IsNil() {
		try = func(t *trial) { t.mishap("there is no function to check: nil was given.") }
	}
	if order != nil {
		if order.Call == calls || order.Call == 0 {
			order.try(name, race, try)
		}
		return
	}
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	end := time.Now().Add(checkTime)
	v, mishap := judge(program, name, calls, 0, end)
	if v.Right && race && !raceDetector {
		program, unbuilt := withDetector(end)
		switch {
		case unbuilt != "":
			v = Verdict{Exercise: name, Undecided: true, Says: unbuilt}
		case program != "":
			if again, m := judge(program, name, calls, 0, end); !again.Right {
				v, mishap = again, m
			}
			os.Remove(program)
		}
	}
	fmt.Println(v.line())
	if v.Schedule != nil {
		v.Schedule.Show()
	}
	if !v.Right && !v.Undecided {
		hints := hints[name]
		for i := range min(max(tries(name, !mishap), 1), len(hints)) {
			fmt.Printf("Hint %d of %d: %s\n", i+1, len(hints), hints[i])
		}
	}
}

// checkTime is how long a check may take, less some for ending what it has started.
const checkTime = 4500 * time.Millisecond

// tries returns how many tries there have been since the kernel was started, and notes if this is one more. Outside a notebook each is the
// first.
func tries(name string, more bool) int {
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB puts this kernel's cells
	if dir == "" {
		return 1
	}
	file := filepath.Join(dir, "tries-"+name)
	text, _ := os.ReadFile(file)
	n, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	if !more {
		return n
	}
	n++
	os.WriteFile(file, []byte(strconv.Itoa(n)), 0o600) // where it cannot be written, the first hint is all there is
	return n
}
