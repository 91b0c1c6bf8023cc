// Package timeline is used by notebooks 03-what-for and 06-shared-memory to show what a piece of Go really did: which
// goroutine ran on which core and when, and when it waited for a core or was blocked.
//
// Record runs a function under runtime/trace and reads the trace that it leaves. A core is what Go calls a P: there are
// runtime.GOMAXPROCS of them, and a goroutine needs one to run. With one core goroutines take turns (concurrency); with two, two
// of them run at the same moment (parallelism).
//
// A goroutine is in one of three states. It is running: it has a core. It is waiting: it could run, but has no core. It is blocked: it
// has nothing to do until something happens, such as a message, an unlock, the end of a sleep or of a system call. A turn is the time
// from when a goroutine gets a core to when it gives it up; a system call shorter than 20 µs does not end it.
package timeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/trace"
	"sync"
	"time"

	"example.com/multithreading/helpers/show"
)

// The bounds of a recording, variables so that tests need not reach them. A trace has some 5 bytes a change of state, and reading
// it takes about 0.2 s a million.
var (
	maxBytes = 16 << 20
	maxTime  = time.Minute
)

// State is what a goroutine is doing.
type State uint8

// The states of a goroutine.
const (
	Running State = iota // has a core
	Waiting              // could run, but has no core
	Blocked              // until something happens
)

// Timeline is what Record saw. The zero value is an empty one.
type Timeline struct {
	// Err says what was not recorded, and why: another trace was running, or this one grew too large. What was recorded until then is
	// there all the same.
	Err error
	// Duration is the time that was recorded, from the beginning of the function to its end.
	Duration time.Duration
	// Cores are all that Go had when the recording began, by their numbers from 0.
	Cores []Core
	// Goroutines are those that ran: first the one that called Record, then those that have been given a name, then the others,
	// each by the order of their starting. Go's own, such as those that collect garbage, are left out.
	Goroutines []Goroutine
	// AtOnce is how many goroutines were running at the same moment, at most.
	AtOnce int
	// BlockedAtOnce is how many goroutines were blocked at the same moment, at most; when any have names, only those and the one
	// that recorded are counted.
	BlockedAtOnce int

	named int           // how many Goroutines after the first were given a name
	spans []span        // by their start
	whole time.Duration // what the picture has room for
}

// Core is one core's share of a Timeline.
type Core struct {
	Turns int           // turns of goroutines
	Busy  time.Duration // the turns' sum, with the switches between them: gaps of at most 2 µs
}

// Goroutine is one goroutine's share of a Timeline.
type Goroutine struct {
	Name  string           // as given by Name, else "main" for the one that called Record and "G1", "G2", … for the others
	Turns int              // how often it got a core
	In    [3]time.Duration // the time it was Running, Waiting and Blocked
	On    string           // what it was blocked on longest, in Go's words, such as "sleep" or "chan receive"; "" if it never was
}

// span is a time in which a goroutine was in one state.
type span struct {
	start, end int64 // nanoseconds since the recording began
	goroutine  int32 // index into Goroutines
	core       int16 // while running, else -1
	state      State
}

const (
	nameCategory = "timeline.name" // the log message is the goroutine's name
	markCategory = "timeline.mark" // the log message is begin or end, from the goroutine that records
)

var recording sync.Mutex

// Name gives the calling goroutine a name in the Timeline that is being recorded; the last one counts. When any goroutine has a
// name, those without are not drawn one by one. It does nothing when no trace is running, and costs under a microsecond.
func Name(name string) {
	trace.Log(context.Background(), nameCategory, name)
}

// Record runs f once and returns what its goroutines did until it returned. It works on the calling goroutine, and sees every other
// goroutine of the process that runs meanwhile.
//
// A process can have one trace at a time. When there is one already (another Record, go test -trace), f is run without being
// recorded and Err says so. The recording stops, and f goes on, after 16 MB (some three million changes of state) or one minute; Err says
// that too. When f panics, or ends its goroutine, the trace is stopped and the panic passes on.
//
// Recording makes a switch between goroutines about 0.1 µs slower. Reading the record takes about 50 ms for 100,000 changes of state.
func Record(f func()) Timeline {
	if !recording.TryLock() {
		f()
		return Timeline{Err: errors.New("nothing was recorded: another recording is under way")}
	}
	defer recording.Unlock()
	cores := runtime.GOMAXPROCS(0)
	w := &limited{full: make(chan struct{})}
	if err := trace.Start(w); err != nil {
		f()
		return Timeline{Err: fmt.Errorf("nothing was recorded: a trace of this program is already running (%w)", err)}
	}
	defer trace.Stop() // when f panics; otherwise it has been stopped by then, and this does nothing
	over := make(chan struct{})
	watched := make(chan string, 1)
	go watch(w.full, over, watched)
	func() {
		defer close(over)
		trace.Log(context.Background(), markCategory, "begin")
		f()
		trace.Log(context.Background(), markCategory, "end")
	}()
	why := <-watched
	trace.Stop()
	t := read(&w.buf, cores)
	if why != "" && t.Err == nil {
		t.Err = fmt.Errorf("only the first %s were recorded: %s", show.Duration(t.Duration), why)
	}
	return t
}

// watch stops the trace when it gets too large or too long, and says so.
func watch(full, over <-chan struct{}, why chan<- string) {
	limit := time.NewTimer(maxTime)
	defer limit.Stop()
	select {
	case <-over:
		why <- ""
	case <-full:
		trace.Stop()
		why <- fmt.Sprintf("the record had reached its limit of %d MB", maxBytes>>20)
	case <-limit.C:
		trace.Stop()
		why <- fmt.Sprintf("a recording ends after %v", maxTime)
	}
}

// limited keeps a trace in memory and says when it is full. It takes what comes after that too, because the end of a trace is needed
// to read it; once the trace has been asked to stop, that is little.
type limited struct {
	buf  bytes.Buffer
	full chan struct{}
	once sync.Once
}

func (w *limited) Write(p []byte) (int, error) {
	if w.buf.Len() > 4*maxBytes {
		return 0, errors.New("trace too large")
	}
	n, err := w.buf.Write(p)
	if w.buf.Len() >= maxBytes {
		w.once.Do(func() { close(w.full) })
	}
	return n, err
}
