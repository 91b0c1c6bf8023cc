package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What is in this file is what a figure says in words. The engine interprets it too, for cells that
// run in a page, where nothing is drawn.

// A Figure is a result in all its forms: a picture, and what stands for it where it cannot be seen.
type Figure struct {
	Caption string     // what to look at
	Alt     string     // what the picture shows, in words; empty means the Caption
	SVG     string     // the picture, a whole <svg> document; empty means no picture: the table stands for it
	Header  []string   // the names of the columns of the data
	Rows    [][]string // the data; the first cell of a row names the row
	Chart   string     // what stands in a text in place of the data: the same, as a chart of characters
}

// String is the figure as text: the caption, in lines of at most 100 characters, and the data as an
// aligned table. A column whose cells all begin with a digit or a sign, and are no "14: words", is
// aligned on the right. Rows may differ in length; a table with no rows is "(no data)".
func (f Figure) String() string {
	body := f.Chart
	if body == "" {
		body = textTable(f.Header, f.Rows)
	}
	if f.Caption == "" {
		return body
	}
	return broken(oneLine(f.Caption)) + "\n" + body
}

// Table shows rows under their header.
func Table(caption string, header []string, rows [][]string) {
	Figure{Caption: caption, Header: header, Rows: rows}.Show()
}

// A Bar is one bar of a bar chart.
type Bar struct {
	Label     string  // stands before the bar
	Value     float64 // the bar's length; only finite values above 0 get a bar
	Text      string  // stands behind the bar; empty means the Value
	Highlight bool    // draws the bar hatched and its label in bold; the caption should say what that marks
}

// Bars shows bars in the order given, from 0 to the greatest value. Where the chart will be compared
// with others, give their bars too, and it has the scale that all of them have room on. It is made
// for up to some 40 bars. A value that is negative, infinite or not a number is written and gets no
// bar; without bars there is "(no data)".
func Bars(caption string, bars []Bar, others ...[]Bar) { BarChart(caption, bars, others...).Show() }

// BarChart is what [Bars] shows, for who has more data to put below it.
func BarChart(caption string, bars []Bar, others ...[]Bar) Figure {
	f := Figure{Caption: caption, Header: []string{"name", "value"}}
	var alt []string
	for _, bar := range bars {
		row := []string{bar.Label, bar.text()}
		if bar.Highlight {
			row[1] += " (marked)"
		}
		f.Rows = append(f.Rows, row)
		alt = append(alt, strings.Join(row, ": "))
	}
	// A text alternative is read aloud from beginning to end; the table can be walked through.
	const read = 12
	if len(alt) > read {
		alt = append(alt[:read], fmt.Sprintf("and %d more in the table below", len(bars)-read))
	}
	f.Alt = fmt.Sprintf("Bar chart. %s %s.", caption, strings.Join(alt, "; "))
	full := greatest(append(others, bars))
	f.Chart, f.SVG = barsText(bars, full), barsSVG(bars, full)
	return f
}

// text returns what stands behind the bar.
func (b Bar) text() string {
	if b.Text != "" {
		return b.Text
	}
	return Number(b.Value)
}

// length returns the bar's length where full stands for the greatest value; one above 0 is never
// too short to see.
func (b Bar) length(greatest, full, least float64) float64 {
	if !(b.Value > 0) || math.IsInf(b.Value, 0) {
		return 0
	}
	return max(b.Value/greatest*full, least)
}

// greatest returns the greatest finite value, or 0 where no value is above 0.
func greatest(charts [][]Bar) float64 {
	top := 0.0
	for _, bars := range charts {
		for _, bar := range bars {
			if bar.Value > top && !math.IsInf(bar.Value, 0) {
				top = bar.Value
			}
		}
	}
	return top
}

func barsText(bars []Bar, full float64) string {
	wide := 0
	for _, bar := range bars {
		wide = max(wide, utf8.RuneCountInString(oneLine(bar.Label)))
	}
	var b strings.Builder
	for _, bar := range bars {
		label, block := oneLine(bar.Label), "█"
		if bar.Highlight {
			block = "▒"
		}
		line := label + strings.Repeat(" ", wide-utf8.RuneCountInString(label)) + " |" +
			strings.Repeat(block, int(bar.length(full, 40, 1)+0.5)) + " " + oneLine(bar.text())
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// A Chart is a line chart: one or more series over the same x.
type Chart struct {
	Caption        string
	XLabel, YLabel string // what the axes count, with the unit
	X              []float64
	Series         []Series
	LogX, LogY     bool // a logarithmic axis: equal steps are equal factors
}

// A Series is one line of a [Chart], or one scale of [Dots].
type Series struct {
	Name string
	Y    []float64 // the value at each X; what is missing or not finite leaves a gap, what has no X is left out
}

// Lines shows a line chart; its data have a row for each X. Lines differ by their marks and dashes
// and not by colour alone; from the seventh on they repeat. A value that cannot stand on its axis
// (not finite, or 0 or less on a logarithmic axis) is in the data and not in the picture; where no
// value can be drawn there is no picture.
func Lines(c Chart) {
	labels := make([]string, len(c.X))
	for i, x := range c.X {
		labels[i] = Number(x)
	}
	f := figure(c.Caption, c.XLabel, labels, c.Series)
	f.Alt = fmt.Sprintf("Line chart of %s over %s. %s", c.YLabel, c.XLabel, c.Caption)
	for _, s := range c.Series {
		if p := c.points(s); len(p) > 0 {
			first, last := p[0], p[len(p)-1]
			f.Alt += fmt.Sprintf(" %s: from %s at %s to %s at %s.",
				s.Name, Number(first.y), Number(first.x), Number(last.y), Number(last.x))
		}
	}
	f.SVG = c.svg()
	f.Show()
}

// Dots shows, on scales side by side, a dot for each label; its data have a column for each scale.
// The scales are logarithmic: each line is ten times the one to its left, so that 0.3 and 3,000 both
// have their place. It is made for two or three scales and up to some 20 labels. A value that is
// missing, not finite, or 0 or less is in the data, as far as it is there, and has no dot; where
// nothing can be drawn there is no picture.
func Dots(caption string, labels []string, scales []Series) {
	f := figure(caption, "", labels, scales)
	f.Alt = "Dots on logarithmic scales. " + caption
	for _, s := range scales {
		f.Alt += fmt.Sprintf(" %s:", s.Name)
		for i, v := range s.Y[:min(len(s.Y), len(labels))] {
			f.Alt += fmt.Sprintf(" %s %s;", labels[i], Number(v))
		}
	}
	f.SVG = dotsSVG(labels, scales)
	f.Show()
}

// figure has a row for each label and a column for each series.
func figure(caption, corner string, labels []string, series []Series) Figure {
	f := Figure{Caption: caption, Header: []string{corner}}
	for _, s := range series {
		f.Header = append(f.Header, s.Name)
	}
	for i, label := range labels {
		row := []string{label}
		for _, s := range series {
			cell := ""
			if i < len(s.Y) {
				cell = Number(s.Y[i])
			}
			row = append(row, cell)
		}
		f.Rows = append(f.Rows, row)
	}
	return f
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

// drawable reports whether v can stand on an axis. Outside these bounds the arithmetic of the axes
// would overflow.
func drawable(v float64, log bool) bool {
	return math.Abs(v) < 1e300 && (!log || v > 1e-300)
}

// textTable returns the rows under their header, columns aligned, one line a row.
func textTable(header []string, rows [][]string) string {
	if len(rows) == 0 {
		return "(no data)\n"
	}
	lines := rows
	if len(header) > 0 {
		lines = append([][]string{header}, rows...)
	}
	right := numeric(rows)
	width := make([]int, len(header))
	for _, line := range lines {
		for col, cell := range line {
			if col == len(width) {
				width = append(width, 0)
			}
			width[col] = max(width[col], utf8.RuneCountInString(oneLine(cell)))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		text := ""
		for col, cell := range line {
			if col > 0 {
				text += "  "
			}
			cell = oneLine(cell)
			pad := strings.Repeat(" ", width[col]-utf8.RuneCountInString(cell))
			if col < len(right) && !right[col] {
				text += cell + pad
			} else {
				text += pad + cell
			}
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	return b.String()
}

// numeric tells of each column whether all its cells are numbers, with or without a unit.
func numeric(rows [][]string) []bool {
	var all []bool
	for _, row := range rows {
		for col, cell := range row {
			if col == len(all) {
				all = append(all, true)
			}
			if cell != "" && (!strings.ContainsRune("0123456789+-−", []rune(cell)[0]) || strings.Contains(cell, ": ")) {
				all[col] = false
			}
		}
	}
	return all
}

// oneLine returns s without line breaks and tabs, which would break a table's columns, and with U+FFFD
// for what orders a terminal about: control characters, and those that turn the direction of writing.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ', 0x7f <= r && r < 0xa0,
			r == 0x61c, r == 0x200e, r == 0x200f, 0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
			return utf8.RuneError
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", " "))
}

// broken returns a caption of more than 100 characters, which neither a terminal nor paper has room
// for, in lines that end with a sentence; where none ends, at another sign, or else between two
// words.
func broken(caption string) string {
	const room = 100
	var b strings.Builder
	for {
		start := []rune(caption)
		if len(start) <= room {
			return b.String() + caption
		}
		line := string(start[:room+1]) // the space after a line of full length
		end := strings.LastIndex(line, ". ")
		if end < 0 {
			end = max(strings.LastIndex(line, ", "), strings.LastIndex(line, "; "), strings.LastIndex(line, ": "))
		}
		if end < 0 {
			end = strings.LastIndex(line, " ") - 1
		}
		if end < 0 {
			return b.String() + caption // one endless word
		}
		b.WriteString(caption[:end+1] + "\n")
		caption = caption[end+2:]
	}
}

// Duration writes a time as a person would: 7.84 ms, 549 µs.
func Duration(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	case d < time.Millisecond:
		return Number(float64(d)/1e3) + " µs"
	case d < time.Second:
		return Number(float64(d)/1e6) + " ms"
	}
	return Number(d.Seconds()) + " s"
}

// Number writes v as a person would: 0.41, 7.84, 549, 1,300. A whole number, and one of at most
// three figures, is written as it is; of another, three figures, or two below 1.
func Number(v float64) string {
	figures := 3
	switch size := math.Abs(v); {
	case math.IsNaN(v) || size >= 1e15 || size < 1e-4 && v != 0:
		return strconv.FormatFloat(v, 'g', figures, 64)
	case v == math.Trunc(v):
		return Digits(strconv.FormatFloat(v, 'f', 0, 64))
	case len(strings.Trim(strings.Replace(strconv.FormatFloat(size, 'f', -1, 64), ".", "", 1), "0")) <= figures:
	case size < 1:
		figures = 2
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', figures, 64), 64) // what was written can be read
	return Digits(strconv.FormatFloat(rounded, 'f', -1, 64))
}

// Count writes a number with its noun: 1 turn, 50,005 turns, 2 switches.
func Count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "ch"):
		noun += "es"
	default:
		noun += "s"
	}
	return Digits(strconv.Itoa(n)) + " " + noun
}

// Digits puts a comma before each three digits of a number's whole part.
func Digits(number string) string {
	whole, rest, point := strings.Cut(number, ".")
	least := 1
	if strings.HasPrefix(whole, "-") {
		least = 2
	}
	for at := len(whole) - 3; at >= least; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if point {
		whole += "." + rest
	}
	return whole
}
