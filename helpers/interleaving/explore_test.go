package interleaving

import (
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// slowly is a bound in time that holds under the race detector and on a machine
// that others use, too.
func slowly(d time.Duration) time.Duration {
	if raceDetector {
		return 20 * d
	}
	return 3 * d
}

func explore(t *testing.T, p Program) *Result {
	t.Helper()
	r, err := p.Explore()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func distribution(r *Result) string {
	var parts []string
	for _, o := range r.Outcomes {
		parts = append(parts, fmt.Sprintf("%d:%v", o.Value, o.Count))
	}
	return strings.Join(parts, " ")
}

func TestIncrements(t *testing.T) {
	for _, c := range []struct {
		n, k          int
		interleavings string
		states        int
		outcomes      string
		wrong         string
	}{
		{1, 3, "1", 7, "3:1", "0"},
		{2, 1, "6", 8, "1:4 2:2", "4"},
		{2, 2, "70", 33, "2:32 3:32 4:6", "64"},
		{5, 2, "305540235000", 7531, "2:56721428400 3:109663825200 4:88820584320 5:38803505760 6:9895984800 7:1497805920 8:130939200 9:6048000 10:113400", "305540121600"},
	} {
		// Other programs use the machine too: the fastest of three counts.
		var r *Result
		took := time.Hour
		for range 3 {
			begin := time.Now()
			r = explore(t, Increments(c.n, c.k))
			took = min(took, time.Since(begin))
		}
		t.Logf("%d × %d: %d states, %v", c.n, c.k, r.States, took)
		if r.Interleavings.String() != c.interleavings || r.States != c.states || distribution(r) != c.outcomes || r.Wrong().String() != c.wrong {
			t.Errorf("%d × %d: %v interleavings, %d states, %s, %v wrong", c.n, c.k, r.Interleavings, r.States, distribution(r), r.Wrong())
		}
		if took > slowly(100*time.Millisecond) {
			t.Errorf("%d × %d took %v, want at most 0.1 s", c.n, c.k, took)
		}
		if formula, err := compile(Increments(c.n, c.k)); err != nil || formula.straight().Cmp(r.Interleavings) != 0 {
			t.Errorf("%d × %d: the formula says %v", c.n, c.k, formula.straight())
		}
	}
}

func TestLeastValueIsTwo(t *testing.T) {
	sizes := [][2]int{{2, 2}, {2, 3}, {2, 10}, {3, 2}, {3, 3}, {4, 2}, {5, 2}}
	if !raceDetector {
		sizes = append(sizes, [2]int{4, 3}, [2]int{2, 15}, [2]int{3, 5}, [2]int{6, 2}, [2]int{7, 2}, [2]int{5, 3})
	}
	for _, size := range sizes {
		n, k := size[0], size[1]
		begin := time.Now()
		r := explore(t, Increments(n, k))
		took := time.Since(begin)
		t.Logf("%d × %d: %d states, %v", n, k, r.States, took)
		// The largest two are at the edge of what two seconds are enough for, and a busy machine takes three.
		if r.Stopped != "" || n*k < 14 && took > slowly(2*time.Second) {
			t.Errorf("%d × %d: stopped %q, took %v", n, k, r.Stopped, took)
			continue
		}
		if r.Least().Value != 2 || r.Greatest().Value != n*k {
			t.Errorf("%d × %d: final values %d to %d", n, k, r.Least().Value, r.Greatest().Value)
		}
		w, err := Increments(n, k).Follow(r.Least().Witness.Threads)
		if err != nil || w.Memory["counter"] != 2 || !w.Finished {
			t.Errorf("%d × %d: the witness ends at %v, %v", n, k, w, err)
		}
	}
}

// All states without merging are what a search with no two threads alike sees.
func TestAllStates(t *testing.T) {
	p := Increments(3, 2)
	merged := explore(t, p)
	for i := range p.Threads { // a yield more or less does not count as alike
		p.Threads[i] = Thread(p.Threads[i], Let("own", i))
	}
	apart := explore(t, p)
	if merged.AllStates.Cmp(big.NewInt(int64(apart.States))) != 0 || apart.AllStates.Cmp(merged.AllStates) != 0 {
		t.Errorf("%v states before merging, %d when nothing can be merged", merged.AllStates, apart.States)
	}
	if merged.States >= apart.States || merged.Interleavings.Cmp(apart.Interleavings) != 0 || distribution(merged) != distribution(apart) {
		t.Errorf("merged: %d states, %v; apart: %d states, %v", merged.States, distribution(merged), apart.States, distribution(apart))
	}
}

func TestLockMakesOneValue(t *testing.T) {
	for _, n := range []int{2, 3, 5} {
		r := explore(t, Program{
			Shared:  map[string]int{"counter": 0},
			Threads: Copies(n, Repeat(2, Lock("m"), Load("new", "counter"), AddTo("new", 1), Store("counter", "new"), Unlock("m"))),
		})
		if len(r.Outcomes) != 1 || r.Least().Value != 2*n || r.Deadlock != nil || r.Wrong().Sign() != 0 {
			t.Errorf("%d threads: %v", n, r)
		}
	}
}

func TestAtomicAddMakesOneValue(t *testing.T) {
	r := explore(t, Program{
		Shared:  map[string]int{"counter": 0},
		Threads: Copies(5, Repeat(2, FetchAndAdd("old", "counter", 1))),
	})
	if distribution(r) != "10:113400" {
		t.Errorf("%s", distribution(r))
	}
}

func twoLocks(first, second string) Code {
	return Thread(Lock(first), Lock(second), Load("new", "counter"), AddTo("new", 1), Store("counter", "new"), Unlock(second), Unlock(first))
}

func TestDeadlock(t *testing.T) {
	shared := map[string]int{"counter": 0}
	r := explore(t, Program{Shared: shared, Threads: []Code{twoLocks("a", "b"), twoLocks("b", "a")}})
	if r.Deadlock == nil || !slices.Equal(r.Deadlock.Threads, []int{0, 1}) || r.Deadlock.Finished || !r.Deadlock.Ended {
		t.Fatalf("deadlock %+v", r.Deadlock)
	}
	if r.Deadlocks.Cmp(big.NewInt(2)) != 0 {
		t.Errorf("%v deadlocks, want 2: either thread may be first", r.Deadlocks)
	}
	if out := r.Deadlock.Schedule().Outcome; out != "deadlock: T0 waits for b, held by T1; T1 waits for a, held by T0" {
		t.Error(out)
	}
	r = explore(t, Program{Shared: shared, Threads: []Code{twoLocks("a", "b"), twoLocks("a", "b")}})
	if r.Deadlock != nil || r.Deadlocks.Sign() != 0 || r.Least().Value != 2 {
		t.Errorf("lock order: %v", r)
	}
}

func TestBlockedForEver(t *testing.T) {
	for _, c := range []struct {
		why     string
		threads []Code
	}{
		{"T0 waits for a value from c", []Code{Receive("v", "c")}},
		{"T0 waits for room in c", []Code{Repeat(2, Send("c", 1))}},
		{"T0 waits for a receiver on now", []Code{Send("now", 1)}},
		{"T0 sleeps on k", []Code{Thread(Lock("m"), Wait("k", "m"))}},
		{"T0 waits for m, which it holds itself", []Code{Repeat(2, Lock("m"))}},
	} {
		r := explore(t, Program{Channels: map[string]int{"c": 1, "now": 0}, Threads: c.threads})
		if r.Deadlock == nil || r.Interleavings.Cmp(big.NewInt(1)) != 0 || len(r.Outcomes) != 0 {
			t.Errorf("%s: %v", c.why, r)
			continue
		}
		if got := r.Deadlock.Schedule().Outcome; got != "deadlock: "+c.why {
			t.Errorf("%s, want %s", got, c.why)
		}
		r.Show() // has no final value to draw, and must still do
	}
}

func TestChannelsHandValuesOver(t *testing.T) {
	for capacity := range 3 {
		r := explore(t, Program{
			Shared:   map[string]int{"sum": 0},
			Channels: map[string]int{"c": capacity},
			Threads: []Code{
				Repeat(3, AddTo("i", 1), Send("c", "i")),
				Repeat(3, Receive("v", "c"), FetchAndAdd("old", "sum", "v")),
			},
		})
		if len(r.Outcomes) != 1 || r.Least().Value != 6 || r.Deadlock != nil {
			t.Errorf("capacity %d: %v", capacity, r)
		}
	}
}

// A value that no cycle leads to is counted though other runs are endless.
func TestUnboundedIsSaidOfWhatIsUnbounded(t *testing.T) {
	r := explore(t, Program{
		Shared: map[string]int{"x": 0},
		Threads: []Code{
			Thread(TestAndSet("r", "x"), JumpIf("r", "==", 0, "end"), Label("spin"), Load("r", "x"), JumpIf("r", "==", 1, "spin"), Label("end")),
			Store("x", 2),
		},
	})
	// T0 first: ends at 2. T1 first: T0 finds 2, sets 1, and spins for ever.
	if !r.Unbounded || r.Interleavings != nil || r.Endless == nil || !slices.Equal(r.Endless.Threads, []int{1}) {
		t.Errorf("%+v", r)
	}
	if distribution(r) != "2:1" {
		t.Errorf("%s, want 2:1", distribution(r))
	}
	if text := r.String(); !strings.Contains(text, "unbounded interleavings") {
		t.Error(text)
	}
}

func TestTooLargeSaysWhereItStopped(t *testing.T) {
	p := Increments(5, 10)
	p.MaxStates = 2000
	r := explore(t, p)
	if r.States > 2000 || !strings.Contains(r.Stopped, "2,000 states") {
		t.Errorf("%d states, %q", r.States, r.Stopped)
	}
	// Threads that neither wait nor jump can be counted without a search.
	if want := new(big.Int).MulRange(1, 100); r.Interleavings == nil || r.Interleavings.Cmp(want.Quo(want, new(big.Int).Exp(new(big.Int).MulRange(1, 20), big.NewInt(5), nil))) != 0 {
		t.Errorf("%v interleavings", r.Interleavings)
	}
	if len(r.Outcomes) == 0 || r.Wrong() != nil || r.AllStates != nil {
		t.Errorf("known by then: %v", r)
	}
	for _, o := range r.Outcomes {
		w, err := p.Follow(o.Witness.Threads)
		if err != nil || w.Memory["counter"] != o.Value || o.Count != nil {
			t.Errorf("value %d: %v, %v", o.Value, w, err)
		}
	}
	if text := r.String(); !strings.Contains(text, "stopped at the bound of 2,000 states") || !strings.Contains(text, "seen by then") {
		t.Error(text)
	}
	r.Show()

	endless := Program{Shared: map[string]int{"x": 0}, MaxStates: 1000, Threads: Copies(2, Label("again"), FetchAndAdd("r", "x", 1), Jump("again"))}
	if r := explore(t, endless); r.Stopped == "" || r.States != 1000 {
		t.Errorf("a program with endlessly many states: %+v", r)
	}
}

// What a search keeps is what it reckons; so the bound on the reckoning is one on
// memory.
func TestMemoryIsBounded(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector's own memory hides the search's")
	}
	for _, p := range []Program{Increments(8, 3), Increments(2, 1000), Increments(40, 2)} {
		m, err := compile(p)
		if err != nil {
			t.Fatal(err)
		}
		const bound = 32 << 20
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		peak := uint64(0)
		stop, done := make(chan bool), make(chan bool)
		go func() {
			defer close(done)
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					return
				case <-tick.C:
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapAlloc)
				}
			}
		}()
		begin := time.Now()
		r, err := m.explore(1<<30, bound)
		close(stop)
		<-done
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		used := int64(max(peak, after.HeapAlloc)) - int64(before.HeapAlloc)
		t.Logf("%s: %d states, peak %d MB for a bound of %d MB, %v; %s", p.Title, r.States, used>>20, bound>>20, time.Since(begin), r.Stopped)
		if !strings.Contains(r.Stopped, "32 MB") {
			t.Errorf("stopped %q", r.Stopped)
		}
		// 400 MB is the bound in use, so 2.4 times it is still below 1 GB.
		if used > 24*bound/10 {
			t.Errorf("peak of %d MB, want at most 2.4 times the bound", used>>20)
		}
	}
}

func TestMisuseIsNamed(t *testing.T) {
	x := map[string]int{"x": 0, "y": 0}
	many := map[string]int{}
	for i := range 33 {
		many[fmt.Sprint("v", i)] = 0
	}
	var registers Code
	for i := range 33 {
		registers = Thread(registers, Let(fmt.Sprint("r", i), 0))
	}
	inside := func(name string) func(State) bool { return func(s State) bool { return s.Inside(name) == 0 } }
	for _, c := range []struct {
		p    Program
		want string
	}{
		{Program{}, "a program has 1 to 64 threads, not 0"},
		{Program{Threads: make([]Code, 65)}, "a program has 1 to 64 threads, not 65"},
		{Program{Threads: Copies(0, Yield())}, "T0: Copies(0, …): a program has 1 to 64 threads"},
		{Program{Threads: []Code{Repeat(-1, Yield())}}, "T0: Repeat(-1, …) of 1 step: k must be 0 or more and the whole at most 200000 steps"},
		{Program{Threads: []Code{Repeat(1<<62, Yield(), Yield())}}, "T0: Repeat(4611686018427387904, …) of 2 steps: k must be 0 or more and the whole at most 200000 steps"},
		{Program{Threads: []Code{Repeat(10, Repeat(-1, Yield()))}}, "T0: Repeat(-1, …) of 1 step: k must be 0 or more and the whole at most 200000 steps"},
		{Program{Threads: []Code{Thread(Repeat(150_000, Yield()), Repeat(150_000, Yield()))}}, "T0 has 300000 steps; a thread has at most 200000"},
		{Program{Threads: []Code{Yield()}, Names: []string{"A", "B"}}, "2 names for 1 thread"},
		{Program{Threads: []Code{Yield()}, MaxStates: -1}, "MaxStates is -1; it must be 0 or more"},
		{Program{Threads: []Code{Yield()}, Watch: "z", Shared: x}, `Watch: no shared variable "z"; there are x, y`},
		{Program{Threads: []Code{Yield()}, Shared: many}, "a program has at most 32 shared variables, not 33"},
		{Program{Threads: []Code{Yield()}, Channels: many}, "a program has at most 32 channels, not 33"},
		{Program{Threads: []Code{Yield()}, Channels: map[string]int{"c": 17}}, `channel "c" has capacity 17; it must be 0 to 16`},
		{Program{Threads: []Code{registers}}, "T0 has 33 registers; a thread has at most 32"},
		{Program{Threads: []Code{Load("r", "z")}, Shared: x}, `T0, step 1 (Load): no shared variable "z"; there are x, y`},
		{Program{Threads: []Code{Load("r", "z")}}, `T0, step 1 (Load): no shared variable "z"; there is none`},
		{Program{Threads: []Code{Load("", "x")}, Shared: x}, `T0, step 1 (Load): the register has no name`},
		{Program{Threads: []Code{Thread(Load("new", "x"), Store("x", "nwe"))}, Shared: x}, `T0, step 2 (Store): no register "nwe"; there is only new`},
		{Program{Threads: []Code{Send("c", 1)}}, `T0, step 1 (Send): no channel "c"; there is none`},
		{Program{Threads: []Code{Thread(Label("a"), Yield(), Jump("b"))}, Names: []string{"Anna"}}, `Anna, step 2 (Jump): no label "b"; there is only a`},
		{Program{Threads: []Code{Thread(Label("a"), Yield(), Label("a"))}}, `T0: label "a" stands twice; Repeat(1, …) around a part gives it labels of its own`},
		{Program{Threads: []Code{Repeat(2, Label("a"), Yield(), Label("a"))}}, `T0: label "a" stands twice; Repeat(1, …) around a part gives it labels of its own`},
		{Program{Threads: []Code{Thread(Label("a"), Yield(), JumpIf(1, "=>", 0, "a"))}}, `T0, step 2 (JumpIf): comparison "=>" is none of == != < <= > >=`},
		{Program{Threads: []Code{Section("s", Let("r", 1))}}, `T0: section "s" has no step that another thread could see`},
		{Program{Threads: []Code{Yield(), Unlock("m")}}, `T1, step 1 (Unlock): T1 does not hold mutex "m"; nobody holds it`},
		{Program{Threads: []Code{Lock("m"), Unlock("m")}}, `T1, step 1 (Unlock): T1 does not hold mutex "m"; `},
		{Program{Threads: []Code{Wait("k", "m")}}, `T0, step 1 (Wait): T0 does not hold mutex "m"; nobody holds it`},
		{Program{Threads: []Code{Thread(Yield(), Label("a"), Jump("a"))}}, `T0, step 2 (Jump): 100000 steps without one that another thread could see; is it an endless loop?`},
		{Program{Threads: []Code{Yield()}, Always: inside("s")}, `Always asks for section "s"; there is none`},
		{Program{Threads: []Code{Yield()}, Shared: x, Always: func(s State) bool { return s.Shared("z") == 0 }}, `Always asks for shared variable "z"; there are x, y`},
	} {
		_, err := c.p.Explore()
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	var locks, sections Code
	for i := range 33 {
		locks = Thread(locks, Lock(fmt.Sprint("m", i)))
		sections = Thread(sections, Section(fmt.Sprint("s", i), Yield()))
	}
	for want, code := range map[string]Code{"a program has at most 32 mutexes, not 33": locks, "a program has at most 32 sections, not 33": sections} {
		if _, err := (Program{Threads: []Code{code}}).Explore(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestFollow(t *testing.T) {
	p := Increments(2, 1)
	for _, c := range []struct {
		schedule []int
		want     string
	}{
		{[]int{2}, "turn 1: there is no thread 2; threads are 0 to 1"},
		{[]int{-1}, "turn 1: there is no thread -1; threads are 0 to 1"},
		{[]int{0, 0, 0}, "turn 3: T0 has finished"},
	} {
		if _, err := p.Follow(c.schedule); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	locked := Program{Threads: Copies(2, Lock("m"), Yield(), Unlock("m"))}
	if _, err := locked.Follow([]int{1, 0}); err == nil || err.Error() != "turn 2: T0 waits for m, held by T1" {
		t.Error(err)
	}
	w, err := p.Follow([]int{0, 1})
	if err != nil || w.Ended || w.Finished || w.Switches != 1 || w.Memory["counter"] != 0 {
		t.Errorf("%+v, %v", w, err)
	}
	if out := w.Schedule().Outcome; out != "counter=0 so far" {
		t.Error(out)
	}
	if w, err = p.Follow(nil); err != nil || w.Ended || len(w.Schedule().Steps) != 0 {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestWorstSchedule(t *testing.T) {
	for n := 1; n <= 6; n++ {
		for k := 1; k <= 6; k++ {
			want := 2
			if n == 1 {
				want = k
			} else if k == 1 {
				want = 1
			}
			schedule := WorstSchedule(n, k)
			w, err := Increments(n, k).Follow(schedule)
			if err != nil || !w.Finished || w.Memory["counter"] != want || len(schedule) != 2*n*k {
				t.Errorf("%d × %d: %v, %v", n, k, w, err)
			}
		}
	}
	begin := time.Now()
	w, err := Increments(5, 10_000).Follow(WorstSchedule(5, 10_000))
	if err != nil || !w.Finished || w.Memory["counter"] != 2 || len(w.Threads) != 100_000 {
		t.Fatalf("5 × 10,000: %v", err)
	}
	text := w.Schedule().String()
	took := time.Since(begin)
	t.Logf("5 × 10,000: 100,000 turns followed and drawn in %v, text of %d bytes", took, len(text))
	if took > slowly(time.Second) {
		t.Errorf("took %v", took)
	}
	if !strings.Contains(text, "counter = new (1) ") || !strings.Contains(text, "overwrites 10000: lost update") || !strings.Contains(text, "End: counter=2") {
		t.Error(text)
	}
	for _, size := range [][2]int{{0, 1}, {1, 0}, {1 << 40, 1 << 40}, {100_000, 100_000}} {
		func() {
			defer func() {
				if said, ok := recover().(string); !ok || !strings.Contains(said, "must be at least 1") {
					t.Errorf("WorstSchedule%v: %v", size, said)
				}
			}()
			WorstSchedule(size[0], size[1])
		}()
	}
}

func TestLostUpdateIsMarked(t *testing.T) {
	marks := func(p Program, schedule ...int) (all []string) {
		w, err := p.Follow(schedule)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range w.Schedule().Steps {
			all = append(all, s.Mark)
		}
		return all
	}
	if got := marks(Increments(2, 1), 0, 1, 1, 0); !slices.Equal(got, []string{"", "", "", "overwrites 1: lost update"}) {
		t.Errorf("%q", got)
	}
	if got := marks(Increments(2, 1), 0, 0, 1, 1); strings.Join(got, "") != "" {
		t.Errorf("%q, but nothing was lost", got)
	}
	// A write that was not made from a read loses no update.
	p := Program{Shared: map[string]int{"x": 0}, Threads: []Code{Thread(Load("r", "x"), Store("x", 7)), Store("x", 5)}}
	if got := marks(p, 0, 1, 0); strings.Join(got, "") != "" {
		t.Errorf("%q, but nothing was lost", got)
	}
	// The value may take a way over another register.
	p = Program{Shared: map[string]int{"x": 0}, Threads: []Code{Thread(Load("r", "x"), Let("q", "r"), Store("x", "q")), Store("x", 5)}}
	if got := marks(p, 0, 1, 0); got[2] != "overwrites 5: lost update" {
		t.Errorf("%q", got)
	}
}

// A register's step stands with the turn it runs with, and one before all turns
// with none.
func TestLocalStepsStandWithTheirTurn(t *testing.T) {
	p := Program{Shared: map[string]int{"x": 0}, Threads: Copies(2, Let("r", 1), Label("again"), Store("x", "r"), AddTo("r", 1), JumpIf("r", "<", 3, "again"))}
	w, err := p.Follow([]int{1, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range w.Schedule().Steps {
		got = append(got, s.Text)
	}
	if want := []string{"x = r (1); r += 1; go to again", "x = r (1); r += 1; go to again", "x = r (2); r += 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSummaryAndPicture(t *testing.T) {
	for _, p := range []Program{Increments(2, 2), Increments(1, 0), Increments(2, 14), {Title: "<a&b>", Threads: Copies(2, Yield())}} {
		r := explore(t, p)
		header, rows := r.table()
		svg := r.svg()
		for _, row := range rows {
			if len(row) != len(header) || !strings.Contains(svg, row[0]) && row[1] != "" {
				t.Errorf("%q is not in the picture", row)
			}
		}
		if len(rows) > maxOutcomes+1 || len(svg) > 20<<10 {
			t.Errorf("%s: %d rows, picture of %d bytes", p.Title, len(rows), len(svg))
		}
	}
	bad := Program{Threads: []Code{Store("y", 1)}}
	bad.Show() // prints the sentence and does not panic
}

func Example() {
	program := Program{
		Shared:  map[string]int{"counter": 0},
		Threads: Copies(2, Load("new", "counter"), AddTo("new", 1), Store("counter", "new")),
	}
	result, err := program.Explore()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result)
	// Output:
	// 2 threads: 6 interleavings, 8 states (12 before interchangeable threads are merged). 4 of 6 (66.7 %) end in a value that no run of one thread after the other gives. No deadlock.
	// final memory  interleavings   share  switches  turns
	//    counter=1              4  66.7 %         2      4
	//    counter=2              2  33.3 %         1      4
}

func ExampleWitness_Schedule() {
	result, err := Increments(2, 1).Explore()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Least().Witness.Schedule())
	// Output:
	// 2 threads × 1 increment
	// step  T0                           T1                           memory     note
	// ----  ---------------------------  ---------------------------  ---------  -------------------------------------
	//    1  new = counter (0); new += 1                               counter=0
	//    2                               new = counter (0); new += 1  counter=0  ~ switch
	//    3                               counter = new (1)            counter=1
	//    4  counter = new (1)                                         counter=1  ~ switch; ! overwrites 1: lost update
	// End: counter=1
}

func ExampleAtMostOne() {
	lock := Thread(
		Label("spin"), Load("f", "flag"), JumpIf("f", "==", 1, "spin"),
		Store("flag", 1),
		Section("critical", Load("new", "counter"), AddTo("new", 1), Store("counter", "new")),
		Store("flag", 0),
	)
	program := Program{
		Title:   "A flag is no lock",
		Shared:  map[string]int{"counter": 0, "flag": 0},
		Threads: Copies(2, lock),
		Watch:   "counter",
		Always:  AtMostOne("critical"),
	}
	result, err := program.Explore()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result)
	fmt.Println("two threads inside after turns of", result.Broken.Threads)
	// Output:
	// A flag is no lock: unbounded interleavings, 29 states (50 before interchangeable threads are merged). The condition fails. No deadlock.
	// final memory  interleavings  share  switches  turns
	//    counter=1             72                3     10
	//    counter=2      unbounded                1     10
	// two threads inside after turns of [0 1 1 0]
}

func ExampleProgram_Explore_deadlock() {
	program := Program{Threads: []Code{
		Thread(Lock("a"), Lock("b"), Unlock("b"), Unlock("a")),
		Thread(Lock("b"), Lock("a"), Unlock("a"), Unlock("b")),
	}}
	result, err := program.Explore()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Deadlock.Schedule())
	// Output:
	// A run of 2 threads
	// step  T0      T1      memory     note
	// ----  ------  ------  ---------  --------
	//    1  lock a          a:T0
	//    2          lock b  a:T0 b:T1  ~ switch
	// End: deadlock: T0 waits for b, held by T1; T1 waits for a, held by T0
}

func ExampleWorstSchedule() {
	run, err := Increments(5, 10_000).Follow(WorstSchedule(5, 10_000))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(run.Threads), "turns end at", run.Memory["counter"])
	// Output: 100000 turns end at 2
}
