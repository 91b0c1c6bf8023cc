// Package runtime is the part of Go's runtime that a program can see without looking at the machine
// it runs on.
package runtime

import "internal/machine"

const Compiler = "gc"

const GOOS string = "linux"

const GOARCH string = "amd64"

// Error is a run-time error, such as an index out of range. The machine makes them, of the types
// that follow.
type Error interface {
	error
	RuntimeError()
}

type errorString string

func (e errorString) Error() string { return "runtime error: " + string(e) }

func (e errorString) RuntimeError() {}

// plainError is one without those words before it.
type plainError string

func (e plainError) Error() string { return string(e) }

func (e plainError) RuntimeError() {}

// TypeAssertionError is a failed type assertion.
type TypeAssertionError struct{ text string }

func (e *TypeAssertionError) Error() string { return e.text }

func (*TypeAssertionError) RuntimeError() {}

// PanicNilError is what recover gives after panic(nil).
type PanicNilError struct {
	_ [0]func()
}

func (*PanicNilError) Error() string {
	return "panic called with nil argument"
}

func (*PanicNilError) RuntimeError() {}

// Gosched lets others run.
func Gosched() { machine.Yield("runtime.Gosched()") }

func Goexit() { machine.Goexit() }

// NumGoroutine is a step, as it tells what others do.
func NumGoroutine() int {
	machine.Yield("runtime.NumGoroutine()")
	return machine.Goroutines()
}

// GOMAXPROCS changes nothing: what can happen on two cores can happen on one.
func GOMAXPROCS(n int) int {
	before := procs
	if n > 0 {
		procs = n
	}
	return before
}

var procs = 2

func NumCPU() int { return 2 }

func GC() {}

func KeepAlive(x any) {}

func LockOSThread() {}

func UnlockOSThread() {}

func NumCgoCall() int64 { return 0 }

func Version() string
