package timeline

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

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
	left     = 130.0 // where time begins
	plot     = 750.0 // the width of the whole time
	right    = 20.0
	rowH     = 18.0
	gapH     = 4.0
	fontSize = 12.0
	glyph    = 7.3 // a monospace character's width at that size
	boxFont  = 10.0
	boxGlyph = 6.1
)

// A fill tells goroutines apart at a glance; a label, an outline and the data table say the same. Text on every fill has a contrast of
// more than 7 : 1 (WCAG AAA).
var fills = []string{"#d5d5d5", "#8ecae6", "#f4b860", "#b5e48c", "#dcb5ff", "#ffb3a7", "#f6e58d", "#8fe3d0", "#c8c2a8"}

const (
	ink   = "#1b1b1b"
	faint = "#4a4a4a"
	paper = "#ffffff"
)

// Show prints what ran on which core, with a table of cores and goroutines; in a notebook it also draws it: a row a core, and a row
// a goroutine. Up to 40 turns are drawn in one piece. Of more turns it draws the first 200 in full, in bands one after another,
// each with a time scale of its own, and above them the whole time as shares: how much of each moment a goroutine had on a core. The
// picture has at most 32 KB; 100,000 turns take about 0.1 s. What there are too many of (cores beyond 8, goroutines beyond 12) is
// left out of the picture, which says so.
func (t Timeline) Show() {
	if t.note() {
		t.Figure().Show()
	}
}

// ShowGoroutines prints and draws a row a goroutine over the whole time: when it ran, waited for a core and was blocked. It suits work that
// waits much and runs little, such as requests one after another and together. Bounds and cost are those of Show, with at
// most 40 goroutines.
func (t Timeline) ShowGoroutines() {
	if t.note() {
		t.FigureGoroutines().Show()
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
func (t Timeline) Figure() show.Figure {
	f := show.Figure{
		Caption: fmt.Sprintf("Who ran on which core, in %s: at most %s running at the same moment", round(t.Duration), count(t.AtOnce, "goroutine")),
		Alt:     t.describe(),
		Header:  []string{"", "turns", "running", "waiting for a core", "blocked", "blocked on"},
	}
	for i, c := range t.Cores[:min(len(t.Cores), maxCores)] {
		f.Rows = append(f.Rows, []string{fmt.Sprintf("core %d", i), number(c.Turns), t.share(c.Busy), "", "", ""})
	}
	f.Rows = append(f.Rows, t.rows(maxRows)...)
	f.SVG = t.fit(func(scale int) string { return t.drawCores(scale) })
	return f
}

// FigureGoroutines is what ShowGoroutines shows.
func (t Timeline) FigureGoroutines() show.Figure {
	return show.Figure{
		Caption: fmt.Sprintf("What each goroutine did, in %s: at most %d running, and of those drawn %d blocked at the same moment", round(t.Duration), t.AtOnce, t.BlockedAtOnce),
		Alt:     t.describe(),
		Header:  []string{"", "turns", "running", "waiting for a core", "blocked", "blocked on"},
		Rows:    t.rows(maxLanes),
		SVG:     t.fit(func(scale int) string { return t.drawGoroutines(scale) }),
	}
}

// fit draws with less and less detail until the picture is small enough.
func (t Timeline) fit(draw func(scale int) string) string {
	for scale := 1; ; scale *= 2 {
		if svg := draw(scale); len(svg) <= maxPicture || scale >= 16 {
			return svg
		}
	}
}

// describe says the picture in words.
func (t Timeline) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A timeline of %s.", round(t.Duration))
	for i, c := range t.Cores[:min(len(t.Cores), maxCores)] {
		fmt.Fprintf(&b, " Core %d: %s, busy %s of the time.", i, count(c.Turns, "turn"), t.percent(c.Busy))
	}
	if n := len(t.Cores) - maxCores; n > 0 {
		fmt.Fprintf(&b, " %s more.", count(n, "core"))
	}
	fmt.Fprintf(&b, " Of %s, at most %d ran at the same moment; of those drawn, at most %d were blocked at the same moment.",
		count(len(t.Goroutines), "goroutine"), t.AtOnce, t.BlockedAtOnce)
	for _, g := range t.Goroutines[:t.shown(maxRows)] {
		fmt.Fprintf(&b, " %s: %s, running %s, waiting for a core %s, blocked %s.", g.Name, count(g.Turns, "turn"),
			t.percent(g.In[Running]), t.percent(g.In[Waiting]), t.percent(g.In[Blocked]))
	}
	return b.String()
}

func (t Timeline) rows(limit int) (rows [][]string) {
	shown := t.Goroutines[:t.shown(limit)]
	for _, g := range shown {
		rows = append(rows, []string{g.Name, number(g.Turns), t.share(g.In[Running]), t.share(g.In[Waiting]), t.share(g.In[Blocked]), g.On})
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
		rows = append(rows, []string{fmt.Sprintf("%s more", number(len(rest))), number(turns), round(in[Running]), round(in[Waiting]), round(in[Blocked]), ""})
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

func (t Timeline) share(d time.Duration) string { return round(d) + " (" + t.percent(d) + ")" }

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

// A canvas collects the parts of a picture from top to bottom.
type canvas struct {
	strings.Builder
	y float64 // the next row's top
}

func (c *canvas) text(x, y float64, attributes, s string) {
	fmt.Fprintf(c, `<text x="%.4g" y="%.4g"%s>%s</text>`, x, y, attributes, html.EscapeString(s))
}

// heading writes a line over the whole width.
func (c *canvas) heading(s string) {
	c.y += 8
	c.text(12, c.y+13, ` font-weight="bold"`, s)
	c.y += rowH + gapH
}

// label writes a row's name.
func (c *canvas) label(s string) {
	c.text(12, c.y+13, "", cut(s, 15))
}

// picture puts the parts on a card of their height.
func (c *canvas) picture(alt string) string {
	width, height := left+plot+right, c.y+8
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s" `+
		`font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="%.0f" fill="%s">`+
		`<rect width="%.0f" height="%.0f" rx="6" fill="%s" stroke="%s"/>`,
		width, height, width, height, html.EscapeString(alt), fontSize, ink, width, height, paper, faint) + c.String() + `</svg>`
}

// legend says how the states are drawn, with the shapes themselves.
func (c *canvas) legend(cores bool) {
	x := left
	box := func(shape, s string) {
		c.WriteString(shape)
		c.text(x+36, c.y+13, "", s)
		x += 36 + float64(len(s))*glyph + 24
	}
	box(runningPath(fills[1], rect(x, c.y+2, 28, rowH-4)), "running")
	box(waitingPath(rect(x, c.y+6, 28, rowH-12)), "waiting for a core")
	box(blockedPath(fmt.Sprintf("M%.1f %.1fh28", x, c.y+rowH/2)), "blocked")
	c.y += rowH + gapH
	if cores {
		c.text(left, c.y+11, "", "On a core's row stands who ran there; on a goroutine's row, its core.")
		c.y += rowH + gapH
	}
}

// The three states differ in shape: a filled box as high as its row, a hollow box half as high, a dotted line.
func runningPath(fill, d string) string {
	return fmt.Sprintf(`<path d="%s" fill="%s" stroke="%s" stroke-width=".6"/>`, d, fill, ink)
}
func waitingPath(d string) string {
	return fmt.Sprintf(`<path d="%s" fill="%s" stroke="%s" stroke-width=".8"/>`, d, paper, faint)
}
func blockedPath(d string) string {
	return fmt.Sprintf(`<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="2 4"/>`, d, faint)
}

func rect(x, y, w, h float64) string {
	return fmt.Sprintf("M%s %sh%sv%sh-%sz", short(x), short(y), short(w), short(h), short(w))
}

// short writes a coordinate with at most one decimal.
func short(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

// fill is a goroutine's colour; the one that records is grey.
func fill(goroutine int) string {
	if goroutine == 0 {
		return fills[0]
	}
	return fills[1+(goroutine-1)%(len(fills)-1)]
}

// drawCores is the picture of Show; a greater scale draws less.
func (t Timeline) drawCores(scale int) string {
	var c canvas
	total := 0
	for _, g := range t.Goroutines {
		total += g.Turns
	}
	if total <= bandTurns {
		c.heading("The whole time: " + round(t.Duration))
		c.legend(true)
		t.band(&c, t.spans, 0, int64(t.Duration))
		return c.picture(t.describe())
	}
	c.heading(fmt.Sprintf("The whole time, %s: each goroutine's share of each core", round(t.Duration)))
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
	return c.picture(t.describe())
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
func (t Timeline) band(c *canvas, spans []span, from, to int64) {
	if to <= from {
		return
	}
	scale := plot / float64(to-from)
	c.text(left, c.y+11, "", fmt.Sprintf("from %s to %s", round(time.Duration(from)), round(time.Duration(to))))
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
			fmt.Fprintf(c, `<path d="M%.0f %.1fh%.0f" stroke="%s"/>`, left, c.y+rowH-1, plot, faint)
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
func (t Timeline) row(c *canvas, spans []span, place func(span) (x, w float64), name func(span) string) {
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
			b.WriteString(rect(x, c.y+1, max(w, 0.7), rowH-3))
			n := name(s)
			if room := w - float64(len([]rune(n)))*boxGlyph; n != "" && room >= 3 { // a narrow box is told by its colour and its row
				for i := range []rune(n) {
					fmt.Fprintf(&places, " %s", short(x+room/2+float64(i)*boxGlyph))
				}
				labels.WriteString(html.EscapeString(n))
			}
		case Waiting:
			waiting.WriteString(rect(x, c.y+5, max(w, 0.5), rowH-11))
		case Blocked:
			fmt.Fprintf(&blocked, "M%s %sh%s", short(x), short(c.y+rowH/2-1), short(max(w, 0.5)))
		}
	}
	if blocked.Len() > 0 {
		c.WriteString(blockedPath(blocked.String()))
	}
	if waiting.Len() > 0 {
		c.WriteString(waitingPath(waiting.String()))
	}
	for g := range len(t.Goroutines) { // not over the map, whose order changes
		if b := boxes[g]; b != nil {
			c.WriteString(runningPath(fill(g), b.String()))
		}
	}
	if labels.Len() > 0 {
		// One text for all, with a place for each character: by itself each label would take 30 bytes, half of the picture.
		fmt.Fprintf(c, `<text font-size="%.0f" y="%s" x="%s">%s</text>`, boxFont, short(c.y+12), places.String()[1:], labels.String())
	}
}

// shares draws, for each core and each goroutine, how much of the time it had there: the row's full height is all of it.
func (t Timeline) shares(c *canvas, n int) {
	total := max(int64(t.Duration), 1)
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
	c.text(left, c.y+11, "", fmt.Sprintf("A goroutine's row is full where it had %.0f %% of the core or more.", 100*full))
	c.y += rowH + gapH
	for core := range had {
		c.text(12, c.y+13, ` font-weight="bold"`, fmt.Sprintf("core %d", core))
		c.text(left, c.y+13, "", fmt.Sprintf("%s, busy %s of the time", count(t.Cores[core].Turns, "turn"), t.percent(t.Cores[core].Busy)))
		c.y += rowH
		for l, shares := range had[core] {
			if shares == nil {
				continue
			}
			name, colour := "the others", fills[0]
			if l < len(lanes) {
				name, colour = t.Goroutines[lanes[l]].Name, fill(lanes[l])
			}
			c.text(28, c.y+13, "", cut(name, 13))
			c.area(shares, full, colour)
			c.y += rowH
		}
		c.y += gapH
	}
	if n := len(t.Cores) - cores; n > 0 {
		c.label(fmt.Sprintf("… and %s", count(n, "core")))
		c.y += rowH
	}
}

// fullHeight is the share that a row's height stands for: where five goroutines take turns none has much more than a fifth, so that 100
// % would leave the rows nearly empty. Nine in ten shares fit.
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
func (c *canvas) area(had []float64, full float64, colour string) {
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
			fmt.Fprintf(&d, "H%sv%s", short(left+float64(i)*step), short(last-h))
			last = h
		}
	}
	fmt.Fprintf(&d, "H%.0fz", left)
	c.WriteString(runningPath(colour, d.String()))
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
	var c canvas
	c.heading("The whole time: " + round(t.Duration))
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
		t.row(&c, coarse(row, int64(t.Duration), int(plot)/scale), func(s span) (float64, float64) {
			k := plot / float64(max(int64(t.Duration), 1))
			return left + float64(s.start)*k, float64(s.end-s.start) * k
		}, func(span) string { return "" })
		c.y += rowH
	}
	if n := len(t.Goroutines) - rows; n > 0 {
		c.label(fmt.Sprintf("… and %s more", number(n)))
		c.y += rowH
	}
	c.text(left, c.y+13, "", "0")
	end := round(t.Duration)
	c.text(left+plot-float64(len(end))*glyph, c.y+13, "", end)
	c.y += rowH
	return c.picture(t.describe())
}

// coarse rounds a goroutine's spans to n points in time. At each it keeps one state: running if the goroutine ran there at all and did not
// mostly wait for a core, else the one that took longer; neighbours with the same state become one.
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

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// count writes a number with its noun: "1 turn", "50,005 turns".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return number(n) + " " + noun
}

// number groups the digits by three.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
