// Package report puts what the engine has found into words: the same in a notebook's cell, in a
// terminal and in a page.
package report

import (
	"fmt"
	"math/big"
	"strings"

	"example.com/multithreading/helpers/internal/columns"
	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/show"
)

// A Report tells how many interleavings there are, what each ends with, and what is wrong, in three
// parts that stand below each other.
type Report struct {
	Head    string
	Endings show.Figure
	Rest    string
	// Wrong is true if some interleaving has a data race, a deadlock, a panic, no end, or leaves a
	// goroutine behind that waits for ever.
	Wrong bool
}

// String is the whole report as text.
func (r Report) String() string { return r.Head + r.Endings.String() + r.Rest }

// Of reports what was found.
func Of(result *engine.Result) Report {
	r := &report{}
	endings := r.outcomes(result)
	r.findings(result)
	return Report{headline(result) + "\n", endings, r.text.String(), r.wrong}
}

// report is a text under way.
type report struct {
	text  strings.Builder
	wrong bool
}

func (r *report) line(format string, args ...any) { fmt.Fprintf(&r.text, format+"\n", args...) }

// headline says how many interleavings there are, or how many states were seen.
func headline(r *engine.Result) string {
	switch {
	case r.Interleavings != nil:
		text := fmt.Sprintf("%s, %s: all seen.",
			plural(r.Interleavings, "interleaving"), plural(big.NewInt(int64(r.States)), "state"))
		if r.Choices {
			text += "\n(Where Go leaves something open, each choice counts: whom Signal wakes, which case select takes.)"
		}
		return text
	case r.Complete:
		return fmt.Sprintf("%s: all seen.\n"+
			"The interleavings are without number, as a loop can wait for any number of turns.",
			plural(big.NewInt(int64(r.States)), "state"))
	}
	return fmt.Sprintf("Too many interleavings to see them all: stopped %s, after %s.\n"+
		"What few switches can do was looked at first. Make the loops shorter or the goroutines fewer,\n"+
		"and all is seen: the same faults show with 2 × 2.",
		r.Stopped, plural(big.NewInt(int64(r.States)), "state"))
}

// outcomes tells how small and how great the endings are, and returns them.
func (r *report) outcomes(result *engine.Result) show.Figure {
	header := []string{"interleavings", "share", "ends with", "a shortest schedule"}
	if result.Interleavings == nil {
		header = header[2:]
	}
	var rows [][]string
	for i, o := range result.Outcomes {
		if i == engine.Told {
			rest := fmt.Sprintf("… and %d other endings", len(result.Outcomes)-i)
			rows = append(rows, pad([]string{rest, ""}, len(header)))
			break
		}
		row := []string{ending(o), o.Schedule.String()}
		if row[1] == "" {
			row[1] = "one after the other"
		}
		if result.Interleavings != nil {
			row = append([]string{digits(o.Count), share(o.Count, result.Interleavings)}, row...)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		header, rows = nil, [][]string{{"Until then no ending was seen."}}
	}
	if least, greatest, ok := engine.Extremes(result.Outcomes); ok {
		if result.Complete {
			r.line("Least: %s. Greatest: %s.", least, greatest)
		} else {
			r.line("Least: at most %s. Greatest: at least %s.", least, greatest)
		}
	}
	return show.Figure{Header: header, Rows: rows}
}

func pad(row []string, n int) []string {
	for len(row) < n {
		row = append([]string{""}, row...)
	}
	return row
}

// ending is an outcome in one line.
func ending(o engine.Outcome) string {
	output := strings.ReplaceAll(strings.TrimSpace(o.Output), "\n", " / ")
	const most = 90
	if runes := []rune(output); len(runes) > most {
		output = string(runes[:most]) + " …"
	}
	switch o.Kind {
	case engine.Ends:
		if output == "" {
			output = "nothing printed"
		}
		if o.Message != "" {
			output += " (" + o.Message + ")"
		}
		return output
	case engine.Deadlock:
		if output != "" {
			return "deadlock, after " + output
		}
		return "deadlock"
	}
	text := o.Ending()
	if output != "" {
		text += ", after " + output
	}
	return text
}

func share(part, whole *big.Int) string {
	if whole.Sign() == 0 {
		return ""
	}
	f, _ := new(big.Rat).SetFrac(new(big.Int).Mul(part, big.NewInt(100)), whole).Float64()
	switch {
	case part.Cmp(whole) == 0:
		return "100 %"
	case f < 0.1:
		return "under 0.1 %"
	case f < 10:
		return fmt.Sprintf("%.1f %%", f)
	case f > 99:
		return fmt.Sprintf("%.2f %%", f)
	}
	return fmt.Sprintf("%.0f %%", f)
}

// findings tells what is wrong, whatever the outcomes are.
func (r *report) findings(result *engine.Result) {
	for i, race := range result.Races {
		r.wrong = true
		if i < mostTold {
			r.line("%s", raceText(race))
		}
	}
	r.and(len(result.Races), "data race")
	if len(result.Races) > 0 {
		r.line("%s", "The values above hold if every read and write is one step and all see it at once.\n"+
			"Go promises that to programs without a data race only; with one, more may happen\n(https://go.dev/ref/mem).")
	}
	stuck := map[string]bool{} // what was printed before tells deadlocks apart, but is not said here
	for _, o := range result.Outcomes {
		switch o.Kind {
		case engine.Deadlock:
			r.wrong = true
			if len(stuck) < mostTold && !stuck[o.Message] {
				r.line("Deadlock: nobody can move.\n    %s", strings.ReplaceAll(o.Message, "\n", "\n    "))
			}
			stuck[o.Message] = true
		case engine.Crash, engine.Endless:
			r.wrong = true
		}
	}
	r.and(len(stuck), "deadlock")
	if result.TimeStands {
		r.line("%s", "The program asks for the time, which stands still here: what depends on it is seen only\n"+
			"with -clock (in a cell: explore.VirtualTime), where time passes when all wait.")
	}
	if result.Complete && !r.wrong && len(result.LeftBehind) == 0 {
		r.line("No data race, no deadlock, no panic, nobody left behind.")
	}
	for i, l := range result.LeftBehind {
		r.wrong = r.wrong || l.Waits
		if i >= mostTold {
			continue
		}
		if l.Waits {
			r.line("Left behind, waiting, when main ends (schedule %s):\n    %s",
				orPlain(l.Schedule), strings.Join(l.Who, "\n    "))
		} else {
			r.line("Main can end while others still run (schedule %s):\n    %s",
				orPlain(l.Schedule), strings.Join(l.Who, "\n    "))
		}
	}
	r.and(len(result.LeftBehind), "such end")
}

// mostTold is how many data races, deadlocks and sets of goroutines left behind are told one by
// one.
const mostTold = 12

func (r *report) and(n int, what string) {
	if n > mostTold {
		r.line("… and %s more.", plural(big.NewInt(int64(n-mostTold)), what))
	}
}

func orPlain(s engine.Schedule) string {
	if len(s) == 0 {
		return "one after the other"
	}
	return s.String()
}

func raceText(race engine.Race) string {
	verb := func(writes bool) string {
		switch {
		case race.Channel && writes:
			return "closed"
		case race.Channel:
			return "sent to"
		}
		if writes {
			return "written"
		}
		return "read"
	}
	where := fmt.Sprintf("%s at line %d and %s at line %d",
		verb(race.Writes[0]), race.Lines[0], verb(race.Writes[1]), race.Lines[1])
	if race.Lines[0] == race.Lines[1] {
		where = fmt.Sprintf("%s and %s at line %d by two goroutines",
			verb(race.Writes[0]), verb(race.Writes[1]), race.Lines[0])
		if race.Writes[0] == race.Writes[1] {
			where = fmt.Sprintf("%s at line %d by two goroutines", verb(race.Writes[0]), race.Lines[0])
		}
	}
	return fmt.Sprintf("Data race: %s is %s, and nothing orders the two.", race.Variable, where)
}

// Worst is the schedule that a reader will want to see: to what is wrong, or else to what comes of
// no run in which each goroutine goes on as long as it can. It is nil where there is none.
func Worst(p *engine.Program, result *engine.Result) (*columns.Schedule, error) {
	o := engine.Worst(result.Outcomes)
	if o == nil {
		return nil, nil
	}
	run, err := p.Follow(o.Schedule, true)
	if err != nil {
		return nil, err
	}
	steps := run.Columns(Following(o.Schedule))
	return &steps, nil
}

// Following is the title of a run by a schedule.
func Following(s engine.Schedule) string {
	const most = 90
	text := s.String()
	switch {
	case text == "":
		return "One after the other"
	case len(text) > most:
		text = fmt.Sprintf("%s … (%d moves)", text[:strings.LastIndexByte(text[:most], ' ')], len(s))
	}
	return "The schedule " + text + ", and then each runs to its end"
}

// Level tells whether a run reaches the goal of a level, and with how many switches beside par, which
// is 0 where it is not known.
func Level(run *engine.Run, goal engine.Goal, par int) (text string, switches int, won bool) {
	for i := 1; i < len(run.Steps); i++ {
		if run.Steps[i].Goroutine != run.Steps[i-1].Goroutine {
			switches++
		}
	}
	if !goal.Holds(run.Outcome) {
		return fmt.Sprintf("✗ Goal not reached. The goal: %s.", goal.Text), switches, false
	}
	text = fmt.Sprintf("✓ Goal reached, with %d switches", switches)
	if switches == 1 {
		text = "✓ Goal reached, with 1 switch"
	}
	switch {
	case par == 0:
		return text + ".", switches, true
	case switches > par:
		return fmt.Sprintf("%s, par %d: it can be done with fewer.", text, par), switches, true
	}
	return fmt.Sprintf("%s, par %d: no way has fewer.", text, par), switches, true
}

func plural(n *big.Int, word string) string {
	if n.Cmp(big.NewInt(1)) == 0 {
		return "1 " + word
	}
	return digits(n) + " " + word + "s"
}

// digits writes a whole number, or of one with more digits than anybody would read, the first two and how
// many there are.
func digits(n *big.Int) string {
	const most = 24
	text := n.String()
	if len(text) <= most {
		return show.Digits(text)
	}
	raised := strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
	return fmt.Sprintf("%s.%s × 10%s", text[:1], text[1:2], raised.Replace(fmt.Sprint(len(text)-1)))
}
