package timing_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/timing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs c where a sleep takes exactly as long as it says, and no time of ours.
func run(t *testing.T, c timing.Comparison) (results []timing.Measurement, err error) {
	synctest.Test(t, func(*testing.T) { results, err = c.Run() })
	return results, err
}

// sleeps returns a Func that takes these times in turn; the first is the round that is not counted.
func sleeps(times ...time.Duration) func() {
	n := -1
	return func() {
		n++
		time.Sleep(times[n%len(times)])
	}
}

func TestMedianQuartilesAndRatio(t *testing.T) {
	const ms = time.Millisecond
	got, err := run(t, timing.Comparison{Baseline: "even", Rounds: 5, Candidates: []timing.Candidate{
		{Name: "uneven", Func: sleeps(900*ms, 50*ms, 10*ms, 30*ms, 20*ms, 40*ms)},
		{Name: "even", Func: sleeps(900*ms, 60*ms, 60*ms, 60*ms, 60*ms, 60*ms)},
		{Name: "nothing", Func: func() {}},
	}})
	want := []timing.Measurement{
		{Name: "uneven", Median: 30 * ms, Low: 20 * ms, High: 40 * ms, Ratio: 0.5},
		{Name: "even", Median: 60 * ms, Low: 60 * ms, High: 60 * ms, Ratio: 1},
		{Name: "nothing"},
	}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%v, error %v", got, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestABaselineThatTakesNoTimeHasNoRatio(t *testing.T) {
	c := timing.Comparison{Baseline: "nothing", Rounds: 3, Candidates: []timing.Candidate{{Name: "nothing", Func: func() {}}}}
	got, err := run(t, c)
	if err != nil || !math.IsNaN(got[0].Ratio) {
		t.Errorf("%v, error %v, want a Ratio of NaN", got, err)
	}
	synctest.Test(t, func(*testing.T) { c.Show() }) // and prints it without a panic
}

func TestCandidatesTakeTurns(t *testing.T) {
	order := ""
	_, err := run(t, timing.Comparison{Baseline: "a", Rounds: 3, Candidates: []timing.Candidate{
		{Name: "a", Func: func() { order += "a" }},
		{Name: "b", Func: func() { order += "b" }},
	}})
	if err != nil || order != "abababab" { // one round is not counted
		t.Errorf("order %q, error %v", order, err)
	}
}

func TestOutOfRange(t *testing.T) {
	ran := false
	f := func() { ran = true }
	one := []timing.Candidate{{Name: "a", Func: f}}
	for name, test := range map[string]struct {
		c     timing.Comparison
		names string
	}{
		"no candidates":    {timing.Comparison{Baseline: "a", Rounds: 3}, "Candidates: 0 is out of range, want 1 to 50"},
		"many candidates":  {timing.Comparison{Baseline: "a", Rounds: 3, Candidates: make([]timing.Candidate, timing.MaxCandidates+1)}, "Candidates: 51"},
		"no name":          {timing.Comparison{Baseline: "a", Rounds: 3, Candidates: []timing.Candidate{{Func: f}}}, "Candidates[0].Name"},
		"one name twice":   {timing.Comparison{Baseline: "a", Rounds: 3, Candidates: append(one, one...)}, "Candidates[1].Name"},
		"no func":          {timing.Comparison{Baseline: "a", Rounds: 3, Candidates: []timing.Candidate{{Name: "a"}}}, "Candidates[0].Func"},
		"unknown baseline": {timing.Comparison{Baseline: "b", Rounds: 3, Candidates: one}, `Baseline: no candidate is called "b"`},
		"no rounds":        {timing.Comparison{Baseline: "a", Candidates: one}, "Rounds: 0 is out of range, want 3 to 1000"},
		"negative rounds":  {timing.Comparison{Baseline: "a", Rounds: -7, Candidates: one}, "Rounds: -7"},
		"one round more":   {timing.Comparison{Baseline: "a", Rounds: timing.MaxRounds + 1, Candidates: one}, "Rounds: 1001"},
		"2³¹ rounds":       {timing.Comparison{Baseline: "a", Rounds: math.MaxInt32, Candidates: one}, "Rounds: 2147483647"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := test.c.Run(); err == nil || !strings.Contains(err.Error(), test.names) {
				t.Errorf("error %v, want one with %q", err, test.names)
			}
		})
	}
	if ran {
		t.Error("a candidate ran before the arguments were checked")
	}
}

func TestWhatWouldTakeTooLongEndsAfterOneRound(t *testing.T) {
	runs := 0
	_, err := run(t, timing.Comparison{Baseline: "a", Rounds: 100, Candidates: []timing.Candidate{
		{Name: "a", Func: func() { runs++; time.Sleep(4 * time.Second) }},
	}})
	if err == nil || !strings.Contains(err.Error(), "one round takes 4 s, so 100 would take longer than "+timing.MaxTime.String()) || runs != 1 {
		t.Errorf("%d runs, error %v", runs, err)
	}
}

func ExampleComparison_Run() {
	results, err := timing.Comparison{
		Baseline: "wait",
		Rounds:   5,
		Candidates: []timing.Candidate{
			{Name: "wait", Func: func() { time.Sleep(5 * time.Millisecond) }},
			{Name: "wait four times as long", Func: func() { time.Sleep(20 * time.Millisecond) }},
		},
	}.Run()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range results {
		fmt.Printf("%s: longer than the baseline: %t\n", m.Name, m.Ratio > 1)
	}
	// Output:
	// wait: longer than the baseline: false
	// wait four times as long: longer than the baseline: true
}
