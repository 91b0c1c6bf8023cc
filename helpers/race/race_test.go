package race

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/counter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOutOfRange(t *testing.T) {
	made := 0
	newCounter := func() counter.Counter { made++; return new(counter.Mutex) }
	good := Experiment{Counter: newCounter, Goroutines: 1, Increments: 1, Trials: 1}
	for name, test := range map[string]struct {
		change func(*Experiment)
		names  string
	}{
		"no counter":                {func(e *Experiment) { e.Counter = nil }, "Counter"},
		"no goroutines":             {func(e *Experiment) { e.Goroutines = 0 }, "Goroutines: 0 is out of range, want 1 to 10000"},
		"negative goroutines":       {func(e *Experiment) { e.Goroutines = -1 }, "Goroutines"},
		"one goroutine more":        {func(e *Experiment) { e.Goroutines = MaxGoroutines + 1 }, "Goroutines"},
		"one trial more":            {func(e *Experiment) { e.Trials = MaxTrials + 1 }, "Trials"},
		"2³¹ goroutines":            {func(e *Experiment) { e.Goroutines = math.MaxInt32 }, "Goroutines"},
		"no increments":             {func(e *Experiment) { e.Increments = 0 }, "Increments: 0"},
		"the most negative number":  {func(e *Experiment) { e.Increments = math.MinInt }, "Increments"},
		"the greatest number":       {func(e *Experiment) { e.Increments = math.MaxInt }, "Increments"},
		"no trials":                 {func(e *Experiment) { e.Trials = 0 }, "Trials: 0 is out of range, want 1 to 100000"},
		"hours":                     {func(e *Experiment) { e.Goroutines, e.Increments, e.Trials = 100, 10_000, 1_000 }, "at most 100000000"},
		"a product that overflows":  {func(e *Experiment) { e.Goroutines, e.Increments, e.Trials = 1e4, 1e8, 1e5 }, "at most 100000000"},
		"just over":                 {func(e *Experiment) { e.Goroutines, e.Increments, e.Trials = 1, MaxIncrements/2+1, 2 }, "×"},
		"negative cores":            {func(e *Experiment) { e.Cores = -1 }, "Cores"},
		"more cores than there are": {func(e *Experiment) { e.Cores = runtime.NumCPU() + 1 }, "Cores"},
	} {
		t.Run(name, func(t *testing.T) {
			e := good
			test.change(&e)
			if _, err := e.Run(); err == nil || !strings.Contains(err.Error(), test.names) {
				t.Errorf("error %v, want one with %q", err, test.names)
			}
		})
	}
	if made > 0 {
		t.Errorf("%d counters were made before the arguments were checked", made)
	}
}

func TestCounterMustBeNew(t *testing.T) {
	one := new(counter.Owner)
	defer one.Close()
	for name, newCounter := range map[string]func() counter.Counter{
		"none":          func() counter.Counter { return nil },
		"always one":    func() counter.Counter { return one },
		"counted first": func() counter.Counter { c := new(counter.Owner); c.Increment(); return c },
	} {
		_, err := Experiment{Counter: newCounter, Goroutines: 2, Increments: 2, Trials: 2}.Run()
		if err == nil || !strings.HasPrefix(err.Error(), "Counter: ") {
			t.Errorf("%s: error %v, want one about Counter", name, err)
		}
	}
}

func TestSafeCountersLoseNothing(t *testing.T) {
	for _, v := range counter.Variants() {
		if !v.Safe {
			continue
		}
		r, err := Experiment{Counter: v.New, Goroutines: 5, Increments: 200, Trials: 3}.Run()
		if err != nil {
			t.Fatal(err)
		}
		want := Result{Counter: "counter." + v.Name, Cores: runtime.GOMAXPROCS(0), Expected: 1000, Finals: []int{1000, 1000, 1000},
			Lost: 0, Least: 1000, Greatest: 1000}
		if fmt.Sprint(r) != fmt.Sprint(want) {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
}

func TestCoresAreSetAndSetBack(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	inside := 0
	newCounter := func() counter.Counter { inside = runtime.GOMAXPROCS(0); return new(counter.Mutex) }
	r, err := Experiment{Counter: newCounter, Goroutines: 2, Increments: 2, Trials: 1, Cores: 1}.Run()
	if err != nil || r.Cores != 1 || inside != 1 {
		t.Errorf("error %v, Cores %d, GOMAXPROCS inside %d; want 1 core", err, r.Cores, inside)
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("GOMAXPROCS is %d after and was %d before", after, before)
	}
}

func TestHistogramCountsEveryTrialOnce(t *testing.T) {
	for _, r := range []Result{
		{Expected: 50_000, Finals: []int{10_000, 10_001, 49_999, 50_000, 2}, Greatest: 50_000},
		{Expected: 1, Finals: []int{0, 1, 1}, Greatest: 1},
		{Expected: 7, Finals: []int{0, 1, 2, 3, 4, 5, 6, 7}, Greatest: 7},
		{Expected: 1003, Finals: []int{1002, 1003, 2000}, Greatest: 2000},
	} {
		sum := 0.0
		bars := r.bars()
		for _, bar := range bars {
			sum += bar.Value
			if bar.Highlight != (bar.Label == number(r.Expected)) {
				t.Errorf("bar %q marked: %t", bar.Label, bar.Highlight)
			}
		}
		if int(sum) != len(r.Finals) || len(bars) > 12 {
			t.Errorf("Expected %d: %v of %d trials in %d bars", r.Expected, sum, len(r.Finals), len(bars))
		}
	}
	labels := func(r Result) (all []string) {
		for _, bar := range r.bars() {
			all = append(all, bar.Label)
		}
		return all
	}
	a := labels(Result{Expected: 50_000, Finals: []int{2}, Greatest: 2})
	b := labels(Result{Expected: 50_000, Finals: []int{50_000}, Greatest: 50_000})
	if !slices.Equal(a, b) {
		t.Errorf("the bars depend on the finals: %q and %q", a, b)
	}
}
