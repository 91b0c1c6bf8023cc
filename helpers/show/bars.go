package show

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Bar is one bar of a bar chart.
type Bar struct {
	Label     string  // stands before the bar
	Value     float64 // the bar's length; only finite values above 0 get a bar
	Text      string  // stands behind the bar; empty means the Value
	Highlight bool    // draws the bar hatched and its label in bold; the caption should say what that marks
}

// Bars prints the bars as a chart of text, from 0 to the greatest value, in the order given. In a notebook it adds the chart as a
// picture, as [Figure.Show] does. It is made for up to some 40 bars. A value that is negative, infinite or not a number is printed and
// gets no bar; without bars it prints "(no data)".
func Bars(caption string, bars []Bar) {
	f := Figure{Caption: caption, Header: []string{"name", "value"}}
	if len(bars) == 0 {
		f.Show()
		return
	}
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
	f.SVG = barsSVG(bars)
	emit(broken(caption)+"\n"+barsText(bars), f.HTML())
}

// text returns what stands behind the bar.
func (b Bar) text() string {
	if b.Text != "" {
		return b.Text
	}
	return number(b.Value)
}

// length returns the bar's length as a part of full; a value above 0 is never too short to see.
func (b Bar) length(greatest, full, least float64) float64 {
	if !(b.Value > 0) || math.IsInf(b.Value, 0) {
		return 0
	}
	return max(b.Value/greatest*full, least)
}

// greatest returns the greatest finite value, or 0 where no value is above 0.
func greatest(bars []Bar) float64 {
	top := 0.0
	for _, bar := range bars {
		if bar.Value > top && !math.IsInf(bar.Value, 0) {
			top = bar.Value
		}
	}
	return top
}

func barsText(bars []Bar) string {
	const full = 40
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
			strings.Repeat(block, int(bar.length(greatest(bars), full, 1)+0.5)) + " " + oneLine(bar.text())
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func barsSVG(bars []Bar) string {
	const (
		row       = 28  // pixels from one bar to the next
		maxLabels = 260 // pixels for the labels
		maxRunes  = 32  // what fits into them
	)
	labels, texts := 40.0, 40.0
	for _, bar := range bars {
		labels = min(max(labels, textWidth(bar.Label)), maxLabels)
		texts = min(max(texts, textWidth(bar.text())), maxLabels)
	}
	x0 := margin + labels + 8
	full := picture - x0 - 8 - texts - margin
	var b strings.Builder
	// The stripes are wide enough to be seen on paper without colour.
	b.WriteString(`<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
		`<rect width="7" height="7" fill="#fff"/><rect width="3" height="7" fill="#8a2b00"/></pattern></defs>`)
	for i, bar := range bars {
		y := margin + float64(i)*row
		fill, stroke, weight := "#1f4e9a", "#1f4e9a", "normal"
		if bar.Highlight {
			fill, stroke, weight = "url(#hatch)", "#8a2b00", "bold"
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end" font-weight="%s">%s</text>`,
			x0-8, y+18, weight, escape(cut(bar.Label, maxRunes)))
		length := bar.length(greatest(bars), full, 2)
		if length > 0 {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="20" fill="%s" stroke="%s"/>`, x0, y+3, length, fill, stroke)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-weight="%s">%s</text>`,
			x0+length+6, y+18, weight, escape(cut(bar.text(), maxRunes)))
	}
	bottom := margin + float64(len(bars))*row
	fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s"/>`, x0, float64(margin), bottom, ink)
	return card(bottom+margin, b.String())
}

// What all pictures share, in pixels.
const (
	picture  = 720.0
	margin   = 14.0
	fontSize = 14
	ink      = "#1a1a1a" // on white: a contrast of 17 to 1
)

// card returns a whole SVG document with its own white background, so that the dark text is readable in a dark theme too.
func card(height float64, content string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" `+
		`font-family="system-ui, sans-serif" font-size="%[3]d" fill="%[4]s">`+
		`<rect x="0.5" y="0.5" width="%[5]g" height="%[6]g" rx="6" fill="#fff" stroke="#767676"/>%[7]s</svg>`,
		picture, math.Ceil(height), fontSize, ink, picture-1, math.Ceil(height)-1, content)
}

// textWidth returns about how many pixels s takes; a picture cannot measure the reader's font.
func textWidth(s string) float64 {
	return float64(utf8.RuneCountInString(s)) * fontSize * 0.62
}

// cut returns s in at most n characters. The table below the picture has it whole.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// number returns v with up to four significant digits, without an exponent where a person would write none.
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
