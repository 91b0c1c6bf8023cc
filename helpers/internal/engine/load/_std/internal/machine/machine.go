// Package machine is what the models ask of the machine that interprets them. All of it is native.
package machine

// Begin starts a step that touches obj, shown as what. All that the goroutine does until End
// belongs to it, and is atomic.
func Begin(obj any, what string)

// End ends the step that Begin or Block started.
func End()

// Block is Begin, but the step can be taken only when until is true. until must only read.
func Block(obj any, what string, until func() bool)

// Print is the step that appends to the program's output.
func Print(text string)

// PrintErr is Print to the error output.
func PrintErr(text string)

// Yield is a step that changes nothing.
func Yield(what string)

// Exit ends the program.
func Exit(code int)

// Fatal ends the program with a message of Go's runtime, which recover does not stop.
func Fatal(text string)

// Goexit ends the goroutine, after what it has deferred.
func Goexit()

// Exiting tells whether Goexit is what runs the deferred function that asks.
func Exiting() bool

// Goroutines counts those that live.
func Goroutines() int

// Sleep is a step that can be taken only when d nanoseconds have passed.
func Sleep(d int64)

// Now is the time that has passed since the program began, in nanoseconds.
func Now() int64

// Timer runs f, as a step of a goroutine of its own, when d nanoseconds have passed.
func Timer(d int64, f func())

// NextTimer is the number, not 0, that the next Timer gets. Who keeps it does so before the timer
// runs, so that to keep it is no step.
func NextTimer() int

// Again has the timer that runs the caller run f as well, when d nanoseconds more have passed.
func Again(d int64, f func())

// StopTimer tells whether it has kept the timer's function from running.
func StopTimer(id int) bool

// Scenario tells a check of package exercise, the main's call'th, which of its scenarios to
// run: their number for none of them, and -1 if it is not this check that is asked for.
func Scenario(name string, call, scenarios int) int

// Announce tells of a scenario, in order.
func Announce(title string, clock, stays, large bool)

// Schedule tells the student's schedule for the scenario.
func Schedule(text string)

// Verdict ends the program: what the scenario expects is so, or not, with words for the student.
// show says that the way that leads here is worth being seen.
func Verdict(right bool, text string, show bool)

// Self is the number of the goroutine; main is 0.
func Self() int

// Settle is a step that can be taken only when nobody else can go on any more.
func Settle()

// Await is a step that can be taken when ready is true, or else when nobody else can go on any more.
// All that the goroutine does until End belongs to it. ready must only read.
func Await(what string, ready func() bool)

// Sharing is the name of a variable of the program's own that two goroutines, neither of them main,
// have written in this run, however they were kept apart; empty if there is none. One that holds a
// flag or a number below 1000 does not count.
func Sharing() string

// Rounds tells who else goes on, and where, after Settle: round and round. It is empty for nobody.
func Rounds() string
