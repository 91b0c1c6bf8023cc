// Package scheduler is used by the exercises of notebook 07-exercises to run a small concurrent Go program again and again,
// each time in another order, until an order is found in which it fails, and to run it in one order of your
// choice.
//
// The program is a function, the body. It creates its shared objects (Int, Mutex, RWMutex, Cond, Chan, WaitGroup: their
// methods have the names that sync and sync/atomic give them), starts goroutines with Run.Go or WaitGroup.Go, and says what must
// be true with Run.Check. Explore tries one interleaving after another; Replay makes one happen.
//
// # How it works
//
// The goroutines are real ones, but only the one that holds the baton moves. Before each operation on a shared object (a
// scheduling point) the holder decides who moves next, and if that is another goroutine it hands the baton over through that
// goroutine's channel, then waits on its own. A step is one operation and the plain code after it, up to the next operation.
// There is one exploration at a time in a process, and one holder at a time in an exploration: this is how an object that is a
// zero value finds its run, and how it knows who is calling.
//
// Three rules follow for a body. Objects are created inside it, so that each run starts afresh. Goroutines are started by
// Run.Go or WaitGroup.Go, not by a plain go statement. And it does the same each time it is run in the same order: no time, no
// random numbers, no input. A body that breaks a rule is told so.
//
// # What is tried, and what a pass means
//
// A switch away from a goroutine that could have gone on is a preemption. Explore first tries all schedules without a preemption,
// then all with one, then two and so on: most known concurrency bugs need very few, so they are found early, and the first failing
// schedule has the fewest preemptions possible. The idea and the observation are from M. Musuvathi and S. Qadeer, "Iterative
// context bounding for systematic testing of multithreaded programs", PLDI 2007 (the tool CHESS). That a goroutine which yields
// lets every other move first, so that waiting loops come to an end, follows their "Fair stateless model checking", PLDI 2008.
//
// A pass is a pass within the bounds, which the result states. Each operation is one indivisible step and all goroutines see
// all steps in one order (sequential consistency): what a compiler or a processor does beyond that to a program with a data race
// is not tried. Plain variables are not seen by the scheduler: only operations on its objects, and Step, can be interleaved.
package scheduler

import (
	"fmt"
	"sync"
	"time"
)

// Unlimited, as Bounds.Preemptions, sets no limit: every schedule there is will be tried, if the other bounds allow.
const Unlimited = -1

// Bounds says how far Explore goes. Preemptions is taken as it stands; any other field that is zero has its default.
type Bounds struct {
	// Preemptions is the greatest number of preemptions in a schedule. With 0 a goroutine moves until it must wait or ends;
	// 2 finds most bugs; Unlimited tries all.
	Preemptions int
	// Steps is the greatest number of steps in one run; one that goes on is a failure (NoEnd). Default 1,000.
	Steps int
	// Schedules is the greatest number of runs. Default 1,000,000; it also bounds the memory, at about 100 bytes each.
	Schedules int
	// Time is when no further run is begun, and a running one is given up. Default 5 s.
	Time time.Duration
	// Stall is how long a goroutine may take from one scheduling point to the next; a longer time is a failure (Stalled).
	// Default 1 s.
	Stall time.Duration
}

func (b Bounds) withDefaults() Bounds {
	if b.Preemptions < 0 {
		b.Preemptions = Unlimited
	}
	if b.Steps <= 0 {
		b.Steps = 1000
	}
	if b.Schedules <= 0 {
		b.Schedules = 1_000_000
	}
	if b.Time <= 0 {
		b.Time = 5 * time.Second
	}
	if b.Stall <= 0 {
		b.Stall = time.Second
	}
	return b
}

// one makes explorations take turns: the objects find their run in the package variable current, so there can be only one.
var one sync.Mutex

// A branch is a run still to be made: follow the first n choices of an earlier run, then choose other, then go on without a
// preemption. The earlier run's choices are shared by all its branches.
type branch struct {
	choices []uint8
	n       int
	other   uint8
	exists  bool // false only for the very first run, which follows nobody
}

// Explore runs body once for each schedule within the bounds, fewest preemptions first, and stops at the first that fails. A run
// fails when a Check or an Invariant does, on deadlock, on a panic in any goroutine, on misuse of an object (unlocking an
// unlocked mutex, sending on a closed channel…), and when it goes beyond Bounds.Steps or Bounds.Stall.
//
// Each schedule is run once, and in the same order each time Explore is called, so that the result is the same too, unless it is
// Bounds.Time that ends it. A run costs about 10 µs and 0.3 µs a step. What body prints is printed in every run.
//
// All goroutines of a run have ended when Explore returns: those of a failed run are unwound by runtime.Goexit at their scheduling
// point, which runs their deferred calls, one goroutine at a time. The exception is a goroutine that stalls: nothing can stop a
// goroutine from outside, so it is left behind, goes on until it reaches a scheduling point or the process ends, and the result
// says so.
//
// A call while another exploration is under way waits for that to end; a call from inside a body panics.
func Explore(bounds Bounds, body func(*Run)) Result {
	bounds = bounds.withDefaults()
	defer takeTurn("Explore")()
	began := time.Now()
	result := Result{bounds: bounds, Preemptions: -1}
	runner := newRunner(bounds, began)
	defer runner.close()

	now, next := []branch{{}}, []branch(nil) // now is a stack: the branches at this number of preemptions
	for preemptions := 0; ; preemptions++ {
		for len(now) > 0 {
			if result.Schedules >= bounds.Schedules || time.Since(began) >= bounds.Time {
				result.stopped = true
				result.Elapsed = time.Since(began)
				return result
			}
			b := now[len(now)-1]
			now = now[:len(now)-1]
			r := runner.run(b.follow(), body)
			result.Schedules++
			result.Steps = max(result.Steps, r.steps)
			if v := r.verdict.Load(); v != nil {
				result.Elapsed = time.Since(began)
				if v.kind == outOfTime {
					result.Schedules-- // it was not tried to its end
					result.stopped = true
					return result
				}
				result.fail(r, v)
				result.Preemptions = preemptions
				return result
			}
			now, next = r.branches(b, now, next, bounds.Schedules-result.Schedules)
		}
		result.Preemptions = preemptions
		result.All = len(next) == 0
		if result.All || preemptions == bounds.Preemptions {
			result.Elapsed = time.Since(began)
			return result
		}
		// The stack's end is run first, so turning it round keeps early preemptions before late ones.
		for i, j := 0, len(next)-1; i < j; i, j = i+1, j-1 {
			next[i], next[j] = next[j], next[i]
		}
		now, next = next, now[:0]
	}
}

// follow gives the choices that a branch's run begins with.
func (b branch) follow() []uint8 {
	if !b.exists {
		return nil
	}
	return append(append(make([]uint8, 0, b.n+1), b.choices[:b.n]...), b.other)
}

// branches adds the runs that differ from this one first after the choices it was given: those that cost no further preemption to
// now, the others to next, which is kept to room runs because more can never be made.
func (r *Run) branches(b branch, now, next []branch, room int) ([]branch, []branch) {
	first := 0
	if b.exists {
		first = b.n + 1
	}
	var choices []uint8
	for i := first; i < len(r.decisions); i++ {
		d := r.decisions[i]
		others := d.could &^ (1 << d.chose)
		if others == 0 {
			continue
		}
		if choices == nil {
			choices = make([]uint8, len(r.decisions))
			for j := range r.decisions {
				choices[j] = r.decisions[j].chose
			}
		}
		for id := uint8(0); others != 0; id, others = id+1, others>>1 {
			if others&1 == 0 {
				continue
			}
			other := branch{choices: choices, n: i, other: id, exists: true}
			if !d.stay {
				now = append(now, other)
			} else if len(next) < room {
				next = append(next, other)
			}
		}
	}
	return now, next
}

// Replay runs body once, its goroutines moving in the order that schedule says: each entry is the number of the goroutine that
// makes the next step, counted from 0 in the order in which they were started, with -1 for the body itself where it could move
// while others could too. This is the form of Result.Schedule, and of a witness of the model explorer in helpers/interleaving. When the
// schedule is used up, the run goes on without preemptions to its end.
//
// The run ends as an explored one does; in addition, an entry whose goroutine cannot move is a failure (NotFollowed). A step that is
// a hand-over costs less than a microsecond, and 100 bytes. The result has the whole schedule that was run, and shows its steps.
func Replay(schedule []int, body func(*Run)) Result {
	bounds := Bounds{Steps: len(schedule) + 100_000, Time: time.Minute}.withDefaults()
	defer takeTurn("Replay")()
	began := time.Now()
	result := Result{bounds: bounds, replayed: true, Schedules: 1}
	choices := make([]uint8, len(schedule))
	for i, number := range schedule {
		if number < -1 || number >= maxGoroutines {
			result.Kind = NotFollowed
			result.Problem = fmt.Sprintf("entry %d of the schedule is %d: goroutines have numbers from 0, and -1 is the body", i, number)
			return result
		}
		choices[i] = uint8(number + 1)
	}
	runner := newRunner(bounds, began)
	defer runner.close()
	r := runner.run(choices, body)
	v := r.verdict.Load()
	if v == nil && len(r.decisions) < len(choices) {
		v = &verdict{NotFollowed, fmt.Sprintf("the program ended after %s, but the schedule has %d entries", count(len(r.decisions), "entry"), len(choices))}
	}
	if v != nil && v.kind == outOfTime {
		v = &verdict{NoEnd, fmt.Sprintf("the replay was given up after %v", bounds.Time)}
	}
	result.fail(r, v)
	result.Elapsed = time.Since(began)
	return result
}

// takeTurn waits until no exploration is under way and returns what ends this one's turn.
func takeTurn(name string) func() {
	if r := current.Load(); r != nil {
		if t := r.holder.Load(); t != nil && t.goid.Load() == goroutineID() {
			panic("scheduler: " + name + " was called inside a body: one exploration at a time")
		}
	}
	one.Lock()
	return one.Unlock
}
