// Package show prints the text that helpers/show prints outside a notebook, without its pictures.
package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

type Figure struct {
	Caption string
	Alt     string
	SVG     string
	Header  []string
	Rows    [][]string
}

type Bar struct {
	Label     string
	Value     float64
	Text      string
	Highlight bool
}

type Chart struct {
	Caption        string
	XLabel, YLabel string
	X              []float64
	Series         []Series
	LogX, LogY     bool
}

type Series struct {
	Name string
	Y    []float64
}

func HTML(html string) {}

func InNotebook() bool { return false }

// Progress prints nothing, as a program that is explored does not run long.
func Progress(now func() string) (stop func()) { return func() {} }

func (f Figure) String() string { return lines(f.Caption) + "\n" + table(f.Header, f.Rows) }

// HTML is empty, as nobody sees it here.
func (f Figure) HTML() string { return "" }

func (f Figure) Show() { Table(f.Caption, f.Header, f.Rows) }

func Table(caption string, header []string, rows [][]string) {
	fmt.Print(lines(caption) + "\n" + table(header, rows))
}

func Bars(caption string, bars []Bar) {
	if len(bars) == 0 {
		Table(caption, nil, nil)
		return
	}
	greatest, wide := 0.0, 0
	for _, bar := range bars {
		if !math.IsInf(bar.Value, 0) {
			greatest = max(greatest, keep(bar.Value))
		}
		wide = max(wide, utf8.RuneCountInString(flat(bar.Label)))
	}
	text := lines(caption) + "\n"
	for _, bar := range bars {
		block, behind, length := "█", bar.Text, 0.0
		if bar.Highlight {
			block = "▒"
		}
		if behind == "" {
			behind = number(bar.Value)
		}
		if bar.Value > 0 && !math.IsInf(bar.Value, 0) {
			length = max(bar.Value/greatest*40, 1)
		}
		label := flat(bar.Label)
		line := label + strings.Repeat(" ", wide-utf8.RuneCountInString(label)) + " |" +
			strings.Repeat(block, int(length+0.5)) + " " + flat(behind)
		text += strings.TrimRight(line, " ") + "\n"
	}
	fmt.Print(text)
}

// keep is v, or 0 where it is not a number.
func keep(v float64) float64 {
	if v != v {
		return 0
	}
	return v
}

func Lines(c Chart) {
	header := []string{c.XLabel}
	for _, s := range c.Series {
		header = append(header, s.Name)
	}
	var rows [][]string
	for i, x := range c.X {
		rows = append(rows, row(number(x), i, c.Series))
	}
	Table(c.Caption, header, rows)
}

func Dots(caption string, labels []string, scales []Series) {
	header := []string{""}
	for _, s := range scales {
		header = append(header, s.Name)
	}
	var rows [][]string
	for i, label := range labels {
		rows = append(rows, row(label, i, scales))
	}
	Table(caption, header, rows)
}

// row is a name and the value at i of each series that has one.
func row(name string, i int, series []Series) []string {
	cells := []string{name}
	for _, s := range series {
		cell := ""
		if i < len(s.Y) {
			cell = number(s.Y[i])
		}
		cells = append(cells, cell)
	}
	return cells
}

func table(header []string, rows [][]string) string {
	if len(rows) == 0 {
		return "(no data)\n"
	}
	all := rows
	if len(header) > 0 {
		all = append([][]string{header}, rows...)
	}
	var width []int
	var right []bool
	for i, cells := range all {
		for col, cell := range cells {
			if col == len(width) {
				width, right = append(width, 0), append(right, true)
			}
			width[col] = max(width[col], utf8.RuneCountInString(flat(cell)))
			if (i > 0 || len(header) == 0) && cell != "" {
				right[col] = right[col] && strings.ContainsRune("0123456789+-−", []rune(cell)[0])
			}
		}
	}
	text := ""
	for _, cells := range all {
		line := ""
		for col, cell := range cells {
			if col > 0 {
				line += "  "
			}
			cell = flat(cell)
			pad := strings.Repeat(" ", width[col]-utf8.RuneCountInString(cell))
			if right[col] {
				line += pad + cell
			} else {
				line += cell + pad
			}
		}
		text += strings.TrimRight(line, " ") + "\n"
	}
	return text
}

// flat is s in one line.
func flat(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(s)
}

// lines is a caption in lines of at most 100 characters.
func lines(caption string) string {
	text := ""
	for {
		all := []rune(caption)
		if len(all) <= 100 {
			return text + caption
		}
		line := string(all[:101])
		end := strings.LastIndex(line, ". ")
		if end < 0 {
			end = max(strings.LastIndex(line, ", "), strings.LastIndex(line, "; "), strings.LastIndex(line, ": "))
		}
		if end < 0 {
			end = strings.LastIndex(line, " ") - 1
		}
		if end < 0 {
			return text + caption
		}
		text += caption[:end+1] + "\n"
		caption = caption[end+2:]
	}
}

// number is v with up to four significant digits.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	short := strconv.FormatFloat(v, 'g', 4, 64)
	if rounded, err := strconv.ParseFloat(short, 64); err == nil && math.Abs(v) >= 1e-4 && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return short
}
