// Package columns draws a schedule, for package explore, the stepper and the checks of the
// exercises: one column a goroutine, time downward, memory at the side.
//
// A schedule says which goroutine takes which step, in order. Where the goroutine of a row is not
// that of the row before, the row is marked as a switch, by a sign, a word and a line, never by
// colour alone.
package columns

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/show"
)

const (
	maxRows  = 60 // more steps than this are shortened in the middle
	headRows = 30 // the rows of it that are kept at the start
	tailRows = 29 // and at the end; one row says what is left out

	stretchEnds = 2  // steps kept at both ends of a goroutine's long stretch
	maxLanes    = 8  // more goroutines than this share one last column
	cellRunes   = 40 // longer texts are cut, so that one of them cannot widen all rows
	longRunes   = 200
	maxLine     = 112 // characters of a line that JupyterLab on a small screen has room for, and paper in small print
)

// Step is one row of a schedule.
type Step struct {
	Goroutine int    // index into Schedule.Goroutines, from 0; below 0: no goroutine's step, such as the start
	Text      string // what the goroutine does, such as "new = counter (0)"
	Memory    string // shared memory after the step, such as "counter=1"
	Mark      string // "" or a short note, such as "overwrites 1: lost update"
}

// Schedule is who does what, in order. The zero value is an empty schedule.
type Schedule struct {
	Title      string   // what to look at
	Goroutines []string // a name each; one that is missing is called "goroutine N"
	Steps      []Step
	Outcome    string // how it ends, such as "counter=1, one update lost"
}

// Show shows the schedule through package show.
func (s Schedule) Show() { s.Figure().Show() }

// String is the schedule's text: its title and its outcome, and then a table with a line for each
// step.
func (s Schedule) String() string { return s.Figure().String() }

// Figure is the schedule as package show shows it: in a notebook as a picture with a description
// and a table.
//
// Where a column for each goroutine would make the lines of the table longer than 112 characters,
// one column names the goroutine and one says what it does. Of more than 60 steps the middle of each
// goroutine's long stretches is left out, and if that is not enough the middle of the whole, with a
// line that says how many steps are; a text longer than 40 characters is cut; with more than eight
// goroutines, the later ones share a column. So the length is bounded, and the picture stays below
// 40 KB; the cost is a few passes over the steps.
func (s Schedule) Figure() show.Figure {
	header, rows, _ := s.table()
	caption := canvas.Cut(s.Title, longRunes)
	if s.Outcome != "" {
		if caption != "" {
			caption += ". "
		}
		caption += "End: " + canvas.Cut(s.Outcome, longRunes)
	}
	return show.Figure{Caption: caption, Alt: s.alt(), SVG: s.svg(), Header: header, Rows: rows}
}

// row is what one line of table and picture shares.
type row struct {
	number string // "…" for the line that stands for what is left out, "-" for no goroutine's step
	lane   int    // column of the text, -1 for none
	text   string
	memory string
	change bool // another goroutine than in the step before
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

// lanes returns the columns' names and, for each goroutine that occurs, its column.
// Only the first maxLanes-1 goroutines have a column of their own when there are
// more than maxLanes of them; the others share the last.
func (s Schedule) lanes() (names []string, of map[int]int) {
	seen := map[int]bool{}
	goroutines := len(s.Goroutines)
	last := -1
	for _, st := range s.Steps {
		if st.Goroutine >= 0 && st.Goroutine != last {
			seen[st.Goroutine], last = true, st.Goroutine
			if st.Goroutine < goroutines+maxLanes {
				goroutines = max(goroutines, st.Goroutine+1)
			}
		}
	}
	of = map[int]int{}
	if goroutines <= maxLanes {
		for t := range goroutines {
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
	if t < len(s.Goroutines) && s.Goroutines[t] != "" {
		return canvas.Cut(s.Goroutines[t], cellRunes)
	}
	return "goroutine " + strconv.Itoa(t)
}

// piece is a range of steps: one that is drawn, or many that are left out.
type piece struct {
	from, to int
	out      bool
}

// pieces shortens a schedule of more than maxRows steps. First, where one goroutine
// goes on and on, the middle of its stretch is left out, so that the switches and
// marks, which a reader looks for, stay. If that is still too long, the middle of
// the whole is left out.
func (s Schedule) pieces() []piece {
	var all []piece
	for i := 0; i < len(s.Steps); {
		end := i + 1
		goesOn := func(o Step) bool { return o.Goroutine == s.Steps[i].Goroutine && o.Mark == "" && s.Steps[i].Mark == "" }
		for end < len(s.Steps) && goesOn(s.Steps[end]) {
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
	numbers := make([]int, len(s.Steps)+1) // how many steps of goroutines stand before each
	for i, st := range s.Steps {
		numbers[i+1] = numbers[i]
		if st.Goroutine >= 0 {
			numbers[i+1]++
		}
	}
	before := func(i int) int { // the goroutine of the step before, -1 if there is none
		for i--; i >= 0; i-- {
			if s.Steps[i].Goroutine >= 0 {
				return s.Steps[i].Goroutine
			}
		}
		return -1
	}
	for _, p := range s.pieces() {
		st := s.Steps[p.from]
		if p.out {
			r := row{number: "…", lane: -1, text: "… " + show.Count(p.to-p.from, "step") + " left out …"}
			other := func(o Step) bool { return o.Goroutine != st.Goroutine }
			if st.Goroutine >= 0 && !slices.ContainsFunc(s.Steps[p.from:p.to], other) {
				r.lane = of[st.Goroutine]
			}
			rows = append(rows, r)
			continue
		}
		r := row{number: "-", lane: -1, text: canvas.Cut(st.Text, cellRunes),
			memory: canvas.Cut(st.Memory, cellRunes), mark: canvas.Cut(st.Mark, cellRunes)}
		if st.Goroutine >= 0 {
			last := before(p.from)
			r.number, r.lane = show.Number(float64(numbers[p.from+1])), of[st.Goroutine]
			r.change = last >= 0 && last != st.Goroutine
			if names[r.lane] == "others" && st.Goroutine >= r.lane {
				r.text = canvas.Cut(s.name(st.Goroutine)+": "+r.text, cellRunes)
			}
		} else if r.text == "" {
			r.text = "start"
		}
		rows = append(rows, r)
	}
	return names, rows
}

// table is the schedule as cells: with a column for each goroutine, unless that makes lines that
// would be broken.
func (s Schedule) table() (header []string, table [][]string, oneColumn bool) {
	names, rows := s.rows()
	header, table = wide(names, rows)
	length := 2 * (len(header) - 1) // the space between columns
	for col, head := range header {
		width := utf8.RuneCountInString(head)
		for _, cells := range table {
			width = max(width, utf8.RuneCountInString(cells[col]))
		}
		length += width
	}
	if length > maxLine {
		header, table = narrow(names, rows)
		return header, table, true
	}
	return header, table, false
}

// wide has a column for each goroutine. A text without a goroutine stands in the first
// goroutine's column, or in the note's where there are no goroutines.
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

// narrow has one column that names the goroutine and one that says what it does.
func narrow(names []string, rows []row) (header []string, table [][]string) {
	for _, r := range rows {
		goroutine := ""
		if r.lane >= 0 {
			goroutine = names[r.lane]
		}
		table = append(table, []string{r.number, goroutine, r.text, r.memory, r.note()})
	}
	return []string{"step", "goroutine", "does", "memory", "note"}, table
}

// alt says in words what the picture shows; the table beside it has the steps.
func (s Schedule) alt() string {
	names, _ := s.lanes()
	steps, switches, left, last, marks := 0, 0, 0, -1, []string{}
	for _, st := range s.Steps {
		if st.Goroutine >= 0 {
			steps++
			if last >= 0 && last != st.Goroutine {
				switches++
			}
			last = st.Goroutine
		}
		if st.Mark != "" && len(marks) < 3 {
			marks = append(marks, fmt.Sprintf("step %d %s", steps, canvas.Cut(st.Mark, cellRunes)))
		}
	}
	for _, p := range s.pieces() {
		if p.out {
			left += p.to - p.from
		}
	}
	who := show.Count(len(names), "goroutine") + " in columns"
	if n := len(s.Goroutines); n > len(names) {
		who = fmt.Sprintf("%d goroutines in %d columns", n, len(names))
	}
	text := fmt.Sprintf("Schedule of %s, time downward: %s, %s",
		who, show.Count(steps, "step"), show.Count(switches, "switch"))
	if left > 0 {
		text += fmt.Sprintf(", %d of them not drawn", left)
	}
	if len(marks) > 0 {
		text += ". Marked: " + strings.Join(marks, "; ")
	}
	if s.Outcome != "" {
		text += ". End: " + canvas.Cut(s.Outcome, longRunes)
	}
	return text + "."
}
