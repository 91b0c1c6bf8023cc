package timeline

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/show"
)

// What a picture has room for. Show makes it smaller until it has at most maxPicture bytes.
const (
	maxPicture = 32_000 // a third more in base64; a notebook with all its outputs stays below 300 KB
	maxRows    = 12     // goroutines in a picture of cores
	maxLanes   = 40     // goroutines in a picture of goroutines
	maxCores   = 8      // cores in a picture
	bandTurns  = 40     // turns in one band of the picture in full
	bands      = 5      // bands, so that the first 200 turns are drawn in full
	buckets    = 75     // points in time of a picture of shares
)

// Sizes in pixels.
const (
	left  = 132.0 // where time begins
	plot  = 750.0 // the width of the whole time
	rowH  = 18.0
	gapH  = 4.0
	lower = 13.0 // from a row's top to its text's foot
)

// Show shows what ran on which core, with a table of cores and goroutines: a row a core, and a row
// a goroutine. Up to 40 turns are drawn in one piece. Of more turns it draws the first 200 in full,
// in bands one after another, each with a time scale of its own, and above them the whole time as
// shares: how much of each moment a goroutine had on a core. The picture has at most 32 KB; 100,000
// turns take about 0.1 s. What there are too many of (cores beyond 8, goroutines beyond 12) is left
// out of the picture, which says so.
//
// Where the picture will be compared with others, give those too: the whole time then has the scale
// that all of them have room on.
func (t Timeline) Show(others ...Timeline) {
	if t.note() {
		t.Figure(others...).Show()
	}
}

// ShowGoroutines shows a row a goroutine over the whole time: when it ran, waited for a core and
// was blocked. It suits work that waits much and runs little, such as requests one after another
// and together. Bounds, cost and others are those of Show, with at most 40 goroutines.
func (t Timeline) ShowGoroutines(others ...Timeline) {
	if t.note() {
		t.FigureGoroutines(others...).Show()
	}
}

// note prints Err, and returns whether there is anything to draw.
func (t Timeline) note() bool {
	if t.Err != nil {
		fmt.Println("timeline:", t.Err)
	}
	return len(t.Goroutines) > 0
}

// Figure is what Show shows.
func (t Timeline) Figure(others ...Timeline) show.Figure {
	f := t.figure(maxRows, fmt.Sprintf("Who ran on which core, in %s: at most %s running at the same moment",
		show.Duration(t.Duration), show.Count(t.AtOnce, "goroutine")))
	var cores [][]string
	for i, c := range t.Cores[:min(len(t.Cores), maxCores)] {
		cores = append(cores, []string{fmt.Sprintf("core %d", i), number(c.Turns), t.inUnit(c.Busy), "", "", ""})
	}
	f.Rows = append(cores, f.Rows...)
	f.SVG = t.beside(others).fit(Timeline.drawCores)
	return f
}

// FigureGoroutines is what ShowGoroutines shows.
func (t Timeline) FigureGoroutines(others ...Timeline) show.Figure {
	f := t.figure(maxLanes, fmt.Sprintf("What each goroutine did, in %s: "+
		"at most %d running, and of those drawn %d blocked at the same moment",
		show.Duration(t.Duration), t.AtOnce, t.BlockedAtOnce))
	f.SVG = t.beside(others).fit(Timeline.drawGoroutines)
	return f
}

// figure has the data of the goroutines.
func (t Timeline) figure(limit int, caption string) show.Figure {
	_, name := t.unit()
	header := []string{"", "turns", "running, " + name, "waiting for a core, " + name, "blocked, " + name, "blocked on"}
	return show.Figure{Caption: caption, Alt: t.describe(), Header: header, Rows: t.rows(limit)}
}

// beside is t with room on its scale for all.
func (t Timeline) beside(others []Timeline) Timeline {
	t.whole = max(t.Duration, 1)
	for _, o := range others {
		t.whole = max(t.whole, o.Duration)
	}
	return t
}

// fit draws with less and less detail until the picture is small enough.
func (t Timeline) fit(draw func(t Timeline, scale int) string) string {
	for scale := 1; ; scale *= 2 {
		if svg := draw(t, scale); len(svg) <= maxPicture || scale >= 16 {
			return svg
		}
	}
}

// describe says the picture in words.
func (t Timeline) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A timeline of %s.", show.Duration(t.Duration))
	for i, c := range t.Cores[:min(len(t.Cores), maxCores)] {
		fmt.Fprintf(&b, " Core %d: %s, busy %s of the time.", i, show.Count(c.Turns, "turn"), t.percent(c.Busy))
	}
	if n := len(t.Cores) - maxCores; n > 0 {
		fmt.Fprintf(&b, " %s more.", show.Count(n, "core"))
	}
	fmt.Fprintf(&b, " Of %s, at most %d ran at the same moment; "+
		"of those drawn, at most %d were blocked at the same moment.",
		show.Count(len(t.Goroutines), "goroutine"), t.AtOnce, t.BlockedAtOnce)
	for _, g := range t.Goroutines[:t.shown(maxRows)] {
		fmt.Fprintf(&b, " %s: %s, running %s, waiting for a core %s, blocked %s.", g.Name, show.Count(g.Turns, "turn"),
			t.percent(g.In[Running]), t.percent(g.In[Waiting]), t.percent(g.In[Blocked]))
	}
	return b.String()
}

func (t Timeline) rows(limit int) (rows [][]string) {
	shown := t.Goroutines[:t.shown(limit)]
	for _, g := range shown {
		rows = append(rows, []string{g.Name, number(g.Turns),
			t.inUnit(g.In[Running]), t.inUnit(g.In[Waiting]), t.inUnit(g.In[Blocked]), g.On})
	}
	if rest := t.Goroutines[len(shown):]; len(rest) > 0 {
		var turns int
		var in [3]time.Duration
		for _, g := range rest {
			turns += g.Turns
			for s := range in {
				in[s] += g.In[s]
			}
		}
		rows = append(rows, []string{number(len(rest)) + " more", number(turns),
			t.inUnit(in[Running]), t.inUnit(in[Waiting]), t.inUnit(in[Blocked]), ""})
	}
	return rows
}

// shown is how many goroutines are drawn one by one: if any have names, those that do and the one that recorded.
func (t Timeline) shown(limit int) int {
	n := len(t.Goroutines)
	if t.named > 0 {
		n = min(n, 1+t.named)
	}
	return min(n, limit)
}

// unit is what all times of a table are written in, so that they can be compared at a glance.
func (t Timeline) unit() (time.Duration, string) {
	if t.Duration < time.Millisecond {
		return time.Microsecond, "µs"
	}
	return time.Millisecond, "ms"
}

// inUnit writes a time to a hundredth of the unit.
func (t Timeline) inUnit(d time.Duration) string {
	unit, _ := t.unit()
	return show.Number(math.Round(100*float64(d)/float64(unit)) / 100)
}

func (t Timeline) percent(d time.Duration) string {
	if t.Duration <= 0 {
		return "0 %"
	}
	p := 100 * float64(d) / float64(t.Duration)
	switch {
	case d > 0 && p < 1:
		return "under 1 %"
	default:
		return fmt.Sprintf("%.0f %%", p)
	}
}

// A pen draws the parts of a picture from top to bottom.
type pen struct {
	canvas.Canvas
	y float64 // the next row's top
}

// heading writes a line over the whole width.
func (c *pen) heading(s string) {
	c.y += 8
	c.Text(canvas.Margin, c.y+lower, canvas.Bold, s)
	c.y += rowH + gapH
}

// label writes a row's name.
func (c *pen) label(s string) {
	c.Text(canvas.Margin, c.y+lower, 0, canvas.Cut(s, 14))
}

// picture puts the parts on a card of their height.
func (c *pen) picture() string { return c.SVG(left+plot+canvas.Margin, c.y+8) }

// legend says how the states are drawn, with the shapes themselves.
func (c *pen) legend(cores bool) {
	x := left
	name := func(s string) {
		c.Text(x+36, c.y+lower, 0, s)
		x += 60 + canvas.Width(s)
	}
	c.running(canvas.Fill+1, canvas.Box(x, c.y+2, 28, rowH-4))
	name("running")
	c.waiting(canvas.Box(x, c.y+6, 28, rowH-12))
	name("waiting for a core")
	c.blocked(fmt.Sprintf("M%.1f %.1fh28", x, c.y+rowH/2))
	name("blocked")
	c.y += rowH + gapH
	if cores {
		c.Text(left, c.y+11, 0, "On a core's row stands who ran there; on a goroutine's row, its core.")
		c.y += rowH + gapH
	}
}

// The three states differ in shape: a filled box as high as its row, a hollow box half as high, a dotted line.
func (c *pen) running(fill canvas.Colour, d string) { c.Path(d, fill, canvas.Ink, `stroke-width=".6"`) }
func (c *pen) waiting(d string)                     { c.Path(d, canvas.Paper, canvas.Soft, `stroke-width=".8"`) }
func (c *pen) blocked(d string) {
	c.Path(d, canvas.None, canvas.Soft, `stroke-width="2" stroke-dasharray="2 4"`)
}

// fill is a goroutine's colour, which tells it at a glance; a label, an outline and the table say
// the same. The one that records is grey.
func fill(goroutine int) canvas.Colour {
	if goroutine == 0 {
		return canvas.Fill
	}
	return canvas.Fill + 1 + canvas.Colour((goroutine-1)%8)
}

// drawCores is the picture of Show; a greater scale draws less.
func (t Timeline) drawCores(scale int) string {
	var c pen
	total := 0
	for _, g := range t.Goroutines {
		total += g.Turns
	}
	if total <= bandTurns {
		c.heading("The whole time: " + show.Duration(t.Duration))
		c.legend(true)
		t.band(&c, t.spans, 0, int64(t.whole))
		return c.picture()
	}
	c.heading(fmt.Sprintf("The whole time, %s: each goroutine's share of each core", show.Duration(t.Duration)))
	t.shares(&c, buckets/scale)
	shown := max(bands/scale, 1) * bandTurns
	if total <= shown {
		c.heading(fmt.Sprintf("All %d turns in full", total))
	} else {
		c.heading(fmt.Sprintf("The first %d of %s turns in full", shown, number(total)))
	}
	c.legend(true)
	for _, b := range t.bands(shown) {
		t.band(&c, t.spans, b[0], b[1])
		c.y += 2 * gapH
	}
	return c.picture()
}

// bands cuts the time of the first turns into pieces of bandTurns turns.
func (t Timeline) bands(shown int) (cuts [][2]int64) {
	begin, turns, end := int64(0), 0, int64(0)
	for _, s := range t.spans {
		if s.state != Running {
			continue
		}
		if turns > 0 && turns%bandTurns == 0 && s.start > begin {
			cuts = append(cuts, [2]int64{begin, s.start})
			begin = s.start
		}
		if turns == shown {
			return cuts
		}
		turns++
		end = max(end, s.end)
	}
	return append(cuts, [2]int64{begin, max(end, int64(t.Duration))})
}

// band draws what happened from one moment to another: a row a core, then a row a goroutine.
func (t Timeline) band(c *pen, spans []span, from, to int64) {
	if to <= from {
		return
	}
	scale := plot / float64(to-from)
	c.Text(left, c.y+11, 0, fmt.Sprintf("from %s to %s",
		show.Duration(time.Duration(from)), show.Duration(time.Duration(to))))
	c.y += rowH
	cores := min(len(t.Cores), maxCores)
	rows := t.shown(maxRows)
	inside := make([][]span, cores+rows)
	for _, s := range spans {
		if s.start >= to {
			break
		}
		if s.end < from || s.end == from && s.start < from {
			continue
		}
		if s.state == Running && s.core >= 0 && int(s.core) < cores {
			inside[s.core] = append(inside[s.core], s)
		}
		if int(s.goroutine) < rows {
			inside[cores+int(s.goroutine)] = append(inside[cores+int(s.goroutine)], s)
		}
	}
	for i, row := range inside {
		if i < cores {
			c.label(fmt.Sprintf("core %d", i))
			c.Path(fmt.Sprintf("M%.0f %.1fh%.0f", left, c.y+rowH-1, plot), canvas.None, canvas.Soft, "")
		} else {
			c.label(t.Goroutines[i-cores].Name)
		}
		t.row(c, row, func(s span) (float64, float64) {
			a, b := max(s.start, from), min(s.end, to)
			return left + float64(a-from)*scale, float64(b-a) * scale
		}, func(s span) string {
			if i < cores {
				return t.Goroutines[s.goroutine].Name
			}
			if s.core < 0 {
				return ""
			}
			return fmt.Sprint(s.core)
		})
		c.y += rowH
		if i == cores-1 {
			c.y += gapH
		}
	}
	if n := len(t.Goroutines) - rows; n > 0 {
		c.label(fmt.Sprintf("… and %s more", number(n)))
		c.y += rowH
	}
}

// row draws spans, one path for all of a kind, so that thousands stay small.
func (t Timeline) row(c *pen, spans []span, place func(span) (x, w float64), name func(span) string) {
	boxes := make(map[int]*strings.Builder) // by goroutine
	var waiting, blocked, labels, places strings.Builder
	for _, s := range spans {
		x, w := place(s)
		switch s.state {
		case Running:
			b := boxes[int(s.goroutine)]
			if b == nil {
				b = new(strings.Builder)
				boxes[int(s.goroutine)] = b
			}
			b.WriteString(canvas.Box(x, c.y+1, max(w, 0.7), rowH-3))
			n := name(s)
			// A narrow box is told by its colour and its row.
			if room := w - float64(len([]rune(n)))*canvas.Glyph; n != "" && room >= 3 {
				for i := range []rune(n) {
					fmt.Fprintf(&places, " %s", canvas.Pixels(x+room/2+float64(i)*canvas.Glyph))
				}
				labels.WriteString(canvas.Escape(n))
			}
		case Waiting:
			waiting.WriteString(canvas.Box(x, c.y+5, max(w, 0.5), rowH-11))
		case Blocked:
			fmt.Fprintf(&blocked, "M%s %sh%s", canvas.Pixels(x), canvas.Pixels(c.y+rowH/2-1), canvas.Pixels(max(w, 0.5)))
		}
	}
	if blocked.Len() > 0 {
		c.blocked(blocked.String())
	}
	if waiting.Len() > 0 {
		c.waiting(waiting.String())
	}
	for g := range len(t.Goroutines) { // not over the map, whose order changes
		if b := boxes[g]; b != nil {
			c.running(fill(g), b.String())
		}
	}
	if labels.Len() > 0 {
		// One text for all, with a place for each character: by itself each label would take 30
		// bytes, half of the picture.
		fmt.Fprintf(c, `<text y="%s" x="%s">%s</text>`, canvas.Pixels(c.y+lower), places.String()[1:], labels.String())
	}
}

// shares draws, for each core and each goroutine, how much of the time it had there: the row's full
// height is all of it.
func (t Timeline) shares(c *pen, n int) {
	total := int64(t.whole)
	cores := min(len(t.Cores), maxCores)
	lanes := t.busiest(max(2, min(maxRows, 40/cores)))
	lane := make([]int, len(t.Goroutines)) // of a goroutine; the last is for all the others
	for i := range lane {
		lane[i] = len(lanes)
	}
	for l, g := range lanes {
		lane[g] = l
	}
	had := make([][][]float64, cores) // by core, lane and bucket; nil where the lane never ran on the core
	for core, turns := range t.turns()[:cores] {
		had[core] = make([][]float64, len(lanes)+1)
		for _, s := range turns {
			l := lane[s.goroutine]
			if had[core][l] == nil {
				had[core][l] = make([]float64, n)
			}
			spread(had[core][l], s.start, s.end, total)
		}
	}
	full := fullHeight(had)
	c.Text(left, c.y+11, 0, fmt.Sprintf("A goroutine's row is full where it had %.0f %% of the core or more.", 100*full))
	c.y += rowH + gapH
	for core := range had {
		c.Text(canvas.Margin, c.y+lower, canvas.Bold, fmt.Sprintf("core %d", core))
		c.Text(left, c.y+lower, 0, fmt.Sprintf("%s, busy %s of the time",
			show.Count(t.Cores[core].Turns, "turn"), t.percent(t.Cores[core].Busy)))
		c.y += rowH
		for l, shares := range had[core] {
			if shares == nil {
				continue
			}
			name, colour := "the others", fill(0)
			if l < len(lanes) {
				name, colour = t.Goroutines[lanes[l]].Name, fill(lanes[l])
			}
			c.Text(28, c.y+lower, 0, canvas.Cut(name, 12))
			c.area(shares, full, colour)
			c.y += rowH
		}
		c.y += gapH
	}
	if n := len(t.Cores) - cores; n > 0 {
		c.label(fmt.Sprintf("… and %s", show.Count(n, "core")))
		c.y += rowH
	}
}

// fullHeight is the share that a row's height stands for: where five goroutines take turns none has
// much more than a fifth, so that 100 % would leave the rows nearly empty. Nine in ten shares fit.
func fullHeight(had [][][]float64) float64 {
	var some []float64
	for _, lanes := range had {
		for _, shares := range lanes {
			for _, share := range shares {
				if share > 0 {
					some = append(some, share)
				}
			}
		}
	}
	if len(some) == 0 {
		return 1
	}
	slices.Sort(some)
	for _, full := range []float64{0.1, 0.25, 0.5} {
		if some[len(some)*9/10] <= full {
			return full
		}
	}
	return 1
}

// spread adds the time from start to end to the buckets it lies in, as shares of a bucket.
func spread(had []float64, start, end, total int64) {
	width := float64(total) / float64(len(had))
	for i := min(int(float64(start)/width), len(had)-1); i < len(had); i++ {
		a, b := max(float64(start), float64(i)*width), min(float64(end), float64(i+1)*width)
		if b > a {
			had[i] += (b - a) / width
		}
		if float64(end) <= float64(i+1)*width {
			return
		}
	}
}

// area draws shares as a filled stair over a base line. A share that is not nothing is at least half a pixel high.
func (c *pen) area(had []float64, full float64, colour canvas.Colour) {
	step := plot / float64(len(had))
	base := c.y + rowH - 2
	var d strings.Builder
	fmt.Fprintf(&d, "M%.0f %.0f", left, base)
	last := 0.0
	for i, share := range append(had, 0) {
		h := float64(int(min(share/full, 1)*2*(rowH-3)+0.5)) / 2
		if share > 0 {
			h = max(h, 0.5)
		}
		if h != last {
			fmt.Fprintf(&d, "H%sv%s", canvas.Pixels(left+float64(i)*step), canvas.Pixels(last-h))
			last = h
		}
	}
	fmt.Fprintf(&d, "H%.0fz", left)
	c.running(colour, d.String())
}

// busiest returns the goroutines that ran longest, by the order of their starting.
func (t Timeline) busiest(n int) []int {
	all := make([]int, len(t.Goroutines))
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(a, b int) int { return int(t.Goroutines[b].In[Running] - t.Goroutines[a].In[Running]) })
	all = all[:min(n, len(all))]
	slices.Sort(all)
	return all
}

// drawGoroutines is the picture of ShowGoroutines; a greater scale draws less.
func (t Timeline) drawGoroutines(scale int) string {
	var c pen
	c.heading("The whole time: " + show.Duration(t.Duration))
	c.legend(false)
	rows := t.shown(maxLanes)
	inside := make([][]span, rows)
	for _, s := range t.spans {
		if int(s.goroutine) < rows {
			inside[s.goroutine] = append(inside[s.goroutine], s)
		}
	}
	for i, row := range inside {
		c.label(t.Goroutines[i].Name)
		t.row(&c, coarse(row, int64(t.whole), int(plot)/scale), func(s span) (float64, float64) {
			k := plot / float64(t.whole)
			return left + float64(s.start)*k, float64(s.end-s.start) * k
		}, func(span) string { return "" })
		c.y += rowH
	}
	if n := len(t.Goroutines) - rows; n > 0 {
		c.label(fmt.Sprintf("… and %s more", number(n)))
		c.y += rowH
	}
	c.Text(left, c.y+lower, 0, "0")
	c.Text(left+plot, c.y+lower, canvas.End, show.Duration(t.whole))
	c.y += rowH
	return c.picture()
}

// coarse rounds a goroutine's spans to n points in time. At each it keeps one state: running if the
// goroutine ran there at all and did not mostly wait for a core, else the one that took longer;
// neighbours with the same state become one.
func coarse(spans []span, total int64, n int) (merged []span) {
	had := [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for _, s := range spans {
		spread(had[s.state], s.start, max(s.end, s.start+1), max(total, 1))
	}
	for i := range n {
		state, some := Running, true
		switch run, wait, block := had[Running][i], had[Waiting][i], had[Blocked][i]; {
		case run > 0 && run >= wait:
		case wait > 0 && wait >= block || run > 0:
			state = Waiting
		case block > 0:
			state = Blocked
		default:
			some = false
		}
		if !some {
			continue
		}
		start, end := int64(i)*total/int64(n), int64(i+1)*total/int64(n)
		if m := len(merged); m > 0 && merged[m-1].end == start && merged[m-1].state == state {
			merged[m-1].end = end
		} else {
			merged = append(merged, span{start: start, end: end, goroutine: spans[0].goroutine, core: -1, state: state})
		}
	}
	return merged
}

func number(n int) string { return show.Number(float64(n)) }
