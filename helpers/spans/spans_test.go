package spans_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/canvas/canvastest"
	"example.com/multithreading/helpers/spans"
)

func Example() {
	inTurn, _ := spans.Read("in turn", "A 0.0 0.1\nB 0.1 0.2\n")
	together, _ := spans.Read("together", "A 0.0 0.1\nB 0.0 0.1\n")
	spans.Show("Two workers, twice", inTurn, together)
	// Output:
	// Two workers, twice
	//             took  two or more at once
	// in turn   200 ms                  0 %
	// together  100 ms                100 %
}

func ExampleFastest() {
	takes := func(name string, seconds ...float64) func() (spans.Run, error) {
		return func() (spans.Run, error) {
			run := spans.Run{Name: name, Spans: []spans.Span{{Worker: "A", End: seconds[0]}}}
			seconds = seconds[1:]
			return run, nil
		}
	}
	missing := func() (spans.Run, error) { return spans.Run{}, errors.New("python3 is not on this machine") }
	for _, run := range spans.Fastest(3, missing, takes("first", 5, 4, 6), missing, takes("second", 1, 2, 3)) {
		fmt.Println(run.Name, run.Took())
	}
	fmt.Println(spans.Fastest(3, missing, missing))
	// Output:
	// python3 is not on this machine
	// first 4
	// second 1
	// python3 is not on this machine
	// []
}

func TestReadSaysWhatItCannotRead(t *testing.T) {
	for _, text := range []string{"A 1", "A 1 2 3", "A x 2", "A 1 x"} {
		if run, err := spans.Read("run", text); err == nil || !strings.HasPrefix(err.Error(), "run: ") || len(run.Spans) > 0 {
			t.Errorf("%q: %v, %v", text, run, err)
		}
	}
	if run, err := spans.Read("run", "\n  B 1.5 2e0 \n\n"); err != nil || len(run.Spans) != 1 || run.Spans[0] != (spans.Span{Worker: "B", Begin: 1.5, End: 2}) {
		t.Errorf("%v, %v", run, err)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestTookAndTogether(t *testing.T) {
	for _, test := range []struct {
		text           string
		took, together float64
	}{
		{"", 0, 0},
		{"A 5 5", 0, 0},
		{"A 5 6", 1, 0},
		{"A 5 6\nB 6 7", 2, 0},
		{"A 5 7\nB 6 8", 3, 1. / 3},
		{"A 5 9\nB 6 7\nB 7 8", 4, 0.5},
		{"B 0 1\nC 0 1\nA 0 1", 1, 1},
	} {
		run, err := spans.Read("", test.text)
		if err != nil {
			t.Fatal(err)
		}
		run.Waits = true // as they are
		if !near(run.Took(), test.took) || !near(run.Together(), test.together) {
			t.Errorf("%q: took %v, together %v", test.text, run.Took(), run.Together())
		}
	}
}

// Two workers whose pieces take 1 take turns. The piece in which one is stopped lasts from its turn to its next; only its end is work.
func TestAStopIsNoWork(t *testing.T) {
	const notes = "A 0 1\nA 1 2\nA 2 13\nA 13 14\n" + "B 3 4\nB 4 5\nB 5 6\nB 6 7\n"
	run, err := spans.Read("", notes)
	if err != nil {
		t.Fatal(err)
	}
	if got := run.Together(); got != 0 {
		t.Errorf("together %v", got)
	}
	run.Waits = true // a wait may be as long as it likes
	if got := run.Together(); !near(got, 4./14) {
		t.Errorf("as waits: together %v", got)
	}
	if run.Spans[2] != (spans.Span{Worker: "A", Begin: 2, End: 13}) {
		t.Errorf("the run has changed: %v", run.Spans[2])
	}
}

func TestPicture(t *testing.T) {
	const h = canvastest.Hostile
	f := spans.Figure(h, spans.Run{Name: h, Spans: []spans.Span{{h, 0, 1}, {"x<y", 1, 1}, {h, 1, 3}}}, spans.Run{Name: "nothing"})
	canvastest.Check(t, f.SVG)
	if !strings.Contains(f.SVG, "x&lt;y") || len(f.Rows) != 2 || !strings.Contains(f.Alt, "nothing: 0 ms") {
		t.Errorf("%+v", f)
	}
	inTurn, _ := spans.Read("in turn", "A 0.0 0.1\nB 0.1 0.2\n")
	waits, _ := spans.Read("waits", "A 0.0 0.1\nB 0.0 0.1\n")
	waits.Waits = true
	canvastest.Golden(t, "runs", spans.Figure("Two workers, twice", inTurn, waits).SVG)
	for _, none := range [][]spans.Run{nil, {{Name: "nothing"}}} {
		if f := spans.Figure("Nothing", none...); f.SVG != "" {
			t.Error("a picture of nothing")
		}
	}
}

// However many the pieces, the picture stays small.
func TestPictureIsBounded(t *testing.T) {
	var runs []spans.Run
	for range 5 {
		run := spans.Run{Name: "many"}
		for i := range 40_000 {
			for _, worker := range []string{"A", "B"} {
				begin := float64(i*3) / 1000
				run.Spans = append(run.Spans, spans.Span{Worker: worker, Begin: begin, End: begin + 0.001})
			}
		}
		runs = append(runs, run)
	}
	f := spans.Figure("Many", runs...)
	canvastest.Check(t, f.SVG)
	if len(f.SVG) > 70_000 {
		t.Errorf("%d bytes", len(f.SVG))
	}
	// The worst: gaps just wide enough to be drawn.
	for i := range runs {
		runs[i].Spans = nil
		for j := range 360 {
			runs[i].Spans = append(runs[i].Spans, spans.Span{"A", float64(j) * 2, float64(j)*2 + 0.9}, spans.Span{"B", float64(j) * 2, float64(j)*2 + 0.9})
		}
	}
	if f := spans.Figure("Worst", runs...); len(f.SVG) > 110_000 {
		t.Errorf("%d bytes", len(f.SVG))
	}
}
