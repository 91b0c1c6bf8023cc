// Package columns draws a schedule, for package explore and the checks of the
// exercises: one column a thread, time downward, memory at the side.
//
// A schedule says which thread takes which step, in order. Where the thread of a
// row is not the thread of the row before, the row is marked as a switch, by a
// sign, a word and a line, never by colour alone.
package columns

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/multithreading/helpers/show"
)

const (
	maxRows  = 60 // more steps than this are shortened in the middle
	headRows = 30 // of which so many rows are kept at the start
	tailRows = 29 // and so many at the end; one row says what is left out

	stretchEnds = 2  // steps kept at both ends of a thread's long stretch
	maxLanes    = 8  // more threads than this share one last column
	cellRunes   = 40 // longer texts are cut, so that one of them cannot widen all rows
	longRunes   = 200
	maxLine     = 112 // characters of a line that JupyterLab on a small screen has room for, and paper in small print
)

// Step is one row of a schedule.
type Step struct {
	Thread int    // index into Schedule.Threads, from 0; below 0: no thread's step, such as the start
	Text   string // what the thread does, such as "new = counter (0)"
	Memory string // shared memory after the step, such as "counter=1"
	Mark   string // "" or a short note, such as "overwrites 1: lost update"
}

// Schedule is who does what, in order. The zero value is an empty schedule.
type Schedule struct {
	Title   string   // what to look at
	Threads []string // a name a thread; one that is missing is called "thread N"
	Steps   []Step
	Outcome string // how it ends, such as "counter=1, one update lost"
}

// String returns the schedule as a text table with a line for each step, title
// first and outcome last. Where a column for each thread would make the lines
// longer than 112 characters, one column names the thread and one says what it
// does. Of more than 60 steps the middle of each thread's
// long stretches is left out, and if that is not enough the middle of the whole,
// with a line that says how many steps are; a text longer than 40 characters is
// cut; with more than eight threads, the later ones share a column. So the length
// is bounded; the cost is a few passes over the steps.
func (s Schedule) String() string {
	header, rows := s.table()
	widths := widths(header, rows)
	var b strings.Builder
	if s.Title != "" {
		b.WriteString(cut(s.Title, longRunes) + "\n")
	}
	line := func(row []string) {
		var l strings.Builder
		for i, cell := range row {
			if i > 0 {
				l.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 { // step numbers line up at the right
				l.WriteString(pad + cell)
			} else {
				l.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(header)
	rule := make([]string, len(header))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	line(rule)
	for _, row := range rows {
		line(row)
	}
	if s.Outcome != "" {
		b.WriteString("End: " + cut(s.Outcome, longRunes) + "\n")
	}
	return b.String()
}

// Show shows the schedule through package show: as a text table always, and in a
// notebook as a picture with a description and the same table. Its bounds are
// those of String; the picture stays below 40 KB.
func (s Schedule) Show() { s.Figure().Show() }

// Figure returns what Show shows, for a caller that puts it elsewhere (the
// stepper does, where no script runs).
func (s Schedule) Figure() show.Figure {
	header, rows := s.table()
	caption := cut(s.Title, longRunes)
	if s.Outcome != "" {
		if caption != "" {
			caption += ". "
		}
		caption += "End: " + cut(s.Outcome, longRunes)
	}
	return show.Figure{Caption: caption, Alt: s.alt(), SVG: s.svg(), Header: header, Rows: rows}
}

// row is what one line of table and picture shares.
type row struct {
	number string // "…" for the line that stands for what is left out, "-" for no thread's step
	lane   int    // column of the text, -1 for none
	text   string
	memory string
	change bool // another thread than in the step before
	mark   string
}

// note is the last column: the switch and the mark, each with sign and word.
func (r row) note() string {
	switch {
	case r.change && r.mark != "":
		return "~ switch; ! " + r.mark
	case r.change:
		return "~ switch"
	case r.mark != "":
		return "! " + r.mark
	}
	return ""
}

// lanes returns the columns' names and, for each thread that occurs, its column.
// Only the first maxLanes-1 threads have a column of their own when there are
// more than maxLanes of them; the others share the last.
func (s Schedule) lanes() (names []string, of map[int]int) {
	seen := map[int]bool{}
	threads := len(s.Threads)
	last := -1
	for _, st := range s.Steps {
		if st.Thread >= 0 && st.Thread != last {
			seen[st.Thread], last = true, st.Thread
			if st.Thread < threads+maxLanes {
				threads = max(threads, st.Thread+1)
			}
		}
	}
	of = map[int]int{}
	if threads <= maxLanes {
		for t := range threads {
			names, of[t] = append(names, s.name(t)), t
		}
	} else {
		for t := range maxLanes - 1 {
			names, of[t] = append(names, s.name(t)), t
		}
	}
	shared := len(names)
	for t := range seen {
		if _, ok := of[t]; !ok {
			of[t] = shared
			if len(names) == shared {
				names = append(names, "others")
			}
		}
	}
	return names, of
}

func (s Schedule) name(t int) string {
	if t < len(s.Threads) && s.Threads[t] != "" {
		return cut(s.Threads[t], cellRunes)
	}
	return "thread " + strconv.Itoa(t)
}

// piece is a range of steps: one that is drawn, or many that are left out.
type piece struct {
	from, to int
	out      bool
}

// pieces shortens a schedule of more than maxRows steps. First, where one thread
// goes on and on, the middle of its stretch is left out, so that the switches and
// marks, which a reader looks for, stay. If that is still too long, the middle of
// the whole is left out.
func (s Schedule) pieces() []piece {
	var all []piece
	for i := 0; i < len(s.Steps); {
		end := i + 1
		for end < len(s.Steps) && s.Steps[end].Thread == s.Steps[i].Thread && s.Steps[end].Mark == "" && s.Steps[i].Mark == "" {
			end++
		}
		if len(s.Steps) > maxRows && end-i > 2*stretchEnds+1 {
			for k := i; k < i+stretchEnds; k++ {
				all = append(all, piece{k, k + 1, false})
			}
			all = append(all, piece{i + stretchEnds, end - stretchEnds, true})
			i = end - stretchEnds
		}
		for ; i < end; i++ {
			all = append(all, piece{i, i + 1, false})
		}
	}
	if len(all) > maxRows {
		last := len(all) - tailRows
		gap := piece{all[headRows].from, all[last-1].to, true}
		all = slices.Concat(all[:headRows], []piece{gap}, all[last:])
	}
	return all
}

// rows are the lines of table and picture.
func (s Schedule) rows() (names []string, rows []row) {
	names, of := s.lanes()
	numbers := make([]int, len(s.Steps)+1) // how many steps of threads stand before each
	for i, st := range s.Steps {
		numbers[i+1] = numbers[i]
		if st.Thread >= 0 {
			numbers[i+1]++
		}
	}
	before := func(i int) int { // the thread of the step before, -1 if there is none
		for i--; i >= 0; i-- {
			if s.Steps[i].Thread >= 0 {
				return s.Steps[i].Thread
			}
		}
		return -1
	}
	for _, p := range s.pieces() {
		st := s.Steps[p.from]
		if p.out {
			r := row{number: "…", lane: -1, text: fmt.Sprintf("… %d steps left out …", p.to-p.from)}
			if st.Thread >= 0 && !slices.ContainsFunc(s.Steps[p.from:p.to], func(o Step) bool { return o.Thread != st.Thread }) {
				r.lane = of[st.Thread]
			}
			rows = append(rows, r)
			continue
		}
		r := row{number: "-", lane: -1, text: cut(st.Text, cellRunes), memory: cut(st.Memory, cellRunes), mark: cut(st.Mark, cellRunes)}
		if st.Thread >= 0 {
			last := before(p.from)
			r.number, r.lane, r.change = strconv.Itoa(numbers[p.from+1]), of[st.Thread], last >= 0 && last != st.Thread
			if names[r.lane] == "others" && st.Thread >= r.lane {
				r.text = cut(s.name(st.Thread)+": "+r.text, cellRunes)
			}
		} else if r.text == "" {
			r.text = "start"
		}
		rows = append(rows, r)
	}
	return names, rows
}

// widths returns how many characters each column takes.
func widths(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// table is the schedule as cells: with a column for each thread, unless that
// makes lines that would be broken.
func (s Schedule) table() (header []string, table [][]string) {
	names, rows := s.rows()
	header, table = wide(names, rows)
	length := 2 * (len(header) - 1) // the space between columns
	for _, w := range widths(header, table) {
		length += w
	}
	if length > maxLine {
		return narrow(names, rows)
	}
	return header, table
}

// wide has a column for each thread. A text without a thread stands in the first
// thread's column, or in the note's where there are no threads.
func wide(names []string, rows []row) (header []string, table [][]string) {
	header = append(append([]string{"step"}, names...), "memory", "note")
	for _, r := range rows {
		cells := make([]string, len(header))
		cells[0] = r.number
		cells[len(header)-2], cells[len(header)-1] = r.memory, r.note()
		switch {
		case r.lane >= 0:
			cells[1+r.lane] = r.text
		case len(names) > 0:
			cells[1] = r.text
		default:
			cells[len(header)-1] = strings.TrimSpace(r.text + " " + r.note())
		}
		table = append(table, cells)
	}
	return header, table
}

// narrow has one column that names the thread and one that says what it does.
func narrow(names []string, rows []row) (header []string, table [][]string) {
	for _, r := range rows {
		thread := ""
		if r.lane >= 0 {
			thread = names[r.lane]
		}
		table = append(table, []string{r.number, thread, r.text, r.memory, r.note()})
	}
	return []string{"step", "thread", "does", "memory", "note"}, table
}

// alt says in words what the picture shows; the table beside it has the steps.
func (s Schedule) alt() string {
	names, _ := s.lanes()
	steps, switches, left, last, marks := 0, 0, 0, -1, []string{}
	for _, st := range s.Steps {
		if st.Thread >= 0 {
			steps++
			if last >= 0 && last != st.Thread {
				switches++
			}
			last = st.Thread
		}
		if st.Mark != "" && len(marks) < 3 {
			marks = append(marks, fmt.Sprintf("step %d %s", steps, cut(st.Mark, cellRunes)))
		}
	}
	for _, p := range s.pieces() {
		if p.out {
			left += p.to - p.from
		}
	}
	text := fmt.Sprintf("Schedule of %s in columns, time downward: %s, %s", count(len(names), "thread"), count(steps, "step"), count(switches, "switch"))
	if n := len(s.Threads); n > len(names) {
		text = fmt.Sprintf("Schedule of %d threads in %d columns, time downward: %s, %s", n, len(names), count(steps, "step"), count(switches, "switch"))
	}
	if left > 0 {
		text += fmt.Sprintf(", %d of them not drawn", left)
	}
	if len(marks) > 0 {
		text += ". Marked: " + strings.Join(marks, "; ")
	}
	if s.Outcome != "" {
		text += ". End: " + cut(s.Outcome, longRunes)
	}
	return text + "."
}

func count(n int, word string) string {
	switch {
	case n == 1:
		return "1 " + word
	case strings.HasSuffix(word, "ch"):
		return strconv.Itoa(n) + " " + word + "es"
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// cut keeps a text to n characters and to one line.
func cut(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
