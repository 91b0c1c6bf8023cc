package interleaving

import (
	"fmt"
	"math/big"
	"strings"

	"example.com/multithreading/helpers/show"
)

// maxOutcomes is how many final values a table or picture lists; of more, the
// middle is left out.
const maxOutcomes = 24

// Show explores p and shows what Explore found, or the sentence that says what is
// wrong with p.
func (p Program) Show() {
	r, err := p.Explore()
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Show()
}

// Show shows what was found, through package show: the counts and the final
// values as text, in a notebook as a picture of the distribution too, and then,
// as columns, the shortest run that breaks the condition, that ends in a
// deadlock and that leads into an endless loop, where there is one.
func (r *Result) Show() {
	header, rows := r.table()
	show.Figure{Caption: r.summary(), Alt: r.alt(), SVG: r.svg(), Header: header, Rows: rows}.Show()
	for _, w := range []struct {
		what    string
		witness *Witness
	}{{"The condition fails", r.Broken}, {"A deadlock", r.Deadlock}, {"No way out: an endless loop", r.Endless}} {
		if w.witness != nil {
			s := w.witness.Schedule()
			s.Title = w.what + ", by a shortest run. " + s.Title
			if r.Stopped != "" {
				s.Title = w.what + ", by the shortest run seen. " + s.Title
			}
			s.Show()
		}
	}
}

// String is what was found as text, with no schedules.
func (r *Result) String() string {
	var b strings.Builder
	b.WriteString(r.summary() + "\n")
	header, rows := r.table()
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, row := range append([][]string{header}, rows...) {
		line := ""
		for i, cell := range row {
			line += strings.Repeat(" ", widths[i]-len([]rune(cell))) + cell + "  "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// summary is the sentences above the table.
func (r *Result) summary() string {
	var parts []string
	title := r.program.Title
	if title == "" {
		title = plural(len(r.program.Threads), "thread")
	}
	states := plural(r.States, "state")
	if r.States >= 1000 {
		states = group(fmt.Sprint(r.States)) + " states"
	}
	if r.AllStates != nil && r.AllStates.IsInt64() && r.AllStates.Int64() != int64(r.States) {
		states += fmt.Sprintf(" (%s before interchangeable threads are merged)", number(r.AllStates))
	}
	if r.Stopped != "" {
		parts = append(parts, fmt.Sprintf("%s: %s. What follows was seen by then and may not be all", title, r.Stopped))
		if r.Interleavings != nil {
			parts = append(parts, number(r.Interleavings)+" interleavings, by formula")
		}
	} else {
		n := r.count(r.Interleavings) + " interleavings"
		if r.Interleavings != nil && r.Interleavings.Cmp(big.NewInt(1)) == 0 {
			n = "1 interleaving"
		}
		parts = append(parts, fmt.Sprintf("%s: %s, %s", title, n, states))
	}
	if wrong := r.Wrong(); wrong != nil && wrong.Sign() > 0 && r.Interleavings != nil {
		parts = append(parts, fmt.Sprintf("%s of %s (%s) end in a value that no run of one thread after the other gives", number(wrong), number(r.Interleavings), share(wrong, r.Interleavings)))
	}
	not := ""
	if r.Stopped != "" {
		not = " seen"
	}
	if r.program.Always != nil {
		if r.Broken != nil {
			parts = append(parts, "The condition fails")
		} else if r.Stopped != "" {
			parts = append(parts, "The condition holds in every state seen")
		} else {
			parts = append(parts, "The condition holds in every state")
		}
	}
	switch {
	case r.Deadlock != nil && r.Deadlocks != nil && r.Deadlocks.Cmp(big.NewInt(1)) == 0:
		parts = append(parts, "Deadlock in 1 interleaving")
	case r.Deadlock != nil && r.Deadlocks != nil:
		parts = append(parts, "Deadlock in "+number(r.Deadlocks)+" interleavings")
	case r.Deadlock != nil:
		parts = append(parts, "Deadlock is possible")
	default:
		parts = append(parts, "No deadlock"+not)
	}
	if r.Endless != nil {
		parts = append(parts, "Some runs get where no way leads to an end")
	}
	return strings.Join(parts, ". ") + "."
}

// count says a count in words where it is not a number.
func (r *Result) count(n *big.Int) string {
	switch {
	case n != nil:
		return number(n)
	case r.Stopped != "":
		return "unknown"
	}
	return "unbounded"
}

// table lists the outcomes, or the first and the last of them.
func (r *Result) table() (header []string, rows [][]string) {
	header = []string{"final memory", "interleavings", "share", "switches", "turns"}
	for i, o := range r.Outcomes {
		if len(r.Outcomes) > maxOutcomes && i >= maxOutcomes/2 && i < len(r.Outcomes)-maxOutcomes/2 {
			if i == maxOutcomes/2 {
				rows = append(rows, []string{fmt.Sprintf("… %d left out …", len(r.Outcomes)-maxOutcomes), "", "", "", ""})
			}
			continue
		}
		rows = append(rows, []string{o.Memory, r.count(o.Count), share(o.Count, r.Interleavings), fmt.Sprint(o.Switches), fmt.Sprint(o.Turns)})
	}
	return header, rows
}

func (r *Result) alt() string {
	if len(r.Outcomes) == 0 {
		return "No final value: no run ends with all threads finished."
	}
	text := fmt.Sprintf("Bars: the share of interleavings for each of %s, from %s", plural(len(r.Outcomes), "outcome"), r.Least().Memory)
	if len(r.Outcomes) > 1 {
		text += " to " + r.Greatest().Memory
	}
	if r.Interleavings != nil {
		most := r.Outcomes[0]
		for _, o := range r.Outcomes {
			if o.Count != nil && most.Count != nil && o.Count.Cmp(most.Count) > 0 {
				most = o
			}
		}
		text += fmt.Sprintf("; the longest is %s", most.Memory)
		if s := share(most.Count, r.Interleavings); s != "" {
			text += " with " + s
		}
	}
	return text + "."
}

// svg draws a bar a final value. Dark on white, with every figure in words too.
func (r *Result) svg() string {
	_, rows := r.table()
	const rowH, glyph, bar, gap = 22.0, 7.9, 240.0, 14.0
	var name, figure float64
	for _, row := range rows {
		name = max(name, float64(len([]rune(row[0]))))
		figure = max(figure, float64(len([]rune(row[1]+row[2]))+3))
	}
	name, figure = name*glyph, figure*glyph
	width, height := 4*gap+name+bar+figure, 2*gap+rowH*float64(max(len(rows), 1))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="13" fill="#1b1b1b">`, width, height, width, height, escape(r.alt()))
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="6" fill="#ffffff" stroke="#3d3d3d"/>`, width, height)
	if len(rows) == 0 {
		fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">no final value</text>`, gap, gap+15)
	}
	var outcomes []*Outcome // beside rows; nil for the line of what is left out
	for i := range r.Outcomes {
		if cut := len(r.Outcomes) > maxOutcomes && i >= maxOutcomes/2 && i < len(r.Outcomes)-maxOutcomes/2; !cut {
			outcomes = append(outcomes, r.Outcomes[i])
		} else if i == maxOutcomes/2 {
			outcomes = append(outcomes, nil)
		}
	}
	for i, row := range rows {
		y := gap + rowH*float64(i)
		fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">%s</text>`, gap, y+15, escape(row[0]))
		o := outcomes[i]
		if o == nil {
			continue
		}
		part := ratio(o.Count, r.Interleavings)
		// A thin line stands for what is too rare to draw; the figure tells.
		fmt.Fprintf(&b, `<rect x="%.0f" y="%.0f" width="%.1f" height="%.0f" fill="#1f4e79"/>`, 2*gap+name, y+3, max(part*bar, 1), rowH-6)
		text := row[1]
		if row[2] != "" {
			text += " (" + row[2] + ")"
		}
		fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">%s</text>`, 3*gap+name+bar, y+15, escape(text))
	}
	b.WriteString("</svg>")
	return b.String()
}

func escape(t string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(t)
}

// ratio is part / whole, 0 where one of them is not known.
func ratio(part, whole *big.Int) float64 {
	if part == nil || whole == nil || whole.Sign() == 0 {
		return 0
	}
	f, _ := new(big.Rat).SetFrac(part, whole).Float64()
	return f
}

// share is part of whole in per cent, "" where one of them is not known.
func share(part, whole *big.Int) string {
	if part == nil || whole == nil || whole.Sign() == 0 {
		return ""
	}
	percent := 100 * ratio(part, whole)
	switch {
	case part.Sign() > 0 && percent < 0.0001:
		return "< 0.0001 %"
	case percent >= 99.95 && part.Cmp(whole) < 0:
		return "> 99.9 %"
	case percent < 0.1:
		return fmt.Sprintf("%.4f %%", percent)
	}
	return fmt.Sprintf("%.1f %%", percent)
}

// number writes a count with commas, and one of more than 30 digits as a power
// of ten, as nobody reads it.
func number(n *big.Int) string {
	if n.BitLen() > 100 {
		f := new(big.Float).SetInt(n)
		digits := f.Text('e', 2) // such as 1.23e+456
		mantissa, exponent, _ := strings.Cut(digits, "e+")
		return "about " + mantissa + " × 10^" + strings.TrimLeft(exponent, "0")
	}
	return group(n.String())
}

// group puts a comma between each three digits.
func group(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
