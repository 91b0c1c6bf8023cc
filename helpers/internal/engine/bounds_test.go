package engine

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Where not all is seen, that is said, and so is the bound; what was seen is right.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"states", Options{States: 100, Time: time.Minute}, "at 100 states"},
		{"time", Options{Time: 50 * time.Millisecond}, "after 0.1 s"},
		{"memory", Options{Memory: 1 << 20, Time: time.Minute}, "at 1 MB of memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			begin := time.Now()
			r, err := load1(t, counterSource(4, 20)).Explore(c.o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Complete || r.Stopped != c.want || r.Interleavings != nil {
				t.Errorf("complete %v, %q, %v interleavings", r.Complete, r.Stopped, r.Interleavings)
			}
			// 4 × 20 has far more states than any of the bounds allows, so it would go on for
			// minutes.
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			for _, o := range r.Outcomes {
				run, err := load1(t, counterSource(4, 20)).Follow(o.Schedule, false)
				if err != nil || run.Outcome.Output != o.Output {
					t.Errorf("%s: ends with %+v %v, not with %q", o.Schedule, run, err, o.Output)
				}
			}
		})
	}
}

// The process stays below 1 GB, whatever is explored.
func TestMemoryBound(t *testing.T) {
	if testing.Short() {
		t.Skip("fills some hundred megabytes")
	}
	p := load1(t, counterSource(6, 30))
	r, err := p.Explore(Options{States: 1 << 30, Time: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d states, stopped %s, %d MB from the system", r.States, r.Stopped, m.Sys>>20)
	if m.Sys > 1<<30 {
		t.Errorf("%d MB from the system", m.Sys>>20)
	}
}

// Two goroutines that add 30 times: the least is 2 where all was seen, and never less.
func TestLongCounter(t *testing.T) {
	if os.Getenv("COURSE_LONG") == "" {
		t.Skip("takes minutes and 2 GB; make test-long runs it")
	}
	r, err := load1(t, counterSource(2, 30)).Explore(Options{States: 10_000_000, Time: time.Hour, Memory: 8 << 30})
	if err != nil {
		t.Fatal(err)
	}
	least, greatest, ok := Extremes(r.Outcomes)
	if !r.Complete || !ok || least != "2" || greatest != "60" {
		t.Errorf("complete %v, from %s to %s", r.Complete, least, greatest)
	}
	t.Logf("%d states, %v interleavings, %v", r.States, r.Interleavings, r.Took)
}

// The lesson's 5 × 10,000 ends at exactly 2 by a schedule of nine moves.
func TestLeast(t *testing.T) {
	p := load1(t, counterSource(5, 10_000))
	schedule, err := ParseSchedule("A B:19998 C:20000 D:20000 E:20000 A B A:19998 B")
	if err != nil {
		t.Fatal(err)
	}
	run, err := p.Follow(schedule, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(run.Outcome.Output); got != "Final counter value: 2" {
		t.Errorf("it ends with %q", got)
	}
}
