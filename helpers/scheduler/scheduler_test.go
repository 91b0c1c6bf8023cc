//lint:file-ignore SA2001 the programs under test lock for nothing but the order of it

package scheduler_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/scheduler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// increments is the lesson's program: n goroutines that each add 1 to a counter k times, by load and store.
func increments(n, k int, check func(r *scheduler.Run, final int)) func(*scheduler.Run) {
	return func(r *scheduler.Run) {
		var counter scheduler.Int
		counter.Name = "counter"
		for i := range n {
			r.Go(string(rune('A'+i)), func() {
				for range k {
					new := counter.Load() + 1
					counter.Store(new)
				}
			})
		}
		r.Wait()
		check(r, counter.Value())
	}
}

func ExampleExplore() {
	scheduler.Explore(scheduler.Bounds{Preemptions: 2}, func(r *scheduler.Run) {
		counter := scheduler.Int{Name: "counter"}
		add := func() {
			new := counter.Load() + 1
			counter.Store(new)
		}
		r.Go("A", add)
		r.Go("B", add)
		r.Wait()
		r.Check(counter.Value() == 2, "counter is %d, not 2", counter.Value())
	}).Show()
	// Output:
	// Schedule 3 of those tried fails, with 1 preemption. End: counter is 1, not 2
	// step  A                   B                   memory     note
	//    1  counter.Load() → 0                      counter=0
	//    2                      counter.Load() → 0  counter=0  ~ switch; ! preemption
	//    3                      counter.Store(1)    counter=1
	//    4  counter.Store(1)                        counter=1  ~ switch; ! overwrites B's update
}

func ExampleExplore_pass() {
	scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited}, func(r *scheduler.Run) {
		var mu scheduler.Mutex
		var wg scheduler.WaitGroup
		var counter scheduler.Int
		for range 2 {
			wg.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				counter.Store(counter.Load() + 1)
			})
		}
		wg.Wait()
		r.Check(counter.Value() == 2, "counter is %d, not 2", counter.Value())
	}).Show()
	// Output: Every schedule passed: 2 schedules, with at most 0 preemptions and 9 steps.
}

func ExampleReplay() {
	scheduler.Replay([]int{0, 1, 1, 0}, func(r *scheduler.Run) {
		counter := 0 // a plain variable: Step says where the switches can be
		add := func() {
			scheduler.Step("new := counter + 1")
			new := counter + 1
			scheduler.Step("counter = new")
			counter = new
		}
		r.Go("A", add)
		r.Go("B", add)
		r.Wait()
		fmt.Println("counter is", counter)
	}).Show()
	// Output:
	// counter is 1
	// Replayed: 4 steps. End: every check passed
	// step  A                   B                   memory  note
	//    1  new := counter + 1
	//    2                      new := counter + 1          ~ switch; ! preemption
	//    3                      counter = new
	//    4  counter = new                                   ~ switch
}

func TestEveryScheduleIsTriedOnce(t *testing.T) {
	for _, c := range []struct{ n, k, want int }{{1, 1, 1}, {1, 3, 1}, {2, 1, 6}, {2, 2, 70}, {3, 1, 90}, {2, 3, 924}, {4, 1, 2520}} {
		finals := map[int]int{}
		result := scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited}, increments(c.n, c.k, func(_ *scheduler.Run, final int) {
			finals[final]++
		}))
		if result.Failed() || !result.All || result.Schedules != c.want {
			t.Errorf("%d goroutines, %d increments: %d schedules, want %d: %v", c.n, c.k, result.Schedules, c.want, result)
		}
		if c.n == 2 && c.k == 2 && !reflect.DeepEqual(finals, map[int]int{2: 32, 3: 32, 4: 6}) {
			t.Errorf("final values %v", finals)
		}
	}
}

// With at most p preemptions, the schedules are those of all that switch away from a goroutine that could go on at most p times.
func TestPreemptionsAreCounted(t *testing.T) {
	// All 70 schedules of 2 goroutines with 4 steps each, counted by preemptions without the engine.
	var want [10]int
	var walk func(left [2]int, last, preemptions int)
	walk = func(left [2]int, last, preemptions int) {
		if left[0]+left[1] == 0 {
			want[preemptions]++
			return
		}
		for next := range 2 {
			if left[next] > 0 {
				p := preemptions
				if last >= 0 && next != last && left[last] > 0 {
					p++
				}
				l := left
				l[next]--
				walk(l, next, p)
			}
		}
	}
	walk([2]int{4, 4}, -1, 0)
	total := 0
	for p := range want {
		total += want[p]
		result := scheduler.Explore(scheduler.Bounds{Preemptions: p}, increments(2, 2, func(*scheduler.Run, int) {}))
		if result.Schedules != total {
			t.Errorf("at most %d preemptions: %d schedules, want %d", p, result.Schedules, total)
		}
		if result.All != (total == 70) {
			t.Errorf("at most %d preemptions: All is %v after %d of 70", p, result.All, total)
		}
	}
}

func TestRunTwiceIsTheSame(t *testing.T) {
	body := increments(3, 2, func(r *scheduler.Run, final int) { r.Check(final > 2, "counter is %d", final) })
	a := scheduler.Explore(scheduler.Bounds{Preemptions: 3}, body)
	b := scheduler.Explore(scheduler.Bounds{Preemptions: 3}, body)
	if !a.Failed() || a.String() != b.String() || !slices.Equal(a.Schedule, b.Schedule) {
		t.Errorf("two explorations differ:\n%v\n%v", a, b)
	}
	again := scheduler.Replay(a.Schedule, body)
	if again.Kind != a.Kind || again.Problem != a.Problem || !slices.Equal(again.Schedule, a.Schedule) || again.Preemptions != a.Preemptions {
		t.Errorf("the failing schedule, replayed:\n%v\nwant\n%v", again, a)
	}
}

// bug is a program with a known fault and how it is found.
type bug struct {
	name        string
	kind        scheduler.Kind
	preemptions int // the fewest that show it
	problem     string
	body        func(r *scheduler.Run)
}

var bugs = []bug{
	{"lost update", scheduler.CheckFailed, 1, "counter is 1, not 2",
		increments(2, 1, func(r *scheduler.Run, final int) { r.Check(final == 2, "counter is %d, not 2", final) })},
	{"check then act", scheduler.CheckFailed, 1, "balance is -60", func(r *scheduler.Run) {
		balance := scheduler.NewInt("balance", 100)
		take := func() {
			if balance.Load() >= 80 {
				balance.Add(-80)
			}
		}
		r.Go("A", take)
		r.Go("B", take)
		r.Wait()
		r.Check(balance.Value() >= 0, "balance is %d", balance.Value())
	}},
	{"check then act under two locks", scheduler.CheckFailed, 1, "loaded 2 times", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		cache, loads := map[string]int{}, 0
		get := func() {
			mu.Lock()
			_, ok := cache["k"]
			mu.Unlock()
			if !ok {
				mu.Lock()
				loads++
				cache["k"] = 1
				mu.Unlock()
			}
		}
		r.Go("A", get)
		r.Go("B", get)
		r.Wait()
		r.Check(loads == 1, "loaded %d times", loads)
	}},
	{"two in the critical section", scheduler.CheckFailed, 2, "2 inside", func(r *scheduler.Run) {
		var flag, inside scheduler.Int
		r.Invariant(func() error {
			if inside.Value() > 1 {
				return fmt.Errorf("%d inside", inside.Value())
			}
			return nil
		})
		enter := func() {
			for flag.Load() == 1 {
				scheduler.Yield()
			}
			flag.Store(1)
			inside.Add(1)
			inside.Add(-1)
			flag.Store(0)
		}
		r.Go("A", enter)
		r.Go("B", enter)
		r.Wait()
	}},
	{"lock order", scheduler.Deadlock, 1,
		"deadlock: A waits to lock right, held by B; B waits to lock left, held by A; main waits for A and B to end", func(r *scheduler.Run) {
			left, right := scheduler.Mutex{Name: "left"}, scheduler.Mutex{Name: "right"}
			r.Go("A", func() { left.Lock(); right.Lock(); right.Unlock(); left.Unlock() })
			r.Go("B", func() { right.Lock(); left.Lock(); left.Unlock(); right.Unlock() })
			r.Wait()
		}},
	{"locked twice", scheduler.Deadlock, 0, "main waits to lock mu, held by main", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		mu.Lock()
		mu.Lock()
	}},
	{"missed signal", scheduler.Deadlock, 0, "A waits for a signal on cond", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		cond := scheduler.NewCond(&mu)
		r.Go("B", func() { cond.Signal() })
		r.Go("A", func() { mu.Lock(); cond.Wait(); mu.Unlock() })
		r.Wait()
	}},
	{"if instead of for around Wait", scheduler.CheckFailed, 0, "taken from an empty queue", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		cond := scheduler.NewCond(&mu)
		items := 0
		take := func() {
			mu.Lock()
			if items == 0 {
				cond.Wait()
			}
			r.Check(items > 0, "taken from an empty queue")
			items--
			mu.Unlock()
		}
		put := func() { mu.Lock(); items++; cond.Signal(); mu.Unlock() }
		r.Go("A", take)
		r.Go("B", put)
		r.Go("C", take)
		r.Go("D", put)
		r.Wait()
	}},
	{"unlock of unlocked", scheduler.Misuse, 0, "unlocked mu, which was not locked", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		mu.Unlock()
	}},
	{"unlock of unlocked rw", scheduler.Misuse, 0, "not locked for reading", func(r *scheduler.Run) {
		var mu scheduler.RWMutex
		mu.Lock()
		mu.RUnlock()
	}},
	{"writer's unlock by a reader", scheduler.Misuse, 0, "not locked for writing", func(r *scheduler.Run) {
		var mu scheduler.RWMutex
		mu.RLock()
		mu.Unlock()
	}},
	{"reader twice, writer between", scheduler.Deadlock, 1, "W has asked for it", func(r *scheduler.Run) {
		var mu scheduler.RWMutex
		r.Go("R", func() { mu.RLock(); mu.RLock(); mu.RUnlock(); mu.RUnlock() })
		r.Go("W", func() { mu.Lock(); mu.Unlock() })
		r.Wait()
	}},
	{"double close", scheduler.Misuse, 0, "B closed ch, which is closed", func(r *scheduler.Run) {
		var ch scheduler.Chan[int]
		r.Go("A", ch.Close)
		r.Go("B", ch.Close)
		r.Wait()
	}},
	{"send on closed", scheduler.Misuse, 0, "sent on ch, which is closed", func(r *scheduler.Run) {
		ch := scheduler.Chan[int]{Cap: 1}
		r.Go("A", ch.Close)
		r.Go("B", func() { ch.Send(1) })
		r.Wait()
	}},
	{"closed under a waiting sender", scheduler.Misuse, 0, "A sent on ch, which is closed", func(r *scheduler.Run) {
		var ch scheduler.Chan[int]
		r.Go("A", func() { ch.Send(1) })
		r.Go("B", ch.Close)
		r.Wait()
	}},
	{"leaked goroutine", scheduler.Leak, 0, "G2 waits for a receiver on ch", func(r *scheduler.Run) {
		var ch scheduler.Chan[int]
		var wg scheduler.WaitGroup
		for i := range 2 {
			wg.Go(func() { ch.Send(i) })
		}
		ch.Receive()
	}},
	{"negative count", scheduler.Misuse, 0, "negative", func(r *scheduler.Run) {
		var wg scheduler.WaitGroup
		wg.Done()
	}},
	{"Done in a goroutine of WaitGroup.Go", scheduler.Misuse, 0, "needs no Done", func(r *scheduler.Run) {
		var wg scheduler.WaitGroup
		wg.Go(func() { wg.Done() })
		r.Wait()
	}},
	{"Add in the goroutine", scheduler.CheckFailed, 0, "not done", func(r *scheduler.Run) {
		var wg scheduler.WaitGroup
		var done scheduler.Int
		r.Go("A", func() { wg.Add(1); done.Store(1); wg.Done() })
		wg.Wait()
		r.Check(done.Value() == 1, "not done")
	}},
	{"no Wait", scheduler.CheckFailed, 0, "done is 0", func(r *scheduler.Run) {
		var done scheduler.Int
		r.Go("A", func() { done.Store(1) })
		r.Check(done.Value() == 1, "done is %d", done.Value())
	}},
	{"panic", scheduler.Panic, 1, "panic in A: runtime error: integer divide by zero", func(r *scheduler.Run) {
		var x scheduler.Int
		x.Store(1)
		r.Go("A", func() { _ = 10/x.Load() + x.Load() - 10/x.Load() })
		r.Go("B", func() { x.Store(0); x.Store(1) })
		r.Wait()
	}},
	{"endless loop with steps", scheduler.NoEnd, 0, "no end after 1,000 steps", func(r *scheduler.Run) {
		var x scheduler.Int
		for x.Load() == 0 {
		}
	}},
	{"endless waiting for each other", scheduler.NoEnd, 0, "no end", func(r *scheduler.Run) {
		var x scheduler.Int
		wait := func() {
			for x.Load() == 0 {
				scheduler.Yield()
			}
		}
		r.Go("A", wait)
		r.Go("B", wait)
		r.Wait()
	}},
	{"copied lock after use", scheduler.Misuse, 0, "copied", func(r *scheduler.Run) {
		var mu scheduler.Mutex
		mu.Lock()
		other := reflect.ValueOf(&mu).Elem().Interface() // a copy that go vet does not see
		p := reflect.New(reflect.TypeOf(other))
		p.Elem().Set(reflect.ValueOf(other))
		p.Interface().(sync.Locker).Unlock()
	}},
	{"wait without the lock", scheduler.Misuse, 0, "without having locked", func(r *scheduler.Run) {
		scheduler.NewCond(new(scheduler.Mutex)).Wait()
	}},
	{"a lock of another package", scheduler.Misuse, 0, "no lock of this package", func(r *scheduler.Run) {
		scheduler.NewCond(new(sync.Mutex)).Wait()
	}},
	{"invariant that acts", scheduler.Misuse, 0, "an invariant used x.Load", func(r *scheduler.Run) {
		var x scheduler.Int
		r.Invariant(func() error { x.Load(); return nil })
		x.Store(1)
	}},
	{"invariant that panics", scheduler.Panic, 0, "panic in an invariant: oh", func(r *scheduler.Run) {
		r.Invariant(func() error { panic("oh") })
	}},
	{"too many goroutines", scheduler.Misuse, 0, "more than 62 goroutines", func(r *scheduler.Run) {
		for range 1_000_000 {
			r.Go("", func() {})
		}
	}},
	{"exploring inside", scheduler.Panic, 0, "inside a body", func(r *scheduler.Run) {
		scheduler.Explore(scheduler.Bounds{}, func(*scheduler.Run) {})
	}},
}

func TestKnownBugsAreFound(t *testing.T) {
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			result := scheduler.Explore(scheduler.Bounds{Preemptions: 2}, b.body)
			if result.Kind != b.kind || result.Preemptions != b.preemptions || !strings.Contains(result.Problem, b.problem) {
				t.Fatalf("got kind %q, %d preemptions, %q; want %q, %d, %q\n%v",
					result.Kind, result.Preemptions, result.Problem, b.kind, b.preemptions, b.problem, result)
			}
			if again := scheduler.Replay(result.Schedule, b.body); b.kind != scheduler.NoEnd && again.Problem != result.Problem {
				t.Errorf("replayed: %v", again)
			}
			if !strings.Contains(result.String(), result.Problem[:min(len(result.Problem), 100)]) {
				t.Errorf("the report does not say what is wrong:\n%v", result)
			}
		})
	}
}

// passing are correct programs, among them the bugs above put right.
var passing = map[string]func(r *scheduler.Run){
	"locks always in one order": func(r *scheduler.Run) {
		var left, right scheduler.Mutex
		both := func() { left.Lock(); right.Lock(); right.Unlock(); left.Unlock() }
		r.Go("A", both)
		r.Go("B", both)
		r.Wait()
	},
	"for around Wait": func(r *scheduler.Run) {
		var mu scheduler.Mutex
		cond := scheduler.NewCond(&mu)
		items := 0
		take := func() {
			mu.Lock()
			for items == 0 {
				cond.Wait()
			}
			r.Check(items > 0, "taken from an empty queue")
			items--
			mu.Unlock()
		}
		put := func() { mu.Lock(); items++; cond.Signal(); mu.Unlock() }
		r.Go("A", take)
		r.Go("B", put)
		r.Go("C", take)
		r.Go("D", put)
		r.Wait()
	},
	"atomic add": func(r *scheduler.Run) {
		var x scheduler.Int
		r.Go("A", func() { x.Add(1) })
		r.Go("B", func() { x.Swap(x.Load()); x.Add(0) })
		r.Wait()
		r.Check(x.Value() >= 0, "")
	},
	"compare and swap in a loop": func(r *scheduler.Run) {
		var x scheduler.Int
		add := func() {
			for {
				old := x.Load()
				if x.CompareAndSwap(old, old+1) {
					return
				}
			}
		}
		r.Go("A", add)
		r.Go("B", add)
		r.Go("C", add)
		r.Wait()
		r.Check(x.Value() == 3, "x is %d", x.Value())
	},
	"spin lock that yields": func(r *scheduler.Run) {
		var flag, x scheduler.Int
		add := func() {
			for !flag.CompareAndSwap(0, 1) {
				scheduler.Yield()
			}
			x.Store(x.Load() + 1)
			flag.Store(0)
		}
		for _, name := range []string{"A", "B", "C"} {
			r.Go(name, add)
		}
		r.Wait()
		r.Check(x.Value() == 3, "x is %d", x.Value())
	},
	"try lock": func(r *scheduler.Run) {
		var mu scheduler.Mutex
		var got scheduler.Int
		try := func() {
			if mu.TryLock() {
				got.Add(1)
			}
		}
		r.Go("A", try)
		r.Go("B", try)
		r.Wait()
		r.Check(got.Value() == 1, "%d got it", got.Value())
	},
	"readers together, writers alone": func(r *scheduler.Run) {
		var mu scheduler.RWMutex
		var readers, writers scheduler.Int
		r.Invariant(func() error {
			if writers.Value() > 1 || writers.Value() == 1 && readers.Value() > 0 {
				return errors.New("a writer is not alone")
			}
			return nil
		})
		read := func() { mu.RLock(); readers.Add(1); readers.Add(-1); mu.RUnlock() }
		r.Go("R", read)
		r.Go("S", read)
		r.Go("W", func() { mu.Lock(); writers.Add(1); writers.Add(-1); mu.Unlock() })
		r.Wait()
	},
	"workers and jobs": func(r *scheduler.Run) {
		jobs, results := scheduler.Chan[int]{Name: "jobs"}, scheduler.Chan[int]{Name: "results", Cap: 3}
		var wg scheduler.WaitGroup
		for range 2 {
			wg.Go(func() {
				for job := range jobs.All() {
					results.Send(job * job)
				}
			})
		}
		for job := range 3 {
			jobs.Send(job)
		}
		jobs.Close()
		wg.Wait()
		results.Close()
		sum := 0
		for v := range results.All() {
			sum += v
		}
		r.Check(sum == 5, "the sum is %d", sum)
	},
	"hand over and back": func(r *scheduler.Run) {
		var ping, pong scheduler.Chan[string]
		r.Go("A", func() { ping.Send("ping"); v, ok := pong.Receive(); r.Check(ok && v == "pong", "got %q", v) })
		r.Go("B", func() { v, _ := ping.Receive(); r.Check(v == "ping", "got %q", v); pong.Send("pong") })
		r.Wait()
	},
	"broadcast wakes all": func(r *scheduler.Run) {
		var mu scheduler.RWMutex
		cond := scheduler.Cond{Name: "go", L: &mu}
		ready := false
		wait := func() {
			mu.Lock()
			for !ready {
				cond.Wait()
			}
			mu.Unlock()
		}
		r.Go("A", wait)
		r.Go("B", wait)
		mu.Lock()
		ready = true
		mu.Unlock()
		cond.Broadcast()
		r.Wait()
	},
	"Goexit is an ordinary end": func(r *scheduler.Run) {
		var mu scheduler.Mutex
		r.Go("A", func() { mu.Lock(); defer mu.Unlock(); runtime.Goexit() })
		r.Go("B", func() { mu.Lock(); mu.Unlock() })
		r.Wait()
	},
	"no goroutine at all": func(r *scheduler.Run) {},
}

func TestCorrectProgramsPass(t *testing.T) {
	for name, body := range passing {
		t.Run(name, func(t *testing.T) {
			result := scheduler.Explore(scheduler.Bounds{Preemptions: 2, Time: time.Minute}, body)
			if result.Failed() || result.Schedules == 0 || !strings.Contains(result.Verdict(), "passed") {
				t.Errorf("%v", result)
			}
			t.Logf("%v (%v)", result.Verdict(), result.Elapsed)
		})
	}
}

// A bug that needs four preemptions is not found with three, and is found with four.
func TestBoundIsHonest(t *testing.T) {
	body := func(r *scheduler.Run) {
		var x scheduler.Int
		r.Go("A", func() {
			a, b, c := x.Load(), x.Load(), x.Load()
			r.Check(a+10*b+100*c != 321, "seen all three")
		})
		r.Go("B", func() { x.Store(1); x.Store(2); x.Store(3) })
		r.Wait()
	}
	three := scheduler.Explore(scheduler.Bounds{Preemptions: 3}, body)
	if three.Failed() || three.All || !strings.Contains(three.Verdict(), "with at most 3 preemptions and 1,000 steps passed: 18 schedules. Those with more") {
		t.Errorf("%v", three)
	}
	four := scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited}, body)
	if four.Kind != scheduler.CheckFailed || four.Preemptions != 4 {
		t.Errorf("%v", four)
	}
	few := scheduler.Explore(scheduler.Bounds{Preemptions: 3, Schedules: 5}, body)
	if few.Schedules != 5 || few.All || few.Failed() || !strings.Contains(few.Verdict(), "No failure in 5 schedules, where the search was stopped: all with at most 1 preemption were tried, not all with 2") {
		t.Errorf("%v", few)
	}
}

func TestTimeEndsTheSearch(t *testing.T) {
	result := scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited, Time: 100 * time.Millisecond}, increments(5, 5, func(*scheduler.Run, int) {}))
	if result.Failed() || result.All || !strings.Contains(result.Verdict(), "the search was stopped after 0.") {
		t.Errorf("%v", result)
	}
	// One run that would go on for minutes is given up too, and does not count.
	result = scheduler.Explore(scheduler.Bounds{Steps: 1 << 40, Time: 100 * time.Millisecond}, func(r *scheduler.Run) {
		var x scheduler.Int
		for x.Add(1) > 0 {
			runtime.Gosched()
			if x.Value()%1000 == 0 {
				time.Sleep(time.Millisecond) // so that its steps do not fill the memory
			}
		}
	})
	if result.Failed() || result.Schedules != 0 || result.Elapsed > 5*time.Second {
		t.Errorf("%v", result)
	}
}

func TestStalledGoroutineIsToldAndReleased(t *testing.T) {
	defer goleak.VerifyNone(t) // waits until what was left behind has ended
	release := make(chan struct{})
	ended := make(chan struct{})
	unwound := 0
	began := time.Now()
	result := scheduler.Explore(scheduler.Bounds{Stall: 50 * time.Millisecond}, func(r *scheduler.Run) {
		var mu scheduler.Mutex
		r.Go("A", func() { mu.Lock(); defer func() { unwound++ }(); mu.Lock() })
		r.Go("B", func() {
			defer close(ended)
			mu.TryLock()
			<-release // the scheduler does not know of this channel
			mu.TryLock()
			t.Error("a goroutine that was left behind went past its next scheduling point")
		})
		r.Wait()
	})
	if result.Kind != scheduler.Stalled || !strings.Contains(result.Problem, "B has not come to a scheduling point for 50ms") {
		t.Errorf("%v", result)
	}
	if unwound != 1 {
		t.Error("the other goroutine was not unwound")
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
	// What is left behind disturbs no later exploration, even when it goes on in the middle of one.
	runs := 0
	body := increments(2, 2, func(*scheduler.Run, int) {
		if runs++; runs == 35 {
			close(release)
			<-ended
		}
	})
	if later := scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited}, body); later.Schedules != 70 {
		t.Errorf("%v", later)
	}
}

// Wherever a goroutine is left behind, what the run's goroutines wrote before is read in order: with -race this test fails if not.
func TestStallIsNoRace(t *testing.T) {
	defer goleak.VerifyNone(t)
	release := make(chan struct{})
	defer close(release)
	for name, body := range map[string]func(*scheduler.Run){
		"at once":       func(*scheduler.Run) { <-release },
		"at its start":  func(r *scheduler.Run) { r.Go("A", func() { <-release }); r.Wait() },
		"after a start": func(r *scheduler.Run) { r.Go("A", scheduler.Yield); <-release },
		"after a wait":  func(r *scheduler.Run) { r.Go("A", scheduler.Yield); r.Wait(); <-release },
		"in a waiter's way": func(r *scheduler.Run) {
			var mu scheduler.Mutex
			r.Go("A", func() { mu.Lock(); scheduler.Yield(); mu.Unlock(); <-release })
			r.Go("B", func() { mu.Lock() })
			r.Wait()
		},
		"in an invariant": func(r *scheduler.Run) {
			x, y, last := scheduler.Int{Name: "x"}, scheduler.Int{Name: "y"}, false
			x.Add(1)
			r.Invariant(func() error {
				if last {
					<-release
				}
				return nil
			})
			last = true
			y.Add(1)
		},
		"in a deferred call": func(r *scheduler.Run) {
			defer func() { <-release }()
			for {
				scheduler.Step("again")
			}
		},
	} {
		result := scheduler.Explore(scheduler.Bounds{Stall: 50 * time.Millisecond}, body)
		if result.Kind != scheduler.Stalled && name != "in a deferred call" { // which comes after the true failure, no end
			t.Errorf("%s: %v", name, result)
		}
		_ = result.Columns()
	}
}

func TestDeferredCallThatHangsIsTold(t *testing.T) {
	release := make(chan struct{})
	defer goleak.VerifyNone(t) // waits until what was left behind has ended
	defer close(release)
	result := scheduler.Explore(scheduler.Bounds{Stall: 50 * time.Millisecond}, func(r *scheduler.Run) {
		var mu scheduler.Mutex
		r.Go("A", func() { defer func() { <-release }(); mu.Lock(); mu.Lock() })
		r.Wait()
	})
	if result.Kind != scheduler.Deadlock {
		t.Errorf("%v", result)
	}
}

func TestFailedRunRunsDeferredCallsOneAtATime(t *testing.T) {
	deferred := 0 // plain: the race detector would see two at once
	result := scheduler.Explore(scheduler.Bounds{}, func(r *scheduler.Run) {
		var mu scheduler.Mutex
		var wg scheduler.WaitGroup
		mu.Lock()
		for range 20 {
			wg.Go(func() {
				defer func() { deferred++ }()
				mu.Lock()
				defer mu.Unlock()
			})
		}
		wg.Wait()
	})
	if result.Kind != scheduler.Deadlock || deferred != 20 {
		t.Errorf("%d deferred calls: %v", deferred, result)
	}
}

func TestPlainGoStatementIsTold(t *testing.T) {
	result := scheduler.Explore(scheduler.Bounds{}, func(r *scheduler.Run) {
		var x scheduler.Int
		done := make(chan struct{})
		go func() { defer close(done); x.Add(1) }()
		<-done
		r.Wait()
	})
	if result.Kind != scheduler.Misuse || !strings.Contains(result.Problem, "not with go") {
		t.Errorf("%v", result)
	}
}

func TestObjectOutsideTheBodyIsTold(t *testing.T) {
	var x scheduler.Int
	result := scheduler.Explore(scheduler.Bounds{Preemptions: 1}, func(r *scheduler.Run) {
		r.Go("A", func() { x.Add(1) })
		r.Go("B", func() { x.Add(1) })
		r.Wait()
	})
	if result.Kind != scheduler.Misuse || !strings.Contains(result.Problem, "create it inside the body") || result.Schedules != 2 {
		t.Errorf("%v", result)
	}
	defer func() {
		if p := fmt.Sprint(recover()); !strings.Contains(p, "outside a run") {
			t.Errorf("panic %q", p)
		}
	}()
	new(scheduler.Mutex).Lock()
}

// Value would read without a step, so another goroutine could not come before it.
func TestLookWithoutAStepIsTold(t *testing.T) {
	result := scheduler.Replay(nil, func(r *scheduler.Run) {
		x := scheduler.NewInt("x", 1)
		r.Check(x.Value() == 1, "x begins at %d", x.Value())
		r.Go("A", func() { x.Store(x.Value() + 1) })
		r.Wait()
	})
	if result.Kind != scheduler.Misuse || !strings.Contains(result.Problem, "A used x.Value") {
		t.Errorf("%v", result)
	}
}

// Who waits for a condition has given the lock back, and has it again afterwards; the columns say so.
func TestWaitGivesTheLockBack(t *testing.T) {
	for name, lock := range map[string]func() sync.Locker{
		"mu": func() sync.Locker { return &scheduler.Mutex{} },
		"rw": func() sync.Locker { return &scheduler.RWMutex{} },
	} {
		result := scheduler.Replay(nil, func(r *scheduler.Run) {
			l := lock()
			cond, ready := scheduler.NewCond(l), false
			r.Go("A", func() {
				l.Lock()
				for !ready {
					cond.Wait()
				}
				l.Unlock()
			})
			r.Go("B", func() {
				l.Lock()
				ready = true
				cond.Signal()
				l.Unlock()
			})
			r.Wait()
		})
		want := strings.ReplaceAll(`@.Lock(): @: A
cond.Wait() waits: cond: 1 waiting
@.Lock(): @: B
cond.Signal() wakes → 1: @: B  cond: 0 waiting
@.Unlock(): @: free
cond.Wait() returns: @: A  cond: 0 waiting
@.Unlock(): @: free
`, "@", name)
		var got strings.Builder
		for _, step := range result.Columns().Steps {
			fmt.Fprintf(&got, "%s: %s\n", step.Text, step.Memory)
		}
		if got.String() != want {
			t.Errorf("got\n%swant\n%s", got.String(), want)
		}
	}
}

func TestBodyThatDiffersIsTold(t *testing.T) {
	runs := 0
	result := scheduler.Explore(scheduler.Bounds{Preemptions: 2}, func(r *scheduler.Run) {
		var x scheduler.Int
		runs++
		r.Go("A", func() { x.Add(1); x.Add(1) })
		if runs == 1 {
			r.Go("B", func() { x.Add(1); x.Add(1) })
		}
		r.Wait()
	})
	if result.Kind != scheduler.NotFollowed || !strings.Contains(result.Problem, "has not been started") {
		t.Errorf("%v", result)
	}
}

func TestReplayThatCannotBeFollowedIsTold(t *testing.T) {
	body := increments(2, 1, func(*scheduler.Run, int) {})
	for _, c := range []struct {
		schedule []int
		problem  string
	}{
		{[]int{0, 0, 0, 1}, "entry 2 of the schedule is for goroutine 0 (A), which has ended"},
		{[]int{0, 2}, "has not been started"},
		{[]int{0, -1}, "goroutine -1 (main), which waits for A and B to end"},
		{[]int{0, 0, 1, 1, 1}, "the program ended after 4 entries, but the schedule has 5"},
		{[]int{-2}, "goroutines have numbers from 0"},
		{[]int{99}, "goroutines have numbers from 0"},
	} {
		result := scheduler.Replay(c.schedule, body)
		if result.Kind != scheduler.NotFollowed || !strings.Contains(result.Problem, c.problem) {
			t.Errorf("%v: %v", c.schedule, result)
		}
	}
}

func TestReplayEndsWhereTheModelSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n, k := 2+random.IntN(4), 1+random.IntN(5)
		var schedule []int
		for i := range n {
			for range 2 * k {
				schedule = append(schedule, i)
			}
		}
		random.Shuffle(len(schedule), func(i, j int) { schedule[i], schedule[j] = schedule[j], schedule[i] })
		// The model: each goroutine's steps are by turns a read into its register and a write of the register plus 1.
		counter, register, step := 0, make([]int, n), make([]int, n)
		for _, g := range schedule {
			if step[g]%2 == 0 {
				register[g] = counter
			} else {
				counter = register[g] + 1
			}
			step[g]++
		}
		got := -1
		result := scheduler.Replay(schedule, increments(n, k, func(_ *scheduler.Run, final int) { got = final }))
		if result.Failed() || got != counter || !slices.Equal(result.Schedule, schedule) {
			t.Fatalf("%v ended at %d, the model at %d: %v", schedule, got, counter, result)
		}
	}
}

// worst is a schedule at whose end n goroutines with k ≥ 2 increments each have counted to 2: the first reads 0; the others do all but
// their last increments, the second the last of them all but one; the first writes 1; the second reads it; everyone else ends; and
// the second writes 2.
func worst(n, k int) []int {
	var s []int
	add := func(g, steps int) {
		for range steps {
			s = append(s, g)
		}
	}
	add(0, 1) // reads 0
	for g := 2; g < n; g++ {
		add(g, 2*k)
	}
	add(1, 2*(k-1))
	add(0, 1)       // writes 1
	add(1, 1)       // reads 1, for its last increment
	add(0, 2*(k-1)) // the first ends
	add(1, 1)       // writes 2
	return s
}

func TestWorstScheduleOfTheLessonEndsAt2(t *testing.T) {
	schedule := worst(5, 10_000)
	if len(schedule) != 100_000 {
		t.Fatalf("%d steps", len(schedule))
	}
	final := 0
	result := scheduler.Replay(schedule, increments(5, 10_000, func(_ *scheduler.Run, n int) { final = n }))
	if result.Failed() || final != 2 || result.Steps < 100_000 {
		t.Errorf("ended at %d: %v", final, result.Verdict())
	}
	t.Logf("%d steps in %v", result.Steps, result.Elapsed)
	if result.Elapsed > time.Second && !raceDetector {
		t.Errorf("took %v, want less than 1 s", result.Elapsed)
	}
	if s := result.String(); len(s) > 20_000 {
		t.Errorf("the report has %d bytes", len(s))
	}
}

// The hand-over through channels orders all accesses, so the race detector has nothing to report although updates are lost.
func TestRaceDetectorIsSilentOnAForcedSchedule(t *testing.T) {
	counter := 0
	result := scheduler.Replay(worst(5, 100), func(r *scheduler.Run) {
		for i := range 5 {
			r.Go(string(rune('A'+i)), func() {
				for range 100 {
					scheduler.Step("new := counter + 1")
					new := counter + 1
					scheduler.Step("counter = new")
					counter = new
				}
			})
		}
		r.Wait()
	})
	if result.Failed() || counter != 2 {
		t.Errorf("ended at %d: %v", counter, result)
	}
}

// BenchmarkStep measures a step that goes on, and one that hands the baton over.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name  string
		turns int
	}{{"going on", 1}, {"handing over", 2}} {
		b.Run(c.name, func(b *testing.B) {
			schedule := make([]int, b.N)
			for i := range schedule {
				schedule[i] = i % c.turns
			}
			scheduler.Replay(schedule, func(r *scheduler.Run) {
				var x scheduler.Int
				for i := range 2 {
					r.Go("", func() {
						for range (b.N + c.turns - 1 - i) / c.turns {
							x.Load()
						}
					})
				}
			})
		})
	}
}

// BenchmarkRun measures exploring: one run of two goroutines with two steps each.
func BenchmarkRun(b *testing.B) {
	runs := 0
	for runs < b.N {
		runs += scheduler.Explore(scheduler.Bounds{Preemptions: scheduler.Unlimited, Schedules: b.N - runs}, increments(2, 4, func(*scheduler.Run, int) {})).Schedules
	}
}
