package engine

import (
	"fmt"
	"strings"

	"example.com/multithreading/helpers/internal/columns"
)

// Columns is a run as a picture: a column for each goroutine, memory at the side.
func (r *Run) Columns(title string) columns.Schedule {
	c := columns.Schedule{Title: title, Goroutines: r.Names}
	steps := r.Steps
	if n := len(steps); n > 0 && r.Outcome.Kind == Ends && (r.Outcome.Message == "" || r.Outcome.Right() || r.Outcome.Failed()) {
		steps = steps[:n-1] // that main ends is said below
	}
	for _, st := range steps {
		text := st.Text
		if st.Line > 0 {
			text = fmt.Sprintf("%d: %s", st.Line, st.Text)
		}
		var memory []string
		for _, v := range st.Memory {
			memory = append(memory, v.Name+"="+v.Value)
		}
		c.Steps = append(c.Steps, columns.Step{
			Goroutine: st.Goroutine, Text: text, Memory: strings.Join(memory, ", "), Mark: st.Mark,
		})
	}
	c.Outcome = r.Outcome.Ending()
	if text := strings.TrimSpace(r.Outcome.Output); text != "" {
		c.Outcome = "printed " + strings.ReplaceAll(text, "\n", " / ") + "; " + c.Outcome
	}
	return c
}
