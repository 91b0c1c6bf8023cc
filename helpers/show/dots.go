package show

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Dots prints a table with a row for each label and a column for each scale. In a notebook it adds a picture, as [Figure.Show] does: the
// scales side by side, and on each a dot for each label. The scales are logarithmic: each grey line is ten times the one to its left, so
// that 0.3 and 3,000 both have their place. It is made for two or three scales and up to some 20 labels. A value that is missing, not
// finite, or 0 or less is in the table, as far as it is there, and has no dot; where nothing can be drawn there is no picture.
func Dots(caption string, labels []string, scales []Series) {
	f := Figure{Caption: caption, Header: []string{""}, SVG: dotsSVG(labels, scales)}
	for i, label := range labels {
		row := []string{label}
		for _, s := range scales {
			cell := ""
			if i < len(s.Y) {
				cell = number(s.Y[i])
			}
			row = append(row, cell)
		}
		f.Rows = append(f.Rows, row)
	}
	f.Alt = "Dots on logarithmic scales. " + caption
	for _, s := range scales {
		f.Header = append(f.Header, s.Name)
		f.Alt += fmt.Sprintf(" %s:", s.Name)
		for i, v := range s.Y[:min(len(s.Y), len(labels))] {
			f.Alt += fmt.Sprintf(" %s %s;", labels[i], number(v))
		}
	}
	f.Show()
}

// dotsSVG returns the picture, or "" where no value can be drawn.
func dotsSVG(labels []string, scales []Series) string {
	const row, top, maxLabels, between = 30.0, 58.0, 200.0, 40.0
	left := 40.0
	for _, label := range labels {
		left = min(max(left, textWidth(label)), maxLabels)
	}
	left += margin + 16
	width := (picture-margin-left+between)/float64(max(len(scales), 1)) - between // of one scale
	bottom := top + row*float64(len(labels))
	var b strings.Builder
	for i, label := range labels {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end">%s</text>`, left-16, top+row*float64(i)+20, escape(cut(label, 22)))
	}
	empty := true
	for n, s := range scales {
		from := left + float64(n)*(width+between)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-weight="bold">%s</text>`, from, margin+12, escape(cut(s.Name, int(width/9))))
		y := slices.Clone(s.Y[:min(len(s.Y), len(labels))])
		values := slices.DeleteFunc(slices.Clone(y), func(v float64) bool { return !drawable(v, true) })
		if len(values) == 0 {
			continue
		}
		empty = false
		x := newAxis(values, true, from, from+width-12)
		for _, t := range x.ticks {
			fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="#bbb"/><text x="%.1f" y="%.1f" font-size="12" text-anchor="middle">%s</text>`,
				x.at(t), top-4, bottom, x.at(t), top-10, short(t))
		}
		for i, v := range y {
			if drawable(v, true) {
				fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="#1f4e9a" stroke-width="3"/><circle cx="%.1f" cy="%.1f" r="6" fill="#1f4e9a"/>`,
					from, top+row*float64(i)+15, x.at(v), x.at(v), top+row*float64(i)+15)
			}
		}
	}
	if empty {
		return ""
	}
	return card(bottom+margin, b.String())
}

// short writes a power of ten, 1000 as 1k and 1000000 as 1M: beside its neighbours on a scale there is little room.
func short(v float64) string {
	switch {
	case v >= 1e9 || v < 1e-3:
		return fmt.Sprintf("1e%.0f", math.Log10(v))
	case v >= 1e6:
		return number(math.Round(v/1e6)) + "M"
	case v >= 1e3:
		return number(math.Round(v/1e3)) + "k"
	}
	return number(v)
}
