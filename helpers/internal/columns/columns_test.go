package columns

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/canvas/canvastest"
)

func lostUpdate() Schedule {
	return Schedule{
		Title:      "Two threads add 1 each, one update is lost",
		Goroutines: []string{"A", "B"},
		Steps: []Step{
			{Goroutine: 0, Text: "new = counter (0)", Memory: "counter=0"},
			{Goroutine: 1, Text: "new = counter (0)", Memory: "counter=0"},
			{Goroutine: 1, Text: "counter = new (1)", Memory: "counter=1"},
			{Goroutine: 0, Text: "counter = new (1)", Memory: "counter=1", Mark: "overwrites 1: lost update"},
		},
		Outcome: "counter=1",
	}
}

func long(n int) Schedule {
	s := Schedule{Title: "long", Goroutines: []string{"A", "B"}, Outcome: "done"}
	for i := range n {
		s.Steps = append(s.Steps, Step{Goroutine: i / 10 % 2, Text: fmt.Sprint("step ", i+1), Memory: fmt.Sprint("x=", i)})
	}
	return s
}

func TestSwitchesAndMarksAreInWords(t *testing.T) {
	s := lostUpdate()
	text := s.String()
	if got := strings.Count(text, "~ switch"); got != 2 {
		t.Errorf("%d switches marked, want 2:\n%s", got, text)
	}
	if !strings.Contains(text, "~ switch; ! overwrites 1: lost update") {
		t.Errorf("the lost update is not marked:\n%s", text)
	}
	joined := strings.Join(canvastest.Check(t, s.svg()), "\n")
	for _, want := range []string{"A", "B", "counter = new (1)", "counter=1", "~ switch; ! overwrites 1: lost update"} {
		if !strings.Contains(joined, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	// A sentence may be longer than a screen is wide: it stands outside the picture, where it is broken.
	if strings.Contains(joined, s.Title) || s.Figure().Caption != s.Title+". End: counter=1" {
		t.Errorf("the title is not in the caption alone: %q", s.Figure().Caption)
	}
	alt := s.Figure().Alt
	for _, want := range []string{"2 goroutines", "4 steps", "2 switches", "step 4 overwrites 1", "counter=1"} {
		if !strings.Contains(alt, want) {
			t.Errorf("the description %q lacks %q", alt, want)
		}
	}
}

func TestPictureAndTableSayTheSame(t *testing.T) {
	for _, s := range []Schedule{lostUpdate(), long(5), long(500), {}, {Steps: []Step{{Goroutine: -1}}}} {
		joined := strings.Join(canvastest.Check(t, s.svg()), "\n")
		f := s.Figure()
		for _, row := range append(f.Rows, f.Header) {
			if len(row) != len(f.Header) {
				t.Errorf("a row of %d cells under a header of %d", len(row), len(f.Header))
			}
			for _, cell := range row {
				if !strings.Contains(joined, cell) {
					t.Errorf("the picture lacks the table's %q", cell)
				}
			}
		}
	}
}

func TestLongScheduleIsShortened(t *testing.T) {
	for _, n := range []int{60, 61, 1000, 10_000} {
		s := long(n)
		f := s.Figure()
		if len(f.Rows) > maxRows {
			t.Errorf("%d steps: %d rows, want at most %d", n, len(f.Rows), maxRows)
		}
		if len(f.SVG) > 40<<10 {
			t.Errorf("%d steps: picture of %d bytes, want at most 40 KB", n, len(f.SVG))
		}
		text := s.String()
		wantLeft := n > maxRows
		if got := strings.Contains(text, "left out"); got != wantLeft {
			t.Errorf("%d steps: says what is left out: %v, want %v", n, got, wantLeft)
		}
		told := 0 // steps that have a row, or a row that counts them
		for _, row := range f.Rows {
			if row[0] != "…" {
				told++
			} else {
				var left int
				if _, err := fmt.Sscanf(strings.ReplaceAll(row[1]+row[2], ",", ""), "… %d step", &left); err != nil {
					t.Errorf("%d steps: %q does not say how many are left out", n, row)
				}
				told += left
			}
		}
		if told != n {
			t.Errorf("%d steps: %d drawn or counted as left out:\n%s", n, told, text)
		}
		if !strings.Contains(text, fmt.Sprintf("step %d ", n)) || !strings.Contains(text, "step 1 ") {
			t.Errorf("%d steps: first or last step is missing", n)
		}
	}
	// Twice the text, and the weight still holds.
	s := long(100_000)
	for i := range s.Steps {
		s.Steps[i].Text = strings.Repeat("<&>\"", 1000)
		s.Steps[i].Memory, s.Steps[i].Mark = s.Steps[i].Text, s.Steps[i].Text
	}
	if n := len(s.String()); n > 40<<10 {
		t.Errorf("text of %d bytes", n)
	}
}

// Five columns of long texts are wider than a screen: the table then names the thread in each line, and the picture keeps its columns.
func TestNoLineIsBroken(t *testing.T) {
	s := Schedule{Goroutines: []string{"A", "B", "C", "D", "E"}}
	for i := range 5 {
		s.Steps = append(s.Steps, Step{Goroutine: i, Text: fmt.Sprintf("new = counter (%d); new += 1", i), Memory: "counter=0"})
	}
	text := s.String()
	for line := range strings.Lines(text) {
		if n := len([]rune(line)) - 1; n > maxLine {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	if !strings.Contains(text, "   4  D          new = counter (3); new += 1  counter=0  ~ switch\n") {
		t.Errorf("no line says that D reads 3:\n%s", text)
	}
	joined := strings.Join(canvastest.Check(t, s.svg()), "\n")
	for _, cell := range slices.Concat(s.Goroutines, s.Figure().Rows[3]) {
		if !strings.Contains(joined, cell) {
			t.Errorf("the picture lacks %q", cell)
		}
	}
}

func fiveAtOnce() Schedule {
	s := Schedule{Goroutines: []string{"A", "B", "C", "D", "E"}}
	for i := range 5 {
		s.Steps = append(s.Steps, Step{Goroutine: i, Text: fmt.Sprintf("new = counter (%d); new += 1", i), Memory: "counter=0"})
	}
	return s
}

// What a reader looks for, switches and marks, stays where stretches are left out.
func TestSwitchesAndMarksAreNotLeftOut(t *testing.T) {
	s := Schedule{Goroutines: []string{"A", "B"}}
	for _, length := range []int{1, 10_000, 1, 1, 9_000, 1} {
		thread := 0
		if n := len(s.Steps); n > 0 {
			thread = 1 - s.Steps[n-1].Goroutine
		}
		for range length {
			s.Steps = append(s.Steps, Step{Goroutine: thread, Text: "x"})
		}
	}
	s.Steps[5_000].Mark = "in the middle"
	text := s.String()
	if got := strings.Count(text, "~ switch"); got != 5 {
		t.Errorf("%d switches drawn, want 5:\n%s", got, text)
	}
	if !strings.Contains(text, "! in the middle") {
		t.Errorf("the mark is left out:\n%s", text)
	}
	if got := strings.Count(text, "left out"); got != 3 {
		t.Errorf("%d stretches shortened, want 3:\n%s", got, text)
	}
}

func TestManyThreadsShareTheLastColumn(t *testing.T) {
	s := Schedule{}
	for i := range 100 {
		s.Steps = append(s.Steps, Step{Goroutine: i, Text: "x"})
	}
	s.Steps = append(s.Steps, Step{Goroutine: math.MaxInt, Text: "y"})
	if names, _ := s.lanes(); len(names) != maxLanes {
		t.Errorf("%d columns: %q", len(names), names)
	}
	if text := s.String(); !strings.Contains(text, "goroutine 99: x") || !strings.Contains(text, "others") {
		t.Errorf("a thread of the shared column is not named:\n%s", text)
	}
	canvastest.Check(t, s.svg())
}

func TestHostileTextStaysText(t *testing.T) {
	const h = canvastest.Hostile
	s := Schedule{Title: h, Goroutines: []string{h}, Steps: []Step{{Text: h, Memory: h, Mark: h}}, Outcome: h}
	canvastest.Check(t, s.svg())
	if strings.Contains(s.svg(), "<script") || strings.Contains(s.Figure().HTML(), "<script") {
		t.Error("markup from a text came through")
	}
	if table := strings.SplitAfter(s.String(), "step  ")[1]; strings.Count(table, "\n") != 2 {
		t.Errorf("a line break in a text broke the table:\n%s", table)
	}
}

func TestPictures(t *testing.T) {
	canvastest.Golden(t, "lost-update", lostUpdate().svg())
	s := fiveAtOnce()
	s.Steps[4].Mark = "overwrites 0: lost update"
	canvastest.Golden(t, "narrow", s.svg())
	var width float64
	_, size, _ := strings.Cut(s.svg(), ` viewBox="0 0 `)
	if _, err := fmt.Sscan(size, &width); err != nil {
		t.Fatal(err)
	}
	if width < 500 || width > 1000 {
		t.Errorf("five goroutines take %.0f pixels, more than a screen has", width)
	}
}

func ExampleSchedule_String() {
	fmt.Print(Schedule{
		Title:      "One update is lost",
		Goroutines: []string{"A", "B"},
		Steps: []Step{
			{Goroutine: 0, Text: "new = counter (0)", Memory: "counter=0"},
			{Goroutine: 1, Text: "new = counter (0)", Memory: "counter=0"},
			{Goroutine: 1, Text: "counter = new (1)", Memory: "counter=1"},
			{Goroutine: 0, Text: "counter = new (1)", Memory: "counter=1", Mark: "overwrites 1: lost update"},
		},
		Outcome: "counter=1",
	})
	// Output:
	// One update is lost. End: counter=1
	// step  A                  B                  memory     note
	//    1  new = counter (0)                     counter=0
	//    2                     new = counter (0)  counter=0  ~ switch
	//    3                     counter = new (1)  counter=1
	//    4  counter = new (1)                     counter=1  ~ switch; ! overwrites 1: lost update
}
