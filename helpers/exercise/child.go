package exercise

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
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
	stall         = time.Second            // without an operation, in an interleaving
	loops         = 400 * time.Millisecond // of a processor's time for one stage; less shows that the machine is busy, not that a loop is endless
	maxSchedules  = 1000                   // of one program: a number, not a time, so that an answer has the same verdict on every machine
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
	Name     string        // of the exercise; "" for whichever comes
	Call     int           // which call of a check in main, from 1; 0 for the first one
	Proof    string        // a child's message is believed if it has this
	Seed     uint64        // of the hidden inputs; 0 for none
	Patience time.Duration // what there is of it
}

// childMessage is what the child tells the parent.
type childMessage struct {
	Proof   string
	Stage   string   // what is being tried now, for the case that no verdict comes
	Verdict *Verdict // the end
	Mishap  bool     // see mishap
}

// order is not nil in a child.
var order = takeOrder()

// takeOrder reads the order before any code of main's package can run. What main prints on its way to the check, the parent has printed
// already, and what the function prints while it is tried, maybe a thousand times, would hide the verdict: so a child prints nothing.
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
	t := &trial{order: o, name: name, race: race, begin: time.Now(), messages: json.NewEncoder(os.NewFile(messagesFd, "messages"))}
	if o.Name != "" && o.Name != name {
		t.mishap("the cell's main checks %q, not %q.", name, o.Name)
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
	more     bool     // there are more than were tried
	begin    time.Time
	explores atomic.Bool  // now: then it is scheduler that looks for loops
	awake    atomic.Int64 // how often watch has looked
	mu       sync.Mutex
	messages *json.Encoder
	now      string        // the stage
	used     time.Duration // of the processors, before this stage
}

func (t *trial) send(m childMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.Proof = t.order.Proof
	t.messages.Encode(m)
}

// end sends the verdict and ends the process.
func (t *trial) end(v Verdict) { t.endAs(v, false) }

func (t *trial) endAs(v Verdict, mishap bool) {
	v.Exercise, v.Race = t.name, t.race
	t.send(childMessage{Verdict: &v, Mishap: mishap})
	os.Exit(0)
}

// wrong ends the trial: the function is wrong, because.
func (t *trial) wrong(format string, args ...any) {
	t.end(Verdict{Says: t.during(fmt.Sprintf(format, args...))})
}

// mishap is wrong for what is no attempt at the task yet: a panic, a loop, an input that cannot be. No hint is given away for it.
func (t *trial) mishap(format string, args ...any) {
	t.endAs(Verdict{Says: t.during(fmt.Sprintf(format, args...))}, true)
}

// undecided ends the trial: there was no time to see whether the function is right.
func (t *trial) undecided(format string, args ...any) {
	t.end(Verdict{Undecided: true, Says: t.during("not tried out. " + fmt.Sprintf(format, args...))})
}

// busy is what is said of a machine that gave the function no time.
const busy = "This machine is busy with other things, so there was no time to see. Run the cell again."

func (t *trial) during(says string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return during(t.now, says)
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
	t.now, t.used = s, processors()
	t.mu.Unlock()
	t.send(childMessage{Stage: s})
}

// left is how much time there is until watch ends the trial, less some for what must be said then.
func (t *trial) left() time.Duration { return t.order.Patience - time.Since(t.begin) - patience/10 }

// hidden has f draw n inputs that are tried besides those that every student sees. There are none unless a grader asks for them.
func (t *trial) hidden(n int, f func(*rand.Rand)) {
	if t.order.Seed == 0 {
		return
	}
	r := rand.New(rand.NewPCG(t.order.Seed, 0))
	for range n {
		f(r)
	}
}

// praise says something to who has it right.
func (t *trial) praise(format string, args ...any) {
	t.says = append(t.says, fmt.Sprintf(format, args...))
}

// explore tries the interleavings of body, those with the fewest preemptions first, and ends the trial with the first that fails.
func (t *trial) explore(stage string, body func(*scheduler.Run)) {
	t.exploreWith(scheduler.Unlimited, stage, body)
}

func (t *trial) exploreWith(preemptions int, stage string, body func(*scheduler.Run)) {
	t.stage("%s", stage)
	result := t.interleavings(preemptions, body)
	t.tried += result.Schedules
	t.more = t.more || !result.All
	if result.Failed() {
		v := Verdict{Says: during(stage, sentence(inPlainWords(result.Problem)))}
		if schedule := result.Columns(); len(schedule.Steps) > 0 {
			v.Schedule = &schedule
		}
		t.endAs(v, result.Kind == scheduler.Panic || result.Kind == scheduler.NoEnd || result.Kind == scheduler.Stalled)
	}
}

// interleavings is scheduler.Explore where lack of time is no result.
func (t *trial) interleavings(preemptions int, body func(*scheduler.Run)) scheduler.Result {
	left := t.left()
	if left <= 0 {
		t.undecided(busy)
	}
	t.explores.Store(true)
	result := scheduler.Explore(scheduler.Bounds{Preemptions: preemptions, Schedules: maxSchedules, Steps: 400, Time: left, Stall: stall}, body)
	t.explores.Store(false)
	switch complete := result.All || preemptions >= 0 && result.Preemptions == preemptions || result.Schedules >= maxSchedules; {
	case result.Kind == scheduler.Stalled && t.slow(stacks()):
		t.undecided(busy)
	case !result.Failed() && !complete:
		t.undecided("There was time for %s, which were right, and there are more. Is there a Sleep or a long loop in it? Else this machine is busy: run the cell again.",
			several(result.Schedules, "interleaving"))
	}
	return result
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
		t.wrong("it returned and left goroutines behind: %s", waiting(leaked.ReplaceAllString(err.Error(), "goroutine $1 [$2]:")))
	}
}

// watch ends the trial when the function uses too much of something.
func (t *trial) watch() {
	memory := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for ; ; time.Sleep(blink) {
		t.awake.Add(1)
		metrics.Read(memory)
		used := memory[0].Value.Uint64() - memory[1].Value.Uint64()
		switch n := runtime.NumGoroutine(); {
		case n > maxGoroutines:
			t.mishap("it had started %d goroutines and was stopped. Start no more than the task needs, and see that they end.", n)
		case used > maxMemory:
			t.mishap("it used more than %d MB of memory and was stopped.", maxMemory>>20)
		case time.Since(t.begin) > t.order.Patience:
			dump := stacks()
			if t.explores.Load() || t.slow(dump) {
				t.undecided(busy)
			}
			says, loop := stuck(dump, t.order.Patience)
			if loop {
				t.mishap("%s", says)
			}
			t.wrong("%s", says)
		}
	}
}

// blink is how long watch sleeps.
const blink = 5 * time.Millisecond

// slow tells a machine that gave the function no time from a function that does not end: somebody could go on and was not let, or even
// watch was seldom let.
func (t *trial) slow(dump string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if processors()-t.used >= loops {
		return false
	}
	return canGoOn(dump) || time.Duration(t.awake.Load())*blink < time.Since(t.begin)/4
}

// processors is how much time of processors this process has used.
func processors() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func stacks() string {
	dump := make([]byte, 1<<20)
	return string(dump[:runtime.Stack(dump, true)])
}
