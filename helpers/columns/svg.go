package columns

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes in pixels. A monospace glyph is 0.6 of the font's height, so columns can
// be laid out without measuring text.
const (
	font   = 13.0
	glyph  = font*0.6 + 0.1
	rowH   = 22.0
	gap    = 14.0
	margin = 14.0
)

// Every colour is at least 7 : 1 against the card and against a lane (WCAG AAA),
// so the picture reads the same in a light theme, a dark theme and in print.
const (
	card = "#ffffff"
	lane = "#f1f3f5"
	ink  = "#1b1b1b"
	note = "#3d3d3d"
	warn = "#8a0a0a"
)

// svg draws the schedule. It has no ids, so that several of them in one page
// cannot clash, and asks for no font or file.
func (s Schedule) svg() string {
	names, rows := s.rows()
	widest := func(head string, cell func(row) string) float64 {
		n := utf8.RuneCountInString(head)
		for _, r := range rows {
			n = max(n, utf8.RuneCountInString(cell(r)))
		}
		return float64(n) * glyph
	}
	numberW := widest("step", func(r row) string { return r.number })
	laneW := make([]float64, len(names))
	for i := range names {
		laneW[i] = widest(names[i], func(r row) string {
			if r.lane == i {
				return r.text
			}
			return ""
		})
	}
	free := widest("", func(r row) string { // texts of no thread stand across the lanes
		if r.lane < 0 {
			return r.text
		}
		return ""
	})
	memoryW := widest("memory", func(r row) string { return r.memory })
	noteW := widest("note", func(r row) string { return r.note() })

	x := margin + numberW + gap
	lanesX := x
	laneX := make([]float64, len(names))
	for i, w := range laneW {
		laneX[i] = x
		x += w + gap
	}
	x = max(x, lanesX+free+gap)
	memoryX := x
	noteX := memoryX + memoryW + gap
	width := max(noteX+noteW+margin, margin*2+float64(utf8.RuneCountInString(cut(s.Title, longRunes)))*glyph, margin*2+float64(5+utf8.RuneCountInString(cut(s.Outcome, longRunes)))*glyph)

	top := margin
	if s.Title != "" {
		top += rowH
	}
	height := top + rowH*float64(len(rows)+1) + margin
	if s.Outcome != "" {
		height += rowH
	}

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="%.0f" fill="%s">`,
		width, height, width, height, escape(s.alt()), font, ink)
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="6" fill="%s" stroke="%s"/>`, width, height, card, note)
	text := func(x, y float64, extra, t string) {
		if t != "" {
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" xml:space="preserve"%s>%s</text>`, x, y, extra, escape(t))
		}
	}
	const bold = ` font-weight="bold"`
	base := 15.0 // from a row's top to its text's foot
	if s.Title != "" {
		text(margin, margin+base, bold, cut(s.Title, longRunes))
	}
	for i := range names {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, laneX[i]-gap/2+2, top, laneW[i]+gap-4, rowH*float64(len(rows)+1), lane)
		text(laneX[i], top+base, bold, names[i])
	}
	text(margin, top+base, bold, "step")
	text(memoryX, top+base, bold, "memory")
	text(noteX, top+base, bold, "note")
	y := top + rowH
	fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="%s"/>`, margin, y, width-margin, ink)
	for _, r := range rows {
		if r.change { // a dashed line where the processor changes hands
			fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="%s" stroke-dasharray="5 4"/>`, lanesX-gap/2, y+1, noteX-gap/2, note)
		}
		text(margin+numberW-float64(utf8.RuneCountInString(r.number))*glyph, y+base, fmt.Sprintf(` fill="%s"`, note), r.number)
		at := lanesX
		if r.lane >= 0 {
			at = laneX[r.lane]
		}
		if r.mark != "" && r.lane >= 0 { // a frame around the step the mark speaks of
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="%s" stroke-width="2"/>`, at-4, y+2, laneW[r.lane]+8, rowH-4, card, warn)
		}
		text(at, y+base, "", r.text)
		text(memoryX, y+base, "", r.memory)
		if r.mark != "" {
			text(noteX, y+base, fmt.Sprintf(` font-weight="bold" fill="%s"`, warn), r.note())
		} else {
			text(noteX, y+base, fmt.Sprintf(` fill="%s"`, note), r.note())
		}
		y += rowH
	}
	if s.Outcome != "" {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="%s"/>`, margin, y, width-margin, ink)
		text(margin, y+base+2, bold, "End: "+cut(s.Outcome, longRunes))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// escape makes a text safe inside XML and drops what XML 1.0 cannot hold.
func escape(t string) string {
	t = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, t)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(t)
}
