package exercise

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/scheduler"
)

// What a function under check may use, far more than a right one needs. The parent has limits of its own besides (judge), for a child that
// is too busy to keep these.
const (
	patience      = 2500 * time.Millisecond
	stall         = 700 * time.Millisecond // without an operation, in an interleaving
	exploreTime   = 400 * time.Millisecond // for one program's interleavings; then the search is stopped
	maxGoroutines = 10_000
	maxMemory     = 512 << 20
	maxStack      = 64 << 20
)

// childEnv marks a child. Its files besides the standard three are: orders from the parent, messages to it.
const (
	childEnv   = "EXERCISE_CHILD"
	ordersFd   = 3
	messagesFd = 4
)

// childOrder is what the parent tells the child.
type childOrder struct {
	Name  string // of the exercise; "" for whichever comes
	Call  int    // which call of a check in main, from 1; 0 for the first one
	Proof string // a child's message is believed if it has this
}

// childMessage is what the child tells the parent.
type childMessage struct {
	Proof   string
	Stage   string   // what is being tried now, for the case that no verdict comes
	Verdict *Verdict // the end
}

// order is not nil in a child.
var order = takeOrder()

// out is where a child writes to while the function is tried. Before that, main may print what the parent has printed already.
var out = os.Stdout

// takeOrder reads the order before any code of main's package can run.
func takeOrder() *childOrder {
	if os.Getenv(childEnv) == "" {
		return nil
	}
	os.Unsetenv(childEnv)
	syscall.CloseOnExec(messagesFd)
	orders := os.NewFile(ordersFd, "orders")
	defer orders.Close()
	o := &childOrder{}
	if err := json.NewDecoder(io.LimitReader(orders, 4096)).Decode(o); err != nil {
		fmt.Fprintln(os.Stderr, "exercise: no order from the parent:", err)
		os.Exit(1)
	}
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null
	}
	os.Args = os.Args[:1] // package testing reads the others
	return o
}

// try tries the function and ends the process.
func (o *childOrder) try(name string, race bool, try func(*trial)) {
	os.Stdout = out
	t := &trial{order: o, name: name, race: race, messages: json.NewEncoder(os.NewFile(messagesFd, "messages"))}
	if o.Name != "" && subtle.ConstantTimeCompare([]byte(o.Name), []byte(name)) == 0 {
		t.wrong("the cell's main checks %q, not %q.", name, o.Name)
	}
	debug.SetMaxStack(maxStack)
	go t.watch()
	testing.Main(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: name, F: func(tt *testing.T) {
		t.T = tt
		try(t)
		t.end(Verdict{Right: true, Says: strings.Join(t.says, " ")})
	}}}, nil, nil)
}

// A trial is one try of a function, in the child.
type trial struct {
	T        *testing.T
	order    *childOrder
	name     string
	race     bool     // see Verdict
	says     []string // what a right function will be told
	tried    int      // interleavings
	mu       sync.Mutex
	messages *json.Encoder
	now      string // the stage
}

func (t *trial) send(m childMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.Proof = t.order.Proof
	t.messages.Encode(m)
}

// end sends the verdict and ends the process.
func (t *trial) end(v Verdict) {
	v.Exercise, v.Race = t.name, t.race
	t.send(childMessage{Verdict: &v})
	os.Exit(0)
}

// wrong ends the trial: the function is wrong, because.
func (t *trial) wrong(format string, args ...any) {
	t.mu.Lock()
	stage := t.now
	t.mu.Unlock()
	t.end(Verdict{Says: during(stage, fmt.Sprintf(format, args...))})
}

// during puts what was tried before what came of it.
func during(stage, says string) string {
	if stage == "" {
		return says
	}
	return stage + ": " + says
}

// stage says what is tried from now on, such as "With 3 tasks of 1 s". It stands before what goes wrong.
func (t *trial) stage(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	t.mu.Lock()
	t.now = s
	t.mu.Unlock()
	t.send(childMessage{Stage: s})
}

// praise says something to who has it right.
func (t *trial) praise(format string, args ...any) {
	t.says = append(t.says, fmt.Sprintf(format, args...))
}

// explore tries the interleavings of body with at most two preemptions, and ends the trial with the first that fails.
func (t *trial) explore(stage string, body func(*scheduler.Run)) {
	t.exploreWith(2, stage, body)
}

func (t *trial) exploreWith(preemptions int, stage string, body func(*scheduler.Run)) {
	t.stage("%s", stage)
	result := scheduler.Explore(scheduler.Bounds{
		Preemptions: preemptions, Steps: 400, Time: exploreTime, Stall: stall,
	}, body)
	t.tried += result.Schedules
	if result.Failed() {
		v := Verdict{Says: during(stage, sentence(inPlainWords(result.Problem)))}
		if schedule := result.Columns(); len(schedule.Steps) > 0 {
			v.Schedule = &schedule
		}
		t.end(v)
	}
}

// bubble runs f where time is virtual, so that it takes no time, and where it is an error when a goroutine is left behind.
func (t *trial) bubble(f func()) {
	synctest.Test(t.T, func(*testing.T) { f() })
}

// real runs f on real goroutines, several times, and looks for goroutines that are left behind.
func (t *trial) real(stage string, times int, f func()) {
	t.stage("%s", stage)
	before := goleak.IgnoreCurrent()
	for range times {
		f()
	}
	if err := goleak.Find(before); err != nil {
		where := "a goroutine"
		if waiting := goroutines(err.Error()); len(waiting) > 0 {
			where += ", which " + waiting[0].does()
		}
		t.wrong("it returned and left %s behind.", where)
	}
}

// watch ends the trial when the function uses too much of something.
func (t *trial) watch() {
	memory := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		metrics.Read(memory)
		used := memory[0].Value.Uint64() - memory[1].Value.Uint64()
		switch n := runtime.NumGoroutine(); {
		case n > maxGoroutines:
			t.wrong("it had started %d goroutines and was stopped. Start no more than the task needs, and see that they end.", n)
		case used > maxMemory:
			t.wrong("it used more than %d MB of memory and was stopped.", maxMemory>>20)
		case time.Since(begin) > patience:
			stacks := make([]byte, 1<<20)
			t.wrong("%s", stuck(string(stacks[:runtime.Stack(stacks, true)])))
		}
	}
}
