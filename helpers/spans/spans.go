// Package spans draws what workers did and when, for notebook 05-the-gil: Python's threads, Python's processes and goroutines alike, on one
// scale.
//
// A worker does its work in small pieces and notes when each begins and ends. Nothing else is asked of it, so the same drawing serves every
// language.
package spans

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/show"
)

// A Span is one piece of work, or one wait. The times are seconds; where they count from does not matter, if it is the same for all of a Run.
type Span struct {
	Worker     string
	Begin, End float64
}

// A Run is what some workers did together.
type Run struct {
	Name  string
	Spans []Span // of all workers, in any order
	Waits bool   // the spans are waits, such as for an answer: they are drawn hollow
}

// Read reads a Run from text: a line for each Span, with the worker, its begin and its end. A worker's name has no space in it.
func Read(name, text string) (Run, error) {
	run := Run{Name: name}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return Run{}, fmt.Errorf("%s: %q is not a worker, a begin and an end", name, strings.TrimSpace(line))
		}
		begin, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return Run{}, fmt.Errorf("%s: %w", name, err)
		}
		end, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			return Run{}, fmt.Errorf("%s: %w", name, err)
		}
		run.Spans = append(run.Spans, Span{fields[0], begin, end})
	}
	return run, nil
}

// Took returns the seconds from the first begin to the last end.
func (r Run) Took() float64 {
	begin, end := r.bounds()
	return end - begin
}

func (r Run) bounds() (begin, end float64) {
	for i, span := range r.Spans {
		if i == 0 || span.Begin < begin {
			begin = span.Begin
		}
		if i == 0 || span.End > end {
			end = span.End
		}
	}
	return begin, end
}

// Together returns which part of the time two or more workers were at it at the same moment: from 0 to 1.
func (r Run) Together() float64 {
	type edge struct {
		at   float64
		step int
	}
	var edges []edge
	for _, w := range r.workers() {
		for _, b := range w.busy {
			edges = append(edges, edge{b.Begin, 1}, edge{b.End, -1})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), a.step-b.step) })
	together, now := 0.0, 0
	for i, e := range edges {
		if i > 0 && now >= 2 {
			together += e.at - edges[i-1].at
		}
		now += e.step
	}
	if took := r.Took(); took > 0 {
		return together / took
	}
	return 0
}

type worker struct {
	name string
	busy []Span // in order
}

// workers returns the workers in the order of their names, with their spans.
//
// A worker that was stopped in the middle of a piece cannot say when. But then the piece took much longer than the others. Such a piece is kept
// as long as the median, up to its end, so that the stop is a gap and not work.
func (r Run) workers() (list []worker) {
	for _, span := range r.Spans {
		i := slices.IndexFunc(list, func(w worker) bool { return w.name == span.Worker })
		if i < 0 {
			i = len(list)
			list = append(list, worker{name: span.Worker})
		}
		list[i].busy = append(list[i].busy, span)
	}
	slices.SortFunc(list, func(a, b worker) int { return strings.Compare(a.name, b.name) })
	for _, w := range list {
		slices.SortFunc(w.busy, func(a, b Span) int { return cmp.Compare(a.Begin, b.Begin) })
		if r.Waits {
			continue
		}
		var lengths []float64
		for _, s := range w.busy {
			lengths = append(lengths, s.End-s.Begin)
		}
		slices.Sort(lengths)
		median := lengths[len(lengths)/2]
		for i, s := range w.busy {
			if s.End-s.Begin > 2*median {
				w.busy[i].Begin = s.End - median
			}
		}
	}
	return list
}

// Fastest has each way done once in each round, in turns, and returns the fastest run of each way: other
// programs can only make one slower. After 2, 4, 8 … s it prints a line that says how far it is. Who fails is
// left out from then on, and what it said is printed once, however many say the same.
func Fastest(rounds int, ways ...func() (Run, error)) []Run {
	ways = slices.Clone(ways)
	best := make([]Run, len(ways))
	said := map[string]bool{}
	var now atomic.Int64
	stop := show.Progress(func() string { return fmt.Sprintf("round %d of %d", now.Load(), rounds) })
	defer stop()
	for round := 1; round <= rounds; round++ {
		now.Store(int64(round))
		for i, way := range ways {
			if way == nil {
				continue
			}
			run, err := way()
			if err != nil {
				if !said[err.Error()] {
					fmt.Println(err)
				}
				said[err.Error()] = true
				ways[i] = nil
			} else if round == 1 || run.Took() < best[i].Took() {
				best[i] = run
			}
		}
	}
	var done []Run
	for i, way := range ways {
		if way != nil {
			done = append(done, best[i])
		}
	}
	return done
}

// Show shows how long each run took and for which part of that time two or more workers were at it at the same moment; as a picture, the
// runs below each other on one scale, a row a worker. The picture is made for up to some 20 workers.
func Show(caption string, runs ...Run) {
	Figure(caption, runs...).Show()
}

// Figure is what [Show] shows.
func Figure(caption string, runs ...Run) show.Figure {
	f := show.Figure{Caption: caption, Header: []string{"", "took", "two or more at once"}}
	alt := []string{"Time line. " + caption + "."}
	for _, r := range runs {
		row := []string{r.Name, milliseconds(r.Took()), fmt.Sprintf("%.0f %%", 100*r.Together())}
		f.Rows = append(f.Rows, row)
		alt = append(alt, fmt.Sprintf("%s: %s, %s of the time two or more at once.", row[0], row[1], row[2]))
	}
	f.Alt = strings.Join(alt, " ")
	f.SVG = draw(runs)
	return f
}

func milliseconds(seconds float64) string { return show.Number(math.Round(1000*seconds)) + " ms" }

// Sizes in pixels.
const (
	width = 876.0
	left  = 122.0 // where time begins
	plot  = 720.0 // the width of the longest run
	row   = 20.0
)

// draw tells workers apart by their rows; colours only help.
func draw(runs []Run) string {
	longest := 0.0
	for _, r := range runs {
		longest = max(longest, r.Took())
	}
	if longest <= 0 {
		return ""
	}
	scale := plot / longest
	var c canvas.Canvas
	y := 10.0
	for _, r := range runs {
		c.Text(canvas.Margin, y+15, canvas.Bold, canvas.Cut(r.Name, 80)+" ("+milliseconds(r.Took())+")")
		y += row + 2
		begin, _ := r.bounds()
		top := y
		for i, w := range r.workers() {
			c.Text(left-8, y+14, canvas.End, canvas.Cut(w.name, 12))
			c.Path(fmt.Sprintf("M%.0f %.1fh%.1f", left, y+row/2, r.Took()*scale), canvas.None, canvas.Soft, `stroke-dasharray="1 4"`)
			if path := boxes(w.busy, begin, scale, y, r.Waits); r.Waits {
				c.Path(path, canvas.Paper, canvas.Marks(i), `stroke-width="1.5"`)
			} else {
				c.Path(path, canvas.Marks(i), canvas.None, "")
			}
			y += row
		}
		c.Path(fmt.Sprintf("M%.1f %.0fV%.0f", left+r.Took()*scale, top, y), canvas.None, canvas.Ink, "")
		y += 6
	}
	return c.SVG(width, axis(&c, y, longest, scale))
}

// boxes returns the path of a row's boxes. Those less than a pixel apart become one, so that thousands of pieces stay small; waits do not, as
// each of them is one thing to see.
func boxes(spans []Span, begin, scale, y float64, waits bool) string {
	var path strings.Builder
	from, to := 0.0, -2.0
	flush := func() {
		if to > from {
			path.WriteString(canvas.Box(left+from, y+3, max(to-from, 0.5), row-6))
		}
	}
	for _, s := range spans {
		a, b := (s.Begin-begin)*scale, (s.End-begin)*scale
		if !waits && a-to < 1 && to > from {
			to = max(to, b)
			continue
		}
		flush()
		from, to = a, b
	}
	flush()
	return path.String()
}

// axis draws the scale below the runs, and returns where the picture ends.
func axis(c *canvas.Canvas, y, longest, scale float64) float64 {
	step := stepFor(longest)
	c.Path(fmt.Sprintf("M%.0f %.0fh%.0f", left, y, plot), canvas.None, canvas.Ink, "")
	for i := 0; float64(i)*step <= longest*1.0001; i++ {
		x := left + float64(i)*step*scale
		c.Path(fmt.Sprintf("M%.1f %.0fv5", x, y), canvas.None, canvas.Ink, "")
		c.Text(x, y+19, canvas.Middle, show.Number(float64(i)*step*1000))
	}
	c.Text(canvas.Margin, y+19, 0, "time in ms")
	return y + 30
}

// stepFor returns 1, 2 or 5 times a power of ten, so that at most ten steps fit.
func stepFor(longest float64) float64 {
	for power := 1e-9; ; power *= 10 {
		for _, factor := range []float64{1, 2, 5} {
			if longest <= 10*factor*power {
				return factor * power
			}
		}
	}
}
