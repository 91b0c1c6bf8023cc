// Package race repeats the lost-update experiment of notebook 01-multi-threading with any counter:
// how often is an update lost, and how many?
//
//	race.Experiment{Counter: counter.New[counter.Yielding], Goroutines: 5, Increments: 10_000, Trials: 30}.Show()
package race

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/multithreading/helpers/counter"
	"example.com/multithreading/helpers/show"
)

// The greatest arguments. MaxIncrements in all, over all goroutines and trials, take about a minute
// with the slowest counter, and MaxGoroutines some 30 MB.
const (
	MaxGoroutines = 10_000
	MaxTrials     = 100_000
	MaxIncrements = 100_000_000
)

// An Experiment says what to repeat. In each trial, Goroutines goroutines start together and each
// increments one new counter Increments times; when all have ended, the counter is read.
type Experiment struct {
	// Counter makes the counter of a trial, as counter.New[counter.Mutex] does; an io.Closer is closed after it.
	Counter    func() counter.Counter
	Goroutines int // 1 to MaxGoroutines
	Increments int // of each goroutine: at least 1; Goroutines × Increments × Trials is at most MaxIncrements
	Trials     int // 1 to MaxTrials
	Cores      int // how many goroutines may run at once: 1 to the machine's cores, or 0 for as many as may now
}

// A Result is how the trials of an [Experiment] ended.
type Result struct {
	Counter  string // the counter's type
	Cores    int    // how many goroutines could run at once
	Expected int    // Goroutines × Increments: the right final value
	Finals   []int  // the final value of each trial, in order
	Lost     int    // how many trials ended below Expected
	Least    int    // the least final value
	Greatest int    // the greatest final value
}

// running is held during an experiment: two at once would disturb each other, and GOMAXPROCS is one
// setting for the whole program.
var running sync.Mutex

// Run does the trials one after another and returns how they ended. What is out of range gives an
// error that names it and its range, before anything is run; so does a Counter that makes no new
// counter. Cores sets GOMAXPROCS for the whole program while Run works, and Run sets it back. After
// 2, 4, 8 … s Run prints a line that says how far it is. All goroutines that it started have ended
// when it returns; while one experiment runs, another waits.
func (e Experiment) Run() (Result, error) {
	if err := e.check(); err != nil {
		return Result{}, err
	}
	running.Lock()
	defer running.Unlock()
	if e.Cores > 0 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(e.Cores))
	}
	r := Result{Cores: runtime.GOMAXPROCS(0), Expected: e.Goroutines * e.Increments}
	var done atomic.Int64
	stop := show.Progress(func() string { return fmt.Sprintf("%d of %d trials", done.Load(), e.Trials) })
	defer stop()
	for range e.Trials {
		c := e.Counter()
		if c == nil {
			return Result{}, errors.New("Counter: made no counter; give one such as counter.New[counter.Mutex]")
		}
		final, err := e.trial(c)
		if err != nil {
			return Result{}, err
		}
		r.Counter = strings.TrimPrefix(fmt.Sprintf("%T", c), "*")
		r.Finals = append(r.Finals, final)
		if final < r.Expected {
			r.Lost++
		}
		done.Add(1)
	}
	r.Least, r.Greatest = slices.Min(r.Finals), slices.Max(r.Finals)
	return r, nil
}

// trial returns where c ends.
func (e Experiment) trial(c counter.Counter) (final int, err error) {
	if closer, ok := c.(io.Closer); ok {
		defer closer.Close()
	}
	if n := c.Value(); n != 0 {
		return 0, fmt.Errorf("Counter: made a counter that stands at %d, want a new one at 0 for every trial", n)
	}
	gate := make(chan struct{}) // without it the first would be done before the last has started
	var wg sync.WaitGroup
	for range e.Goroutines {
		wg.Go(func() {
			<-gate
			for range e.Increments {
				c.Increment()
			}
		})
	}
	close(gate)
	wg.Wait()
	return c.Value(), nil
}

// Show runs the experiment and prints two sentences and a histogram: up to ten bars of equal width
// from 0, then one, marked, for the trials that lost nothing. In a notebook the histogram is also a
// picture. It returns what [Experiment.Run] does; in place of an error it prints a sentence and
// returns no result.
func (e Experiment) Show() Result {
	r, err := e.Run()
	if err != nil {
		fmt.Println("The experiment did not run.", err)
		return r
	}
	ended := "they ended between " + number(r.Least) + " and " + number(r.Greatest)
	if r.Least == r.Greatest {
		ended = "all ended at " + number(r.Least)
	}
	trials := show.Count(e.Trials, "trial")
	fmt.Printf("%s on %s: %d of %s lost updates.\n%s of %s each should end at %s; %s.\n",
		r.Counter, show.Count(r.Cores, "core"), r.Lost, trials,
		show.Count(e.Goroutines, "goroutine"), show.Count(e.Increments, "increment"), number(r.Expected), ended)
	all := []show.Bar{{Value: float64(e.Trials)}} // so that two experiments are drawn to one scale
	show.Bars(fmt.Sprintf("Where %s of %s ended (marked: nothing lost)", trials, r.Counter), r.bars(), all)
	return r
}

// bars returns the histogram. Its bars depend on Expected and not on the finals, so that two
// experiments can be laid side by side.
func (r Result) bars() []show.Bar {
	const parts = 10
	width := (r.Expected + parts - 1) / parts
	var bars []show.Bar
	bar := func(label string, low, high int, marked bool) { // counts the finals from low to high
		n := 0
		for _, final := range r.Finals {
			if low <= final && final <= high {
				n++
			}
		}
		bars = append(bars, show.Bar{Label: label, Value: float64(n), Highlight: marked})
	}
	for low := 0; low < r.Expected; low += width {
		high := min(low+width, r.Expected) - 1
		label := number(low) + " to " + number(high)
		if low == high {
			label = number(low)
		}
		bar(label, low, high, false)
	}
	bar(number(r.Expected), r.Expected, r.Expected, true)
	if r.Greatest > r.Expected { // only a wrong counter of one's own does that
		bar("over "+number(r.Expected), r.Expected+1, r.Greatest, false)
	}
	return bars
}

// check returns an error that names the first argument out of its range.
func (e Experiment) check() error {
	if e.Counter == nil {
		return errors.New("Counter: is missing; give one such as counter.New[counter.Mutex]")
	}
	for _, argument := range []struct {
		name             string
		value, low, high int
	}{
		{"Goroutines", e.Goroutines, 1, MaxGoroutines},
		{"Increments", e.Increments, 1, MaxIncrements},
		{"Trials", e.Trials, 1, MaxTrials},
		{"Cores", e.Cores, 0, runtime.NumCPU()},
	} {
		if argument.value < argument.low || argument.value > argument.high {
			return fmt.Errorf("%s: %d is out of range, want %d to %d",
				argument.name, argument.value, argument.low, argument.high)
		}
	}
	// Each is at most 10⁸, so the first product fits; the second may not, and a division does not overflow.
	if e.Goroutines*e.Increments > MaxIncrements/e.Trials {
		return fmt.Errorf("Goroutines × Increments × Trials: "+
			"%d × %d × %d is out of range, want at most %d, which take about a minute",
			e.Goroutines, e.Increments, e.Trials, MaxIncrements)
	}
	return nil
}

func number(n int) string { return show.Number(float64(n)) }
