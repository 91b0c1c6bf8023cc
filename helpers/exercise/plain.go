package exercise

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// onOneAndMore runs f with one core and then with all: some mistakes need the one, some the other.
func onOneAndMore(f func()) {
	cores := runtime.GOMAXPROCS(1)
	f()
	runtime.GOMAXPROCS(max(cores, 2))
	f()
	runtime.GOMAXPROCS(cores)
}

// tasksOf makes tasks that sleep so many seconds, and counts those that have ended.
func tasksOf(seconds ...int) (tasks []func(), ended *atomic.Int64) {
	ended = new(atomic.Int64)
	for _, s := range seconds {
		tasks = append(tasks, func() {
			time.Sleep(time.Duration(s) * time.Second)
			ended.Add(1)
		})
	}
	return tasks, ended
}

// drawn draws how many seconds some tasks take, more tasks than those of the inputs that a student sees.
func drawn(r *rand.Rand) (seconds []int) {
	for range 11 + r.IntN(9) {
		seconds = append(seconds, 1+r.IntN(9))
	}
	return seconds
}

// quick makes n tasks that end at once.
func quick(n int) (tasks []func(), ended *atomic.Int64) {
	ended = new(atomic.Int64)
	for range n {
		tasks = append(tasks, func() {
			runtime.Gosched()
			ended.Add(1)
		})
	}
	return tasks, ended
}

// inWords lists durations of tasks: "3 tasks of 1, 2 and 3 s".
func inWords(seconds []int) string {
	switch len(seconds) {
	case 0:
		return "no task"
	case 1:
		return fmt.Sprintf("1 task of %d s", seconds[0])
	}
	if slices.Min(seconds) == slices.Max(seconds) {
		return fmt.Sprintf("%d tasks of %d s each", len(seconds), seconds[0])
	}
	words := fmt.Sprint(seconds[0])
	for _, s := range seconds[1 : len(seconds)-1] {
		words += fmt.Sprint(", ", s)
	}
	return fmt.Sprintf("%d tasks of %s and %d s", len(seconds), words, seconds[len(seconds)-1])
}

// CheckStartAndWait checks a function that starts each task in a goroutine of its own and returns when all tasks have ended.
func CheckStartAndWait(startAll func(tasks []func())) {
	check("start-and-wait", startAll, true, func(t *trial) {
		inputs := [][]int{{1}, {1, 2, 3}, {3, 2, 1}, {60, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {}}
		t.hidden(3, func(r *rand.Rand) { inputs = append(inputs, drawn(r)) })
		for _, seconds := range inputs {
			t.stage("With %s", inWords(seconds))
			onOneAndMore(func() {
				for range 5 {
					t.bubble(func() {
						tasks, ended := tasksOf(seconds...)
						begin := time.Now()
						startAll(tasks)
						took := time.Since(begin)
						if n := int(ended.Load()); n != len(tasks) {
							t.wrong("it returned after %v, and %d of the %d tasks had ended.", took, n, len(tasks))
						}
						if want := longest(seconds); took > want {
							t.wrong("it took %v. At the same time, they take as long as the longest of them: %v.", took, want)
						}
					})
				}
			})
		}
		t.real("With 20 quick tasks on real goroutines", 20, func() {
			tasks, ended := quick(20)
			startAll(tasks)
			if n := ended.Load(); n != 20 {
				t.wrong("it returned when %d of them had ended.", n)
			}
		})
		t.praise("all tasks run at the same time, and it returns when the last one has ended.")
	})
}

func longest(seconds []int) time.Duration {
	if len(seconds) == 0 {
		return 0
	}
	return time.Duration(slices.Max(seconds)) * time.Second
}

// CheckNoSharing checks a function that runs each part in a goroutine of its own and returns the sum of what the parts return.
func CheckNoSharing(total func(parts []func() int) int) {
	check("no-sharing", total, true, func(t *trial) {
		type input struct {
			seconds []int
			first   int // what the first part returns, the second one more, and so on
		}
		inputs := []input{{[]int{1}, 10}, {[]int{1, 2, 3}, 10}, {[]int{3, 2, 1}, 10}, {[]int{1, 1, 1, 1, 1, 1, 1, 1}, 10}, {nil, 10}}
		t.hidden(3, func(r *rand.Rand) { inputs = append(inputs, input{drawn(r), 100 + r.IntN(1000)}) })
		for _, in := range inputs {
			seconds := in.seconds
			t.stage("With %s", strings.ReplaceAll(inWords(seconds), "task", "part"))
			onOneAndMore(func() {
				for range 5 {
					t.bubble(func() {
						var parts []func() int
						want := 0
						for i, s := range seconds {
							want += in.first + i
							parts = append(parts, func() int {
								time.Sleep(time.Duration(s) * time.Second)
								return in.first + i
							})
						}
						begin := time.Now()
						sum := total(parts)
						if sum != want {
							t.wrong("the sum is %d, not %d.", sum, want)
						}
						if took, want := time.Since(begin), longest(seconds); took > want {
							t.wrong("it took %v. At the same time, they take as long as the longest of them: %v.", took, want)
						}
					})
				}
			})
		}
		t.real("With 20 quick parts on real goroutines", 20, func() {
			parts := slices.Repeat([]func() int{func() int { runtime.Gosched(); return 1 }}, 20)
			if sum := total(parts); sum != 20 {
				t.wrong("the sum is %d, not 20.", sum)
			}
		})
		t.praise("the sum is right, the parts run at the same time, and the race detector is silent.")
	})
}

// CheckPool checks a function that runs all tasks, at most limit at the same time, as many as may be, and returns when all have ended.
func CheckPool(pool func(limit int, tasks []func())) {
	check("pool", pool, true, func(t *trial) {
		type input struct {
			limit   int
			seconds []int
		}
		inputs := []input{
			{1, []int{1}}, {1, []int{1, 1, 1}}, {2, []int{1, 1, 1, 1, 1}}, {3, slices.Repeat([]int{1}, 10)}, {2, []int{9, 1, 1, 1, 1}},
			{3, []int{2, 5, 1, 1, 4, 1, 3}}, {5, []int{1, 1}}, {3, nil},
		}
		t.hidden(3, func(r *rand.Rand) { inputs = append(inputs, input{4 + r.IntN(5), drawn(r)}) })
		for _, in := range inputs {
			t.stage("With a limit of %d and %s", in.limit, inWords(in.seconds))
			onOneAndMore(func() {
				for range 3 {
					t.bubble(func() { t.pool(pool, in.limit, in.seconds) })
				}
			})
		}
		t.real("With a limit of 4 and 40 quick tasks on real goroutines", 20, func() {
			tasks, ended := quick(40)
			pool(4, tasks)
			if n := ended.Load(); n != 40 {
				t.wrong("it returned when %d of them had ended.", n)
			}
		})
		t.praise("never more than the limit at once, never fewer while tasks wait, and nothing is left behind.")
	})
}

// pool is one run of a pool in a bubble.
func (t *trial) pool(pool func(limit int, tasks []func()), limit int, seconds []int) {
	var running, ended, begun atomic.Int64
	var tasks []func()
	begin := time.Now()
	for _, s := range seconds {
		tasks = append(tasks, func() {
			begun.Add(1)
			if n := int(running.Add(1)); n > limit {
				t.wrong("%d tasks were running at once.", n)
			}
			time.Sleep(time.Duration(s) * time.Second)
			running.Add(-1)
			ended.Add(1)
		})
	}
	// Tasks take whole seconds, so at the half of one everybody who could begin has begun.
	stop := make(chan bool)
	var watch sync.WaitGroup
	watch.Go(func() {
		for after := time.Second / 2; ; after += time.Second {
			select {
			case <-stop:
				return
			case <-time.After(time.Until(begin.Add(after))):
			}
			if n, waiting := int(running.Load()), len(tasks)-int(begun.Load()); n < limit && waiting > 0 {
				t.wrong("after %v only %s running, and %s waiting.", after, isAre(n, "task"), isAre(waiting, "task"))
			}
		}
	})
	pool(limit, tasks)
	if n := int(ended.Load()); n != len(tasks) {
		t.wrong("it returned after %v, and %d of the %d tasks had ended.", time.Since(begin), n, len(tasks))
	}
	close(stop)
	watch.Wait()
	if n := int(begun.Load()); n != len(tasks) {
		t.wrong("there are %d tasks, and %d times one was run.", len(tasks), n)
	}
}

func isAre(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return fmt.Sprintf("%d %ss were", n, noun)
}

// Errors that tasks of CheckFirstError return.
var (
	errFirst  = errors.New("no connection")
	errSecond = errors.New("disk full")
)

// CheckFirstError checks a function that starts all tasks at once, cancels the context of the others as soon as one fails, waits until all
// have ended, and returns the first error; nil if there was none. When ctx is cancelled, so are the tasks.
func CheckFirstError(runAll func(ctx context.Context, tasks []func(context.Context) error) error) {
	type task = func(context.Context) error
	check("first-error", runAll, true, func(t *trial) {
		var ended atomic.Int64
		// A task that takes so long, and returns err; obeys says whether it ends when it is cancelled.
		takes := func(d time.Duration, err error, obeys bool) task {
			return func(ctx context.Context) error {
				defer ended.Add(1)
				cancelled := ctx.Done()
				if !obeys {
					cancelled = nil
				}
				select {
				case <-time.After(d):
					return err
				case <-cancelled:
					return ctx.Err()
				}
			}
		}
		s := time.Second
		type input struct {
			stage  string
			tasks  []task
			cancel time.Duration // when ctx is cancelled; 0 for never
			want   error
			at     time.Duration
		}
		inputs := []input{
			{"With 3 tasks of 1, 2 and 3 s that all succeed", []task{takes(s, nil, true), takes(2*s, nil, true), takes(3*s, nil, true)}, 0, nil, 3 * s},
			{"With no task", nil, 0, nil, 0},
			{"With a task that fails after 1 s and two that take an hour unless they are cancelled",
				[]task{takes(time.Hour, nil, true), takes(s, errFirst, true), takes(time.Hour, nil, true)}, 0, errFirst, s},
			{"With two tasks that both fail, after 1 s and after 2 s", []task{takes(2*s, errSecond, false), takes(s, errFirst, false)}, 0, errFirst, 2 * s},
			{"With two tasks that both fail, after 1 s and after 2 s", []task{takes(s, errFirst, false), takes(2*s, errSecond, false)}, 0, errFirst, 2 * s},
			{"With a task that fails after 1 s and one that ends after 5 s, whether it is cancelled or not",
				[]task{takes(s, errFirst, true), takes(5*s, nil, false)}, 0, errFirst, 5 * s},
			{"With 10 tasks that fail, after 1 to 10 s, whether they are cancelled or not", func() (all []task) {
				for i := range 10 {
					err := errSecond
					if i == 0 {
						err = errFirst
					}
					all = append(all, takes(time.Duration(i+1)*s, err, false))
				}
				return all
			}(), 0, errFirst, 10 * s},
			{"With two tasks that take an hour, and ctx is cancelled after 1 s", []task{takes(time.Hour, nil, true), takes(time.Hour, nil, true)}, s, context.Canceled, s},
		}
		t.hidden(3, func(r *rand.Rand) {
			fails, stays, others := time.Duration(1+r.IntN(20))*s, time.Duration(1+r.IntN(20))*s, 2+r.IntN(5)
			err := fmt.Errorf("error %d", r.IntN(1000))
			tasks := append(slices.Repeat([]task{takes(time.Hour, nil, true)}, others), takes(fails, err, true), takes(stays, nil, false))
			r.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
			inputs = append(inputs, input{fmt.Sprintf("With a task that fails after %v, one that ends after %v, whether it is cancelled or not, and %d that take an hour unless they are cancelled",
				fails, stays, others), tasks, 0, err, max(fails, stays)})
		})
		for _, in := range inputs {
			t.stage("%s", in.stage)
			onOneAndMore(func() {
				t.bubble(func() {
					ended.Store(0)
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					if in.cancel > 0 {
						time.AfterFunc(in.cancel, cancel)
					}
					begin := time.Now()
					err := runAll(ctx, in.tasks)
					took := time.Since(begin)
					switch n := int(ended.Load()); {
					case in.want == nil && err != nil:
						t.wrong("it returned the error %q, not nil.", err)
					case !errors.Is(err, in.want):
						t.wrong("it returned %v, not the first error, which is %q.", quoted(err), in.want)
					case n != len(in.tasks):
						t.wrong("it returned after %v, and %s still running.", took, isAre(len(in.tasks)-n, "task"))
					case took != in.at:
						t.wrong("it took %v, not %v.", took, in.at)
					}
				})
			})
		}
		t.real("With 20 tasks that fail at once, on real goroutines", 10, func() {
			tasks := slices.Repeat([]task{func(context.Context) error { return errFirst }}, 20)
			if err := runAll(context.Background(), tasks); !errors.Is(err, errFirst) {
				t.wrong("it returned %v, not %q.", quoted(err), errFirst)
			}
		})
		t.praise("it returns the first error, the others were cancelled, and all have ended.")
	})
}

func quoted(err error) string {
	if err == nil {
		return "nil"
	}
	return fmt.Sprintf("%q", err)
}

// CheckLimiter checks a rate limiter. newLimiter returns a function that many goroutines call before they do something; of these calls, one
// returns at once, and after that one every interval. A time in which nobody called is not saved up.
func CheckLimiter(newLimiter func(every time.Duration) (wait func())) {
	check("limiter", newLimiter, true, func(t *trial) {
		const usual = 100 * time.Millisecond
		// One caller: to the nanosecond, as time is virtual.
		calls := func(when string, wait func(), every time.Duration) {
			begin := time.Now()
			for i := range 4 {
				wait()
				switch at, want := time.Since(begin), time.Duration(i)*every; {
				case at < want:
					t.wrong("%s, call %d returned after %v, too early: not before %v.", when, i+1, at, want)
				case at > want:
					t.wrong("%s, call %d returned after %v, too late: after %v it is free to go.", when, i+1, at, want)
				}
			}
		}
		intervals := []time.Duration{usual}
		t.hidden(3, func(r *rand.Rand) {
			intervals = append(intervals, time.Duration(101+r.IntN(800))*time.Millisecond)
		})
		for _, every := range intervals {
			t.stage("One every %d ms, and one goroutine that calls", every.Milliseconds())
			t.bubble(func() {
				wait := newLimiter(every)
				calls("at the start", wait, every)
				for _, pause := range []time.Duration{10 * every, every * 13 / 10, time.Hour} {
					time.Sleep(pause)
					calls(fmt.Sprintf("after a pause of %v", pause), wait, every)
				}
			})
		}
		t.stage("Two limiters")
		t.bubble(func() {
			a, b := newLimiter(usual), newLimiter(2*usual)
			begin := time.Now()
			a()
			b()
			if took := time.Since(begin); took > 0 {
				t.wrong("the second had to wait for the first: each has its own time.")
			}
		})
		// Many callers, in real time, as one may hold a mutex while it sleeps. Being late is the machine's fault; being early is not.
		const short, callers = 10 * time.Millisecond, 6
		t.real("One every 10 ms, and 6 goroutines that call at once", 4, func() {
			wait := newLimiter(short)
			begin := time.Now()
			var mu sync.Mutex
			var returned []time.Duration
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					wait()
					mu.Lock()
					returned = append(returned, time.Since(begin))
					mu.Unlock()
				})
			}
			wg.Wait()
			for i, at := range returned {
				if want := time.Duration(i) * short; at < want {
					t.wrong("after %.1f ms already %d calls had returned. That is too early for the last of them: not before %v.",
						float64(at)/1e6, i+1, want)
				}
			}
		})
		t.praise("the first goes at once, the others one an interval, and a pause is not saved up.")
	})
}

// A Page is a page of a book, for CheckWordCount.
type Page struct {
	text string
	cost time.Duration // that it takes to read, where time is virtual
}

// Words are the words on the page, in order.
func (p Page) Words() iter.Seq[string] {
	return func(yield func(string) bool) {
		time.Sleep(p.cost)
		for word := range strings.FieldsSeq(p.text) {
			if !yield(word) {
				return
			}
		}
	}
}

func countSerially(pages []Page) map[string]int {
	counts := map[string]int{}
	for _, page := range pages {
		for word := range page.Words() {
			counts[word]++
		}
	}
	return counts
}

// CheckWordCount checks a function that counts how often each word stands on the pages. On two cores or more it must be faster than one
// goroutine; on one core its speed is not asked for.
func CheckWordCount(count func(pages []Page) map[string]int) {
	check("word-count", count, true, func(t *trial) {
		inputs := [][]Page{
			{{text: "to be or not to be"}}, nil, {{}}, {{text: "a b"}, {text: "b c"}, {text: "c d"}}, {{text: "one two  three"}, {text: "\n"}, {text: "\tfour one"}},
			book(7, 3, 0), book(101, 7, 0), book(64, 5, 0),
		}
		t.hidden(3, func(r *rand.Rand) {
			inputs = append(inputs, bookOf(rand.NewPCG(r.Uint64(), 0), fmt.Sprint("w", r.IntN(1000), "-"), 102+r.IntN(90), 1+r.IntN(9), 0))
		})
		for _, pages := range inputs {
			t.stage("With %s", several(len(pages), "page"))
			t.sameCounts(count(slices.Clone(pages)), pages)
		}
		small := book(200, 10, 0)
		t.real("With 200 pages on real goroutines", 5, func() { t.sameCounts(count(slices.Clone(small)), small) })
		if runtime.NumCPU() < 2 {
			t.praise("the counts are right. How fast it is was not asked: this machine has one core.")
			return
		}
		slow := book(40, 5, time.Second)
		t.stage("With 40 pages that take 1 s each")
		t.bubble(func() {
			begin := time.Now()
			t.sameCounts(count(slow), slow)
			if took := time.Since(begin); took > 30*time.Second {
				t.wrong("it took %v, and one goroutine takes 40s. Two that share the work take about 20s.", took)
			}
		})
		t.praise("the counts are right, and several goroutines share the work.")
		if !raceDetector { // with which all is slower
			t.stage("With 2,000 pages")
			t.faster(count, book(2000, 50, 0))
		}
	})
}

// faster measures a count against one goroutine's. A machine that is busy with other things shows nothing: so it is only wrong when two
// goroutines that do the very same in between are faster, ten times.
func (t *trial) faster(count func([]Page) map[string]int, pages []Page) {
	serial, yours := time.Hour, time.Hour
	var possible []time.Duration
	for begin, round := time.Now(), 0; time.Since(begin) < time.Second && t.left() > 0; round++ {
		serial = min(serial, timeOf(func() { countSerially(pages) }))
		possible = append(possible, timeOf(func() {
			var wg sync.WaitGroup
			for half := range slices.Chunk(pages, len(pages)/2) {
				wg.Go(func() { countSerially(half) })
			}
			wg.Wait()
		}))
		yours = min(yours, timeOf(func() { count(pages) }))
		if round >= 5 && yours < serial*8/10 {
			break
		}
	}
	slices.Sort(possible)
	ratio := float64(yours) / float64(serial)
	switch {
	case ratio < 0.9:
		t.praise("On this machine it takes %.2f of the time of one goroutine.", ratio)
	case len(possible) < 10 || possible[9] > serial*3/4:
		if t.order.Seed != 0 { // a grade must not hang on what else the machine does
			t.undecided("The counts are right, and how fast it is could not be measured: the machine is busy with other things.")
		}
		t.praise("How fast it is could not be measured: the machine is busy with other things.")
	default:
		t.wrong("the counts are right, but it is not faster: it takes %.2f of the time of one goroutine. What do the others wait for?", ratio)
	}
}

func timeOf(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

// sameCounts ends the trial unless the counts are those of the pages.
func (t *trial) sameCounts(counts map[string]int, pages []Page) {
	want := map[string]int{}
	for _, page := range pages {
		for word := range strings.FieldsSeq(page.text) {
			want[word]++
		}
	}
	for _, word := range slices.Sorted(maps.Keys(want)) {
		if counts[word] != want[word] {
			t.wrong("the word %q is there %s, and the count says %d.", word, timesOf(want[word]), counts[word])
		}
	}
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		if want[word] == 0 {
			t.wrong("it counts %q, which is not there.", word)
		}
	}
}

// book is so many pages of so many words each, the same ones each time. Some words are frequent and many rare, as in a language.
func book(pages, words int, cost time.Duration) []Page {
	return bookOf(rand.NewPCG(1, 2), "word", pages, words, cost)
}

func bookOf(source rand.Source, stem string, pages, words int, cost time.Duration) []Page {
	zipf := rand.NewZipf(rand.New(source), 1.2, 3, 500)
	all := make([]Page, pages)
	for i := range all {
		page := make([]string, words)
		for j := range page {
			page[j] = fmt.Sprint(stem, zipf.Uint64())
		}
		all[i] = Page{text: strings.Join(page, " "), cost: cost}
	}
	return all
}
