package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/trace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/internal/canvas/canvastest"
	"example.com/multithreading/helpers/show"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// onCores sets the number of cores for a test.
func onCores(t *testing.T, n int) {
	old := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
}

// named finds a goroutine of a timeline.
func named(t *testing.T, tl Timeline, name string) Goroutine {
	t.Helper()
	for _, g := range tl.Goroutines {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no goroutine %q in %+v", name, tl.Goroutines)
	return Goroutine{}
}

// lesson is the lesson's 5 × 10,000 with a yield.
func lesson(each int) func() {
	return func() {
		var wg sync.WaitGroup
		var counter atomic.Int64
		for i := range 5 {
			wg.Go(func() {
				Name(string(rune('A' + i)))
				for range each {
					n := counter.Load() + 1
					runtime.Gosched()
					counter.Store(n)
				}
			})
		}
		wg.Wait()
	}
}

func TestOneCoreIsShared(t *testing.T) {
	onCores(t, 1)
	tl := Record(lesson(10_000))
	// Record sees every goroutine that runs: once in hundreds of runs one of a library was among them, a seventh.
	sum := 0
	var ours []Goroutine
	want := []string{"main", "A", "B", "C", "D", "E"}
	for _, g := range tl.Goroutines {
		sum += g.Turns
		if slices.Contains(want, g.Name) {
			ours = append(ours, g)
		}
	}
	if tl.Err != nil || len(tl.Cores) != 1 || tl.AtOnce != 1 || len(ours) != len(want) {
		t.Fatalf("%v: %d cores, %d at once, %+v", tl.Err, len(tl.Cores), tl.AtOnce, tl.Goroutines)
	}
	for i, g := range ours {
		if g.Name != want[i] {
			t.Errorf("goroutine %d is %s, want %s", i, g.Name, want[i])
		}
		if total := g.In[Running] + g.In[Waiting] + g.In[Blocked]; total > tl.Duration {
			t.Errorf("%s: %v in three states of %v", g.Name, total, tl.Duration)
		}
	}
	// Each Gosched ends a turn; a few more end where Go takes the core away.
	if sum < 50_005 || sum > 51_000 || sum != tl.Cores[0].Turns {
		t.Errorf("%d turns of goroutines, %d of the core, want about 50,005", sum, tl.Cores[0].Turns)
	}
	if tl.Cores[0].Busy > tl.Duration || tl.Cores[0].Busy <= 0 {
		t.Errorf("busy %v of %v", tl.Cores[0].Busy, tl.Duration)
	}
	// Other programs use the machine too, and the race detector takes two to twenty times as long: the fastest of three counts.
	f, g := tl.Figure(), tl.FigureGoroutines()
	fastest := time.Hour
	for range 3 {
		began := time.Now()
		f, g = tl.Figure(), tl.FigureGoroutines()
		fastest = min(fastest, time.Since(began))
	}
	if fastest > 500*time.Millisecond {
		t.Errorf("drawing took %v", fastest)
	}
	checkFigure(t, f)
	checkFigure(t, g)
	if !strings.Contains(f.SVG, "The first 200 of ") || !strings.Contains(f.Alt, "at most 1 ran at the same moment") {
		t.Errorf("%s", f.Alt)
	}
}

func TestTwoCoresRunTwoAtOnce(t *testing.T) {
	onCores(t, 2)
	tl := Record(func() {
		var here atomic.Int64
		var wg sync.WaitGroup
		for _, name := range []string{"A", "B"} {
			wg.Go(func() {
				Name(name)
				here.Add(1)
				for here.Load() < 2 { // neither goes on before both run
				}
				for n := range 1_000_000 {
					here.Add(int64(n & 2))
				}
			})
		}
		wg.Wait()
	})
	if tl.Err != nil || len(tl.Cores) != 2 || tl.AtOnce != 2 {
		t.Fatalf("%v: %d cores, %d at once", tl.Err, len(tl.Cores), tl.AtOnce)
	}
	if tl.Cores[0].Turns == 0 || tl.Cores[1].Turns == 0 {
		t.Errorf("%+v", tl.Cores)
	}
	checkFigure(t, tl.Figure())
	if alt := tl.Figure().Alt; !strings.Contains(alt, "at most 2 ran at the same moment") || !strings.Contains(alt, "Core 1: ") {
		t.Errorf("%s", alt)
	}
}

func TestBlockedGoroutinesOverlap(t *testing.T) {
	onCores(t, 1)
	tl := Record(func() {
		var wg sync.WaitGroup
		gate := make(chan int)
		var arrived atomic.Int64 // one core, so that who has arrived blocks before anyone else moves
		for range 3 {
			wg.Go(func() {
				arrived.Add(1)
				<-gate
			})
		}
		for arrived.Load() < 3 {
			runtime.Gosched()
		}
		close(gate)
		wg.Wait()
		time.Sleep(5 * time.Millisecond)
	})
	if tl.Err != nil || tl.BlockedAtOnce < 3 {
		t.Errorf("%v: %d blocked at once", tl.Err, tl.BlockedAtOnce)
	}
	for _, name := range []string{"G1", "G2", "G3"} {
		if g := named(t, tl, name); g.On != "chan receive" || g.In[Blocked] <= 0 {
			t.Errorf("%+v", g)
		}
	}
	if g := named(t, tl, "main"); g.On != "sleep" || g.In[Blocked] < 5*time.Millisecond {
		t.Errorf("%+v", g)
	}
	if svg := tl.FigureGoroutines().SVG; strings.Count(svg, "stroke-dasharray") < 2 {
		t.Error("nothing is drawn as blocked")
	}
}

func TestGoroutineFromBeforeIsSeen(t *testing.T) {
	ask, answer := make(chan int), make(chan int)
	go func() {
		defer close(answer)
		for n := range ask {
			answer <- n
		}
	}()
	tl := Record(func() {
		for n := range 10 {
			ask <- n
			<-answer
		}
	})
	close(ask)
	<-answer
	if g := named(t, tl, "G1"); g.Turns < 1 || len(tl.Goroutines) != 2 {
		t.Errorf("%+v", tl.Goroutines)
	}
}

func TestShortSystemCallsDoNotEndATurn(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	const calls = 2000
	tl := Record(func() {
		for range calls {
			null.Write([]byte("x"))
		}
	})
	if g := named(t, tl, "main"); g.Turns > calls/2 || g.In[Running] <= 0 || g.In[Blocked] < 0 {
		t.Errorf("%+v", g)
	}
}

// Requests to a server make system calls of every length, down to none that the clock can see. That once broke the reading in one trace of four.
func TestSystemCallsOfNoLength(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }))
	defer server.Close()
	client := server.Client()
	defer client.CloseIdleConnections()
	for range 20 {
		line := Record(func() {
			var wg sync.WaitGroup
			for range 6 {
				wg.Go(func() {
					if response, err := client.Get(server.URL); err == nil {
						io.Copy(io.Discard, response.Body)
						response.Body.Close()
					}
				})
			}
			wg.Wait()
		})
		if line.Err != nil || len(line.Cores) == 0 {
			t.Fatal(line.Err)
		}
	}
}

func TestNamedGoroutinesComeFirst(t *testing.T) {
	tl := Record(func() {
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if i >= 18 {
					Name(string(rune('A' + i - 18)))
				}
			})
		}
		wg.Wait()
	})
	f := tl.FigureGoroutines()
	var names []string
	for _, row := range f.Rows {
		names = append(names, row[0])
	}
	if got := strings.Join(names, ", "); got != "main, A, B, 18 more" && got != "main, B, A, 18 more" {
		t.Errorf("rows %s", got)
	}
	checkFigure(t, f)
	checkFigure(t, tl.Figure())
}

func TestNothingRecorded(t *testing.T) {
	tl := Record(func() {})
	if tl.Err != nil || len(tl.Goroutines) != 1 || tl.Goroutines[0].Turns != 1 || tl.AtOnce > 1 {
		t.Errorf("%+v", tl)
	}
	checkFigure(t, tl.Figure())
	checkFigure(t, tl.FigureGoroutines())
	Timeline{}.Show() // prints nothing, and does not panic
	checkFigure(t, Timeline{}.Figure())
	checkFigure(t, Timeline{}.FigureGoroutines())
}

func TestTraceThatIsRunningIsTold(t *testing.T) {
	if err := trace.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	ran := false
	tl := Record(func() { ran = true })
	trace.Stop()
	if !ran || tl.Err == nil || !strings.Contains(tl.Err.Error(), "already running") {
		t.Errorf("ran %v: %v", ran, tl.Err)
	}
	var inner Timeline
	ran = false
	outer := Record(func() { inner = Record(func() { ran = true }) })
	if !ran || inner.Err == nil || !strings.Contains(inner.Err.Error(), "another recording") || outer.Err != nil {
		t.Errorf("ran %v: %v, %v", ran, inner.Err, outer.Err)
	}
}

func TestPanicPassesOnAndTraceStops(t *testing.T) {
	oh := errors.New("oh")
	func() {
		defer func() {
			if p := recover(); p != oh {
				t.Errorf("panic %v", p)
			}
		}()
		Record(func() { panic(oh) })
	}()
	if trace.IsEnabled() {
		t.Error("the trace goes on")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Record(runtime.Goexit)
		t.Error("Goexit did not pass on")
	}()
	<-done
	if tl := Record(func() {}); tl.Err != nil {
		t.Errorf("after a panic and a Goexit: %v", tl.Err)
	}
}

func TestRecordingHasBounds(t *testing.T) {
	bytes, long := maxBytes, maxTime
	defer func() { maxBytes, maxTime = bytes, long }()
	untilStopped := func() {
		for trace.IsEnabled() {
			runtime.Gosched()
		}
	}
	maxBytes = 1 << 20
	tl := Record(untilStopped)
	if tl.Err == nil || !strings.Contains(tl.Err.Error(), "limit of 1 MB") || len(tl.Goroutines) == 0 || tl.Goroutines[0].Turns < 1000 {
		t.Errorf("%v: %+v", tl.Err, tl.Goroutines)
	}
	maxBytes, maxTime = bytes, 20*time.Millisecond
	tl = Record(untilStopped)
	if tl.Err == nil || !strings.Contains(tl.Err.Error(), "ends after 20ms") || tl.Duration < 10*time.Millisecond {
		t.Errorf("%v: %v", tl.Err, tl.Duration)
	}
}

func TestBrokenTraceIsTold(t *testing.T) {
	var whole bytes.Buffer
	if err := trace.Start(&whole); err != nil {
		t.Fatal(err)
	}
	lesson(100)()
	trace.Stop()
	for _, n := range []int{0, 10, whole.Len() / 2} {
		if tl := read(bytes.NewBuffer(whole.Bytes()[:n]), 2); tl.Err == nil {
			t.Errorf("%d of %d bytes: no error", n, whole.Len())
		}
	}
}

// madeUp is a timeline of random turns on many cores.
func madeUp(random *rand.Rand, cores, goroutines, turns int) Timeline {
	tl := Timeline{Cores: make([]Core, cores), Duration: time.Duration(turns) * 100, AtOnce: cores}
	for i := range goroutines {
		tl.Goroutines = append(tl.Goroutines, Goroutine{Name: strconv.Itoa(i) + canvastest.Hostile})
	}
	at := make([]int64, goroutines)
	for range turns {
		g := random.IntN(goroutines)
		length := random.Int64N(200)
		s := span{start: at[g], end: at[g] + length, goroutine: int32(g), core: -1, state: State(random.IntN(3))}
		at[g] = s.end
		if s.state == Running {
			s.core = int16(random.IntN(cores))
			tl.Cores[s.core].Turns++
			tl.Goroutines[g].Turns++
		}
		tl.Goroutines[g].In[s.state] += time.Duration(length)
		tl.Duration = max(tl.Duration, time.Duration(s.end))
		tl.spans = append(tl.spans, s)
	}
	return tl
}

func TestPicturesAreBoundedAndWellFormed(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range [][3]int{{1, 1, 1}, {1, 2, 39}, {2, 6, 300}, {2, 6, 100_000}, {8, 12, 100_000}, {64, 1000, 100_000}, {3, 50, 1000}} {
		tl := madeUp(random, c[0], c[1], c[2])
		began := time.Now()
		checkFigure(t, tl.Figure())
		checkFigure(t, tl.FigureGoroutines())
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("%v: %v", c, d)
		}
	}
}

// checkFigure tests what every picture must be: XML, small, without ids, described, with a bounded table.
func checkFigure(t *testing.T, f show.Figure) {
	t.Helper()
	if len(f.SVG) > maxPicture || len(f.Rows) > maxCores+maxLanes+1 || len(f.Alt) > 5000 || f.Caption == "" || !strings.Contains(f.Alt, "at the same moment") {
		t.Errorf("%d bytes, %d rows, %d bytes of description, caption %q", len(f.SVG), len(f.Rows), len(f.Alt), f.Caption)
	}
	canvastest.Check(t, f.SVG)
	for _, row := range f.Rows {
		if len(row) != len(f.Header) {
			t.Errorf("row %q", row)
		}
	}
}

func TestPictures(t *testing.T) {
	few := madeUp(rand.New(rand.NewPCG(1, 2)), 2, 4, 30)
	canvastest.Golden(t, "cores", few.Figure().SVG)
	canvastest.Golden(t, "goroutines", few.FigureGoroutines().SVG)
	canvastest.Golden(t, "many", madeUp(rand.New(rand.NewPCG(1, 2)), 2, 6, 1000).Figure().SVG)
}

// Beside a longer one, what a goroutine did takes as much of the picture as it does of the longer time.
func TestPicturesToBeComparedShareAScale(t *testing.T) {
	line := func(ms int64) Timeline {
		end := ms * 1e6
		return Timeline{Duration: time.Duration(end), Goroutines: []Goroutine{{Name: "main"}}, Cores: []Core{{Turns: 1}},
			spans: []span{{0, end, 0, 0, Running}}}
	}
	for name, picture := range map[string]func(t Timeline, others ...Timeline) show.Figure{
		"cores": Timeline.Figure, "goroutines": Timeline.FigureGoroutines,
	} {
		alone, beside := picture(line(10)).SVG, picture(line(10), line(40)).SVG
		if !strings.Contains(alone, "h750v") || strings.Contains(beside, "h750v") || !strings.Contains(beside, "h187.5v") && !strings.Contains(beside, "h188v") {
			t.Errorf("%s: 10 of 40 ms do not take a quarter of 750 pixels:\n%s", name, beside)
		}
	}
}

// Times of a table have one unit, and no share beside them.
func TestTimesOfATableHaveOneUnit(t *testing.T) {
	line := Timeline{Duration: 303 * time.Millisecond, Goroutines: []Goroutine{{Name: "main", Turns: 1300, In: [3]time.Duration{276_000, 17_900, 302_900_000}}}}
	if got := strings.Join(line.FigureGoroutines().Rows[0], "|"); got != "main|1,300|0.28|0.02|303|" {
		t.Error(got)
	}
}

func TestCoarseKeepsShortRuns(t *testing.T) {
	spans := []span{{0, 500, 0, -1, Blocked}, {500, 501, 0, 0, Running}, {501, 1000, 0, -1, Blocked}}
	got := coarse(spans, 1000, 10)
	if len(got) != 3 || got[0].state != Blocked || got[1].state != Running || got[1].start != 500 || got[1].end != 600 || got[2].end != 1000 {
		t.Errorf("%+v", got)
	}
	if got := coarse(nil, 0, 10); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestSpreadAddsUp(t *testing.T) {
	had := make([]float64, 7)
	spread(had, 10, 90, 100)
	spread(had, 90, 100, 100)
	sum := 0.0
	for _, h := range had {
		sum += h
	}
	if math.Abs(sum-7*0.9) > 1e-9 || had[6] < 0.999 {
		t.Errorf("%v: %v", sum, had)
	}
}

// BenchmarkRecordAndDraw measures the reading of a record, beyond the time that was recorded, and the drawing of its picture.
func BenchmarkRecordAndDraw(b *testing.B) {
	var reading, drawing time.Duration
	size := 0
	for range b.N {
		began := time.Now()
		tl := Record(lesson(10_000))
		reading += time.Since(began) - tl.Duration
		began = time.Now()
		size = len(tl.Figure().SVG)
		drawing += time.Since(began)
	}
	b.ReportMetric(float64(reading.Nanoseconds())/float64(b.N), "ns-reading")
	b.ReportMetric(float64(drawing.Nanoseconds())/float64(b.N), "ns-drawing")
	b.ReportMetric(float64(size), "bytes")
}
