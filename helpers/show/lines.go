package show

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Chart is a line chart: one or more series over the same x.
type Chart struct {
	Caption        string
	XLabel, YLabel string // what the axes count, with the unit
	X              []float64
	Series         []Series
	LogX, LogY     bool // a logarithmic axis: equal steps are equal factors
}

// A Series is one line of a [Chart].
type Series struct {
	Name string
	Y    []float64 // the value at each X; what is missing or not finite leaves a gap, what has no X is left out
}

// Lines prints the chart's data as a table, a row for each X. In a notebook it adds the chart as a picture, as [Figure.Show] does. Lines
// differ by their marks and dashes and not by colour alone; from the seventh on they repeat. A value that cannot stand on its axis (not
// finite, or 0 or less on a logarithmic axis) is in the table and not in the picture; where no value can be drawn there is no picture.
func Lines(c Chart) {
	f := Figure{Caption: c.Caption, Header: []string{c.XLabel}, SVG: c.svg()}
	names := make([]string, len(c.Series))
	for i, s := range c.Series {
		names[i] = s.Name
	}
	f.Header = append(f.Header, names...)
	for i, x := range c.X {
		row := []string{number(x)}
		for _, s := range c.Series {
			cell := ""
			if i < len(s.Y) {
				cell = number(s.Y[i])
			}
			row = append(row, cell)
		}
		f.Rows = append(f.Rows, row)
	}
	f.Alt = fmt.Sprintf("Line chart of %s over %s. %s", c.YLabel, c.XLabel, c.Caption)
	for _, s := range c.Series {
		if p := c.points(s); len(p) > 0 {
			first, last := p[0], p[len(p)-1]
			f.Alt += fmt.Sprintf(" %s: from %s at %s to %s at %s.", s.Name, number(first.y), number(first.x), number(last.y), number(last.x))
		}
	}
	f.Show()
}

type point struct {
	i    int // which X
	x, y float64
}

// points returns the series' points that can be drawn.
func (c Chart) points(s Series) []point {
	var p []point
	for i := range min(len(c.X), len(s.Y)) {
		if drawable(c.X[i], c.LogX) && drawable(s.Y[i], c.LogY) {
			p = append(p, point{i, c.X[i], s.Y[i]})
		}
	}
	return p
}

// drawable reports whether v can stand on an axis. Outside these bounds the arithmetic of the axes would overflow.
func drawable(v float64, log bool) bool {
	return math.Abs(v) < 1e300 && (!log || v > 1e-300)
}

// An axis turns values into pixels.
type axis struct {
	low, high float64
	log       bool
	from, to  float64 // the pixels of low and high
	ticks     []float64
}

func (a axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		low, high, v = math.Log(low), math.Log(high), math.Log(v)
	}
	return a.from + (v-low)/(high-low)*(a.to-a.from)
}

// newAxis returns an axis that holds the values, with ticks at round numbers.
func newAxis(values []float64, log bool, from, to float64) axis {
	a := axis{low: slices.Min(values), high: slices.Max(values), log: log, from: from, to: to}
	if log {
		first, last := math.Floor(math.Log10(a.low)), math.Ceil(math.Log10(a.high))
		last = max(last, first+1)
		a.low, a.high = math.Pow(10, first), math.Pow(10, last)
		for e, step := first, math.Ceil((last-first)/8); e <= last; e += step {
			a.ticks = append(a.ticks, math.Pow(10, e))
		}
		return a
	}
	a.low, a.high = min(a.low, 0), max(a.high, 0) // heights from 0 do not exaggerate a difference
	if a.high-a.low < 1e-300 {
		a.low, a.high = 0, 1
	}
	step := math.Pow(10, math.Floor(math.Log10((a.high-a.low)/4)))
	for _, factor := range []float64{5, 2} {
		if (a.high-a.low)/step > 6 && (a.high-a.low)/(step*factor) >= 3 {
			step *= factor
		}
	}
	first, last := math.Floor(a.low/step), math.Ceil(a.high/step)
	a.low, a.high = first*step, last*step
	for i := first; i <= last; i++ {
		a.ticks = append(a.ticks, i*step)
	}
	return a
}

// ticksAtValues moves the axis' ends and ticks to the values themselves, as is best for 1, 2, 4 … 64 goroutines, if their numbers fit.
func (a axis) ticksAtValues(values []float64) axis {
	ticks := slices.Sorted(slices.Values(values))
	ticks = slices.Compact(ticks)
	b := a
	b.ticks, b.low, b.high = ticks, ticks[0], ticks[len(ticks)-1]
	if !a.log {
		b.low = min(b.low, 0)
	}
	for i := range ticks[1:] {
		if b.at(ticks[i+1])-b.at(ticks[i]) < textWidth(number(ticks[i]))/2+textWidth(number(ticks[i+1]))/2+6 {
			return a
		}
	}
	if len(ticks) < 2 {
		return a
	}
	return b
}

// How the lines differ. Every colour has a contrast of at least 7 to 1 on white.
var (
	colours = []string{"#1f4e9a", "#8a2b00", "#0b5d3b", "#6b2383", "#4a4a4a", "#7a1f4f"}
	dashes  = []string{"none", "8 4", "2 4", "10 3 2 3", "5 2", "1 2"}
)

// mark returns the mark of line i at x, y.
func mark(i int, x, y float64) string {
	shapes := []string{
		"m-4 -4h8v8h-8z",                      // square
		"m0 -5.5l5 9h-10z",                    // triangle
		"m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z", // diamond
		"m-4 -4l8 8m0 -8l-8 8",                // cross
		"m-5 0h10m-5 -5v10",                   // plus
		"m0 5.5l5 -9h-10z",                    // triangle, point down
	}
	i %= len(shapes)
	return fmt.Sprintf(`<path d="M%.1f %.1f%s" fill="%s" stroke="%s" stroke-width="2"/>`, x, y, shapes[i], colours[i], colours[i])
}

// svg returns the chart as a picture, or "" where there is nothing to draw.
func (c Chart) svg() string {
	var xs, ys []float64
	legend := 0.0
	for _, s := range c.Series {
		for _, p := range c.points(s) {
			xs, ys = append(xs, p.x), append(ys, p.y)
		}
		legend = min(max(legend, textWidth(s.Name)), 200)
	}
	if len(xs) == 0 {
		return ""
	}
	const left, top, bottom, height = 76.0, 44.0, 330.0, 384.0
	right := picture - margin - legend - 60
	x := newAxis(xs, c.LogX, left, right).ticksAtValues(xs)
	y := newAxis(ys, c.LogY, bottom, top)
	var b strings.Builder
	for _, t := range y.ticks {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="#ccc"/><text x="%.1f" y="%.1f" text-anchor="end">%s</text>`,
			left, y.at(t), right, left-8, y.at(t)+5, number(t))
	}
	for _, t := range x.ticks {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fv5" stroke="%s"/><text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			x.at(t), bottom, ink, x.at(t), bottom+20, number(t))
	}
	fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1fH%.1f" fill="none" stroke="%s"/>`, left, top, bottom, right, ink)
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f">%s</text>`, margin, margin+12, escape(cut(c.YLabel, 80)))
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, (left+right)/2, bottom+42, escape(cut(c.XLabel, 60)))
	for i, s := range c.Series {
		style := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"`, colours[i%len(colours)], dashes[i%len(dashes)])
		path, last := "", -2
		for _, p := range c.points(s) {
			command := "L"
			if p.i != last+1 {
				command = "M" // a gap
			}
			path += fmt.Sprintf("%s%.1f %.1f", command, x.at(p.x), y.at(p.y))
			last = p.i
		}
		if path != "" {
			fmt.Fprintf(&b, `<path d="%s" %s/>`, path, style)
		}
		for _, p := range c.points(s) {
			b.WriteString(mark(i, x.at(p.x), y.at(p.y)))
		}
		key := top + 10 + float64(i)*22
		fmt.Fprintf(&b, `<path d="M%.1f %.1fh30" %s/>%s<text x="%.1f" y="%.1f">%s</text>`,
			right+16, key, style, mark(i, right+31, key), right+54, key+5, escape(cut(s.Name, 24)))
	}
	return card(max(height, top+30+float64(len(c.Series))*22), b.String())
}
