package show

import (
	"fmt"
	"math"
	"slices"

	"example.com/multithreading/helpers/internal/canvas"
)

// picture is the width of a chart.
const picture = 760.0

func barsSVG(bars []Bar, full float64) string {
	if len(bars) == 0 {
		return ""
	}
	const (
		row      = 28 // pixels from one bar to the next
		maxRunes = 32 // of a label and of a text
	)
	labels, texts := 40.0, 40.0
	for _, bar := range bars {
		labels = max(labels, canvas.Width(canvas.Cut(bar.Label, maxRunes)))
		texts = max(texts, canvas.Width(canvas.Cut(bar.text(), maxRunes)))
	}
	x0 := canvas.Margin + labels + 8
	room := picture - x0 - 8 - texts - canvas.Margin
	var c canvas.Canvas
	// The stripes are wide enough to be seen on paper without colour.
	fmt.Fprintf(&c, `<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" `+
		`patternTransform="rotate(45)"><path d="M0 0h3v7h-3z" fill="%s"/></pattern></defs>`, c.Paint(canvas.Marks(1)))
	for i, bar := range bars {
		y := canvas.Margin + float64(i)*row
		style := canvas.Style(0)
		if bar.Highlight {
			style = canvas.Bold
		}
		c.Text(x0-8, y+18, style|canvas.End, canvas.Cut(bar.Label, maxRunes))
		length := bar.length(full, room, 2)
		switch {
		case length > 0 && bar.Highlight:
			box := canvas.Box(x0, y+3, length, 20)
			fmt.Fprintf(&c, `<path d="%s" fill="url(#hatch)" stroke="%s"/>`, box, c.Paint(canvas.Marks(1)))
		case length > 0:
			c.Rect(x0, y+3, length, 20, canvas.Marks(0), canvas.None)
		}
		c.Text(x0+length+6, y+18, style, canvas.Cut(bar.text(), maxRunes))
	}
	bottom := canvas.Margin + float64(len(bars))*row
	c.Path(fmt.Sprintf("M%.1f %dV%.1f", x0, canvas.Margin, bottom), canvas.None, canvas.Ink, "")
	return c.SVG(picture, bottom+canvas.Margin)
}

// dotsSVG returns the picture, or "" where no value can be drawn.
func dotsSVG(labels []string, scales []Series) string {
	const row, top, maxRunes, between = 30.0, 58.0, 24, 40.0
	left := 40.0
	for _, label := range labels {
		left = max(left, canvas.Width(canvas.Cut(label, maxRunes)))
	}
	left += canvas.Margin + 16
	width := (picture-canvas.Margin-left+between)/float64(max(len(scales), 1)) - between // of one scale
	bottom := top + row*float64(len(labels))
	var c canvas.Canvas
	for i, label := range labels {
		c.Text(left-16, top+row*float64(i)+20, canvas.End, canvas.Cut(label, maxRunes))
	}
	empty := true
	for n, s := range scales {
		from := left + float64(n)*(width+between)
		c.Text(from, canvas.Margin+12, canvas.Bold, canvas.Cut(s.Name, int(width/canvas.Glyph)))
		y := slices.Clone(s.Y[:min(len(s.Y), len(labels))])
		values := slices.DeleteFunc(slices.Clone(y), func(v float64) bool { return !drawable(v, true) })
		if len(values) == 0 {
			continue
		}
		empty = false
		x := newAxis(values, true, from, from+width-12)
		for _, t := range x.ticks {
			c.Path(fmt.Sprintf("M%.1f %.1fV%.1f", x.at(t), top-4, bottom), canvas.None, canvas.Grid, "")
			c.Text(x.at(t), top-10, canvas.Middle, short(t))
		}
		for i, v := range y {
			if drawable(v, true) {
				at := top + row*float64(i) + 15
				line := fmt.Sprintf("M%.1f %.1fH%.1f", from, at, x.at(v))
				c.Path(line, canvas.None, canvas.Marks(0), `stroke-width="3"`)
				fmt.Fprintf(&c, `<circle cx="%.1f" cy="%.1f" r="6" fill="%s"/>`, x.at(v), at, c.Paint(canvas.Marks(0)))
			}
		}
	}
	if empty {
		return ""
	}
	return c.SVG(picture, bottom+canvas.Margin)
}

// short writes a power of ten, 1000 as 1k and 1000000 as 1M: beside its neighbours on a scale there
// is little room.
func short(v float64) string {
	switch {
	case v >= 1e9 || v < 1e-3:
		return fmt.Sprintf("1e%.0f", math.Log10(v))
	case v >= 1e6:
		return Number(math.Round(v/1e6)) + "M"
	case v >= 1e3:
		return Number(math.Round(v/1e3)) + "k"
	}
	return Number(v)
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

// ticksAtValues moves the axis' ends and ticks to the values themselves, as is best for 1, 2, 4 … 64
// goroutines, if their numbers fit.
func (a axis) ticksAtValues(values []float64) axis {
	ticks := slices.Sorted(slices.Values(values))
	ticks = slices.Compact(ticks)
	b := a
	b.ticks, b.low, b.high = ticks, ticks[0], ticks[len(ticks)-1]
	if !a.log {
		b.low = min(b.low, 0)
	}
	for i := range ticks[1:] {
		if b.at(ticks[i+1])-b.at(ticks[i]) < canvas.Width(Number(ticks[i])+Number(ticks[i+1]))/2+6 {
			return a
		}
	}
	if len(ticks) < 2 {
		return a
	}
	return b
}

// How lines differ, beside their colours.
var dashes = []string{"none", "8 4", "2 4", "10 3 2 3", "5 2", "1 2"}

// mark draws the mark of line i at x, y.
func mark(c *canvas.Canvas, i int, x, y float64) {
	shapes := []string{
		"m-4 -4h8v8h-8z",                      // square
		"m0 -5.5l5 9h-10z",                    // triangle
		"m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z", // diamond
		"m-4 -4l8 8m0 -8l-8 8",                // cross
		"m-5 0h10m-5 -5v10",                   // plus
		"m0 5.5l5 -9h-10z",                    // triangle, point down
	}
	shape := fmt.Sprintf("M%.1f %.1f%s", x, y, shapes[i%len(shapes)])
	c.Path(shape, canvas.Marks(i), canvas.Marks(i), `stroke-width="2"`)
}

// svg returns the chart as a picture, or "" where there is nothing to draw.
func (c Chart) svg() string {
	var xs, ys []float64
	legend := 0.0
	for _, s := range c.Series {
		for _, p := range c.points(s) {
			xs, ys = append(xs, p.x), append(ys, p.y)
		}
		legend = max(legend, canvas.Width(canvas.Cut(s.Name, 24)))
	}
	if len(xs) == 0 {
		return ""
	}
	const left, top, bottom, height = 80.0, 44.0, 330.0, 384.0
	right := picture - canvas.Margin - legend - 60
	x := newAxis(xs, c.LogX, left, right).ticksAtValues(xs)
	y := newAxis(ys, c.LogY, bottom, top)
	var pen canvas.Canvas
	for _, t := range y.ticks {
		pen.Path(fmt.Sprintf("M%.1f %.1fH%.1f", left, y.at(t), right), canvas.None, canvas.Grid, "")
		pen.Text(left-8, y.at(t)+5, canvas.End, Number(t))
	}
	for _, t := range x.ticks {
		pen.Path(fmt.Sprintf("M%.1f %.1fv5", x.at(t), bottom), canvas.None, canvas.Ink, "")
		pen.Text(x.at(t), bottom+20, canvas.Middle, Number(t))
	}
	pen.Path(fmt.Sprintf("M%.1f %.1fV%.1fH%.1f", left, top, bottom, right), canvas.None, canvas.Ink, "")
	pen.Text(canvas.Margin, canvas.Margin+12, 0, canvas.Cut(c.YLabel, 80))
	pen.Text((left+right)/2, bottom+42, canvas.Middle, canvas.Cut(c.XLabel, 60))
	for i, s := range c.Series {
		style := fmt.Sprintf(`stroke-width="2" stroke-dasharray="%s"`, dashes[i%len(dashes)])
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
			pen.Path(path, canvas.None, canvas.Marks(i), style)
		}
		for _, p := range c.points(s) {
			mark(&pen, i, x.at(p.x), y.at(p.y))
		}
		key := top + 10 + float64(i)*22
		pen.Path(fmt.Sprintf("M%.1f %.1fh30", right+16, key), canvas.None, canvas.Marks(i), style)
		mark(&pen, i, right+31, key)
		pen.Text(right+54, key+5, 0, canvas.Cut(s.Name, 24))
	}
	return pen.SVG(picture, max(height, top+30+float64(len(c.Series))*22))
}
