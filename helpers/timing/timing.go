// Package timing measures what notebook 01-multi-threading and the later ones compare: the same work done in several ways.
//
//	timing.Comparison{
//		Baseline: "one after another",
//		Rounds:   7,
//		Candidates: []timing.Candidate{
//			{Name: "one after another", Func: first},
//			{Name: "five goroutines", Func: second},
//		},
//	}.Show()
package timing

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"example.com/multithreading/helpers/show"
)

// The greatest arguments, and how long a comparison may take.
const (
	MaxCandidates = 50
	MaxRounds     = 1_000
	MaxTime       = 5 * time.Minute
)

// A Candidate is one way to do the work.
type Candidate struct {
	Name string // what it is called in the table; no two are called the same
	Func func() // does the work once; what takes under 10 µs should be done many times inside, or the clock is part of the result
}

// A Comparison says what to measure.
//
// The candidates take turns: in each round each runs once. So what disturbs the machine for a while disturbs all of them alike. A first
// round is not counted: it fills caches and starts what has to be started. Before each run the garbage is collected, so that none pays for
// what another left.
type Comparison struct {
	Baseline   string      // the name of the candidate that the others are compared with
	Rounds     int         // how often each candidate is measured: 3 to MaxRounds
	Candidates []Candidate // 1 to MaxCandidates
}

// A Measurement is how long one candidate took.
type Measurement struct {
	Name      string
	Median    time.Duration // half of the runs took less
	Low, High time.Duration // the middle half of the runs lies between them: the quartiles
	Ratio     float64       // Median over the baseline's Median; NaN where the clock saw no time pass for the baseline
}

// Run measures and returns one Measurement for each candidate, in their order. What is out of range gives an error that names it and its
// range, before anything is run; when the uncounted round shows that all rounds would take longer than MaxTime, that is an error too. After
// 2, 4, 8 … s Run prints a line that says how far it is. A panic of a Func is not caught.
func (c Comparison) Run() ([]Measurement, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var round, candidate atomic.Int64
	stop := show.Progress(func() string {
		if round.Load() == 0 {
			return "warming up: " + c.Candidates[candidate.Load()].Name
		}
		return fmt.Sprintf("round %d of %d: %s", round.Load(), c.Rounds, c.Candidates[candidate.Load()].Name)
	})
	defer stop()
	took := make([][]time.Duration, len(c.Candidates))
	for n := range c.Rounds + 1 {
		round.Store(int64(n))
		start := time.Now()
		for i := range c.Candidates {
			candidate.Store(int64(i))
			d := measure(c.Candidates[i].Func)
			if n > 0 {
				took[i] = append(took[i], d)
			}
		}
		if one := time.Since(start); n == 0 && float64(one)*float64(c.Rounds) > float64(MaxTime) {
			return nil, fmt.Errorf("Rounds: one round takes %v, so %d would take longer than %v; do fewer, or less work in each Func",
				show.Duration(one), c.Rounds, MaxTime)
		}
	}
	var base time.Duration
	results := make([]Measurement, len(c.Candidates))
	for i, d := range took {
		slices.Sort(d)
		results[i] = Measurement{Name: c.Candidates[i].Name, Median: quantile(d, 0.5), Low: quantile(d, 0.25), High: quantile(d, 0.75)}
		if results[i].Name == c.Baseline {
			base = results[i].Median
		}
	}
	for i := range results {
		results[i].Ratio = math.NaN()
		if base > 0 {
			results[i].Ratio = float64(results[i].Median) / float64(base)
		}
	}
	return results, nil
}

// measure returns how long f takes.
func measure(f func()) time.Duration {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start)
}

// quantile returns the value below which the part q of the sorted durations lies, between two of them by proportion.
func quantile(sorted []time.Duration, q float64) time.Duration {
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + time.Duration((at-float64(below))*float64(sorted[above]-sorted[below]))
}

// exit is os.Exit, but where an example shows that it is called.
var exit = os.Exit

// Best returns the time of one call of f: it calls f times times in a row, tries times over, and the best of these counts. Other programs
// can only make one slower, so the best is nearest to what f takes by itself. Both numbers are 1 to MaxRounds; where one is not, Best prints a
// sentence and ends the program, as Show does.
func Best(tries, times int, f func()) time.Duration {
	if tries < 1 || tries > MaxRounds || times < 1 || times > MaxRounds {
		fmt.Printf("Nothing was timed: %d tries of %d calls are out of range, want 1 to %d each\n", tries, times, MaxRounds)
		exit(1)
		return 0
	}
	best := time.Duration(math.MaxInt64)
	for range tries {
		begin := time.Now()
		for range times {
			f()
		}
		best = min(best, time.Since(begin))
	}
	return best / time.Duration(times)
}

// Show measures and shows a bar chart of the medians, with the baseline marked; the data below it have the median, the middle half and the
// ratio of each candidate. In place of an error it prints a sentence and ends the program: what comes after it in a cell compares the
// results, and would find those that nobody has computed equal. It returns what [Comparison.Run] does.
func (c Comparison) Show() []Measurement {
	results := c.run()
	if results == nil {
		return nil
	}
	var rows [][]string
	var bars []show.Bar
	short := false
	for _, m := range results {
		ratio := "?"
		if !math.IsNaN(m.Ratio) {
			ratio = show.Number(m.Ratio) + " ×"
		}
		median := show.Duration(m.Median)
		rows = append(rows, []string{m.Name, median, show.Duration(m.Low) + " to " + show.Duration(m.High), ratio})
		bars = append(bars, show.Bar{Label: m.Name, Value: float64(m.Median), Text: median + ", " + ratio, Highlight: m.Name == c.Baseline})
		short = short || m.Median < 10*time.Microsecond
	}
	f := show.BarChart(fmt.Sprintf("Median time of one run of %d, and as a multiple of %q (marked)", c.Rounds, c.Baseline), bars)
	f.Header, f.Rows, f.Chart = []string{"name", "median", "middle half of the runs", "ratio"}, rows, ""
	f.Show()
	if short {
		fmt.Println("A run under 10 µs is too short for the clock: do the work many times inside Func.")
	}
	return results
}

// ShowSpeeds measures as [Comparison.Show] does, and shows a bar chart of what each candidate does in a
// second: one run is so much work in the unit, such as 2 for two thousand million additions and a unit of
// "GFLOP/s". Behind each bar stands how many times as fast as the baseline that is.
func (c Comparison) ShowSpeeds(unit string, work float64) []Measurement {
	results := c.run()
	if results == nil {
		return nil
	}
	var bars []show.Bar
	for _, m := range results {
		speed := work / m.Median.Seconds()
		bars = append(bars, show.Bar{Label: m.Name, Value: speed, Text: fmt.Sprintf("%.1f (%.1f ×)", speed, 1/m.Ratio)})
	}
	show.Bars(fmt.Sprintf("%s: a longer bar is faster (in brackets: so many times as fast as %q)", unit, c.Baseline), bars)
	return results
}

// run is Run; in place of an error it prints a sentence and ends the program.
func (c Comparison) run() []Measurement {
	results, err := c.Run()
	if err != nil {
		fmt.Println("The comparison did not run.", err)
		exit(1)
		return nil
	}
	return results
}

// OnCores returns f, kept to so many cores. When it has been called, GOMAXPROCS is what it was before.
func OnCores(cores int, f func()) func() {
	return func() {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		f()
	}
}

// check returns an error that names the first argument out of its range.
func (c Comparison) check() error {
	if n := len(c.Candidates); n < 1 || n > MaxCandidates {
		return fmt.Errorf("Candidates: %d is out of range, want 1 to %d", n, MaxCandidates)
	}
	names := map[string]bool{}
	for i, candidate := range c.Candidates {
		switch {
		case candidate.Name == "":
			return fmt.Errorf("Candidates[%d].Name: is empty", i)
		case names[candidate.Name]:
			return fmt.Errorf("Candidates[%d].Name: there is another %q", i, candidate.Name)
		case candidate.Func == nil:
			return fmt.Errorf("Candidates[%d].Func: is missing", i)
		}
		names[candidate.Name] = true
	}
	if !names[c.Baseline] {
		return fmt.Errorf("Baseline: no candidate is called %q", c.Baseline)
	}
	if c.Rounds < 3 || c.Rounds > MaxRounds {
		return fmt.Errorf("Rounds: %d is out of range, want 3 to %d", c.Rounds, MaxRounds)
	}
	return nil
}
