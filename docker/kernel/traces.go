package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// What Go writes when a program ends badly: every goroutine, and of a stack up to a hundred
// calls. A cell shows the first goroutines, and of each the first and last calls.
const (
	shownGoroutines = 6
	shownCalls      = 8 // at the top of a stack
	shownCallers    = 3 // at its bottom
)

// traces shortens the stack traces in a program's standard error, line by line. All else passes
// as it is.
type traces struct {
	fatal  bool           // Go has said that the program ends
	in     bool           // within a trace
	hide   bool           // which is not shown
	state  string         // what its goroutine waits for; "" for a stack of Go's own
	ofGo   bool           // Go lists its own goroutines too
	shown  int            // goroutines
	calls  []string       // that were read of this trace: of each its lines
	hidden map[string]int // goroutines that were not shown, by state
	order  []string       // of these states, as they came
}

// fatalBeginnings are how Go begins to say that the program ends.
var fatalBeginnings = []string{"panic: ", "fatal error: ", "SIGQUIT: ", "runtime: goroutine stack exceeds"}

// goroutineLine matches the line above a goroutine's calls; in brackets is what it waits for.
// This program starts four times a cell, and rarely needs it.
var goroutineLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^goroutine \d+ (?:\w+=\S+ )*\[([^\],]*).*\]:\r?\n?$`)
})

// line takes one line, with its end, and returns what is to be shown now.
func (t *traces) line(line string) string {
	if !t.fatal {
		t.fatal = slices.ContainsFunc(fatalBeginnings, func(b string) bool { return strings.HasPrefix(line, b) })
		return line
	}
	if match := goroutineLine().FindStringSubmatch(line); match != nil || strings.TrimSpace(line) == "runtime stack:" {
		before := t.close()
		t.in, t.state = true, ""
		if match != nil {
			t.state = match[1]
			t.ofGo = t.ofGo || strings.Contains(line, " gp=")
		}
		if t.hide = match == nil || t.shown == shownGoroutines || t.ofGo && t.shown > 0; !t.hide {
			t.shown++
			before += line
		}
		return before
	}
	if !t.in {
		return line
	}
	if strings.TrimSpace(line) == "" {
		if t.hide {
			line = ""
		}
		return t.close() + line
	}
	if strings.HasPrefix(line, "\t") && len(t.calls) > 0 { // the place of the call
		if registers := strings.Index(line, " fp=0x"); registers > 0 {
			line = line[:registers] + "\n"
		}
		t.calls[len(t.calls)-1] += line
	} else {
		t.calls = append(t.calls, line)
	}
	return ""
}

// close ends the trace that is being read, and returns of its calls what is shown.
func (t *traces) close() string {
	calls := t.calls
	ofCell := func(call string) bool { return strings.HasPrefix(call, "main.") }
	if t.in && t.hide && t.state != "" && (!t.ofGo || slices.ContainsFunc(calls, ofCell)) {
		if t.hidden == nil {
			t.hidden = map[string]int{}
		}
		if t.hidden[t.state]++; t.hidden[t.state] == 1 {
			t.order = append(t.order, t.state)
		}
	}
	hide := t.hide
	t.calls, t.in, t.hide = nil, false, false
	switch {
	case hide:
		return ""
	case len(calls) <= shownCalls+shownCallers+1:
		return strings.Join(calls, "")
	}
	what := fmt.Sprintf("... %d more calls ...\n", len(calls)-shownCalls-shownCallers)
	if slices.ContainsFunc(calls, func(c string) bool { return strings.Contains(c, " frames elided...") }) {
		what = "... more calls of the same kind, without end ...\n"
	}
	return strings.Join(calls[:shownCalls], "") + what + strings.Join(calls[len(calls)-shownCallers:], "")
}

// end is called when the program has ended, and returns what is still to be shown.
func (t *traces) end() string {
	text := t.close()
	if len(t.order) > 0 {
		total := 0
		var states []string
		for _, state := range t.order {
			total += t.hidden[state]
			states = append(states, fmt.Sprintf("%d [%s]", t.hidden[state], state))
		}
		text += fmt.Sprintf("... and %d more goroutines: %s\n", total, strings.Join(states, ", "))
		t.order = nil
	}
	return text
}
