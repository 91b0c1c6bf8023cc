package columns

import (
	"fmt"
	"unicode/utf8"

	"example.com/multithreading/helpers/internal/canvas"
)

// Sizes in pixels.
const (
	rowH = 22.0
	gap  = 14.0
	base = 15.0 // from a row's top to its text's foot
)

// svg draws the schedule: a column for each goroutine, and in it what the goroutine does. Where the
// table has one column that names the goroutine, the picture's columns are narrow, with the name in
// that of the goroutine whose step it is, and one more column says what it does.
func (s Schedule) svg() string {
	names, rows := s.rows()
	_, _, narrow := s.table()
	widest := func(head string, cell func(row) string) float64 {
		n := utf8.RuneCountInString(head)
		for _, r := range rows {
			n = max(n, utf8.RuneCountInString(cell(r)))
		}
		return float64(n) * canvas.Glyph
	}
	inLane := func(r row) string {
		if narrow && r.lane >= 0 {
			return names[r.lane]
		}
		return r.text
	}
	numberW := widest("step", func(r row) string { return r.number })
	lanesX := canvas.Margin + numberW + gap
	x := lanesX
	laneX, laneW := make([]float64, len(names)), make([]float64, len(names))
	for i, name := range names {
		laneX[i], laneW[i] = x, widest(name, func(r row) string {
			if r.lane == i {
				return inLane(r)
			}
			return ""
		})
		x += laneW[i] + gap
	}
	doesX := x
	if narrow {
		x += widest("does", func(r row) string { return r.text }) + gap
	} else { // texts of no goroutine stand across the lanes
		x = max(x, lanesX+gap+widest("", func(r row) string {
			if r.lane < 0 {
				return r.text
			}
			return ""
		}))
	}
	memoryX := x
	noteX := memoryX + widest("memory", func(r row) string { return r.memory }) + gap
	width := noteX + widest("note", row.note) + canvas.Margin

	var c canvas.Canvas
	const top = canvas.Margin
	for i, name := range names {
		c.Rect(laneX[i]-gap/2+2, top, laneW[i]+gap-4, rowH*float64(len(rows)+1), canvas.Lane, canvas.None)
		c.Text(laneX[i], top+base, canvas.Bold, name)
	}
	c.Text(canvas.Margin, top+base, canvas.Bold, "step")
	if narrow {
		c.Text(doesX, top+base, canvas.Bold, "does")
	}
	c.Text(memoryX, top+base, canvas.Bold, "memory")
	c.Text(noteX, top+base, canvas.Bold, "note")
	y := top + rowH
	c.Path(fmt.Sprintf("M%d %.0fH%.1f", canvas.Margin, y, width-canvas.Margin), canvas.None, canvas.Ink, "")
	for _, r := range rows {
		if r.change { // a dashed line where the processor changes hands
			c.Path(fmt.Sprintf("M%.1f %.0fH%.1f", lanesX-gap/2, y+1, noteX-gap/2), canvas.None, canvas.Soft, `stroke-dasharray="5 4"`)
		}
		c.Text(canvas.Margin+numberW, y+base, canvas.End|canvas.Faint, r.number)
		switch {
		case r.lane >= 0:
			if r.mark != "" { // a frame around the step the mark speaks of
				c.Path(canvas.Box(laneX[r.lane]-4, y+2, laneW[r.lane]+8, rowH-4), canvas.Paper, canvas.Warn, `stroke-width="2"`)
			}
			c.Text(laneX[r.lane], y+base, 0, inLane(r))
			if narrow {
				c.Text(doesX, y+base, 0, r.text)
			}
		case narrow:
			c.Text(doesX, y+base, 0, r.text)
		default:
			c.Text(lanesX, y+base, 0, r.text)
		}
		c.Text(memoryX, y+base, 0, r.memory)
		style := canvas.Faint
		if r.mark != "" {
			style = canvas.Bold | canvas.Warning
		}
		c.Text(noteX, y+base, style, r.note())
		y += rowH
	}
	return c.SVG(width, y+canvas.Margin)
}
