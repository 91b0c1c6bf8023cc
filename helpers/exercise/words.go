package exercise

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// sentence lets a text begin and end as one.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// A goroutine is one of Go's stack dumps.
type goroutine struct {
	state string // in Go's words, such as "chan receive"
	line  string // the line of the student's code that it is in; "" if it is in none
}

var (
	head = regexp.MustCompile(`(?m)^goroutine \d+ [^\[\n]*\[([^\]]+)\]:$`)
	// GoNB puts a cell into main.go, and a grader an answer into answer.go.
	frame = regexp.MustCompile(`(?m)^\s+(\S*/(?:main|answer|\w+_test)\.go):(\d+)(?: \+0x[0-9a-f]+)?$`)
)

// leaked is the head that goleak gives to a stack, in the place of Go's.
var leaked = regexp.MustCompile(`(?m)^\W*Goroutine (\d+) in state (.+), with .* on top of the stack:$`)

// goroutines reads a dump of stacks.
func goroutines(dump string) []goroutine {
	var all []goroutine
	heads := head.FindAllStringSubmatchIndex(dump, -1)
	for i, h := range heads {
		end := len(dump)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if strings.Contains(dump[h[1]:end], "testing.Main(") {
			continue // main waits for the check
		}
		state, _, _ := strings.Cut(dump[h[2]:h[3]], ",")
		state = strings.TrimSuffix(state, " (durable)")
		all = append(all, goroutine{state: state, line: firstLine(dump[h[1]:end])})
	}
	return all
}

// firstLine is the text of the first line of the student's code that a stack names.
func firstLine(stack string) string {
	match := frame.FindStringSubmatchIndex(stack)
	if match == nil {
		return ""
	}
	line := sourceLine(stack[match[2]:match[3]], stack[match[4]:match[5]])
	if strings.HasPrefix(line, "package ") { // for {} has no line of its own, so its function stands for it
		call := stack[strings.LastIndex(stack[:match[0]-1], "\n")+1 : match[0]]
		name, _, _ := strings.Cut(call[strings.LastIndex(call, ".")+1:], "(")
		return "func " + name
	}
	return line
}

func sourceLine(file, number string) string {
	text, err := os.ReadFile(file)
	n, _ := strconv.Atoi(number)
	lines := strings.Split(string(text), "\n")
	if err != nil || n < 1 || n > len(lines) {
		return "line " + number
	}
	return strings.TrimSpace(lines[n-1])
}

var states = map[string]string{
	"running":                 "runs",
	"runnable":                "runs",
	"sleep":                   "sleeps",
	"chan receive":            "waits to receive from a channel",
	"chan send":               "waits to send to a channel",
	"chan receive (nil chan)": "waits to receive from a channel that is nil",
	"chan send (nil chan)":    "waits to send to a channel that is nil",
	"select":                  "waits in a select",
	"select (no cases)":       "waits in an empty select, which nothing ends",
	"sync.Mutex.Lock":         "waits for a mutex",
	"sync.RWMutex.Lock":       "waits for a lock",
	"sync.RWMutex.RLock":      "waits for a lock",
	"sync.WaitGroup.Wait":     "waits for a WaitGroup",
	"semacquire":              "waits for a lock or a WaitGroup",
	"sync.Cond.Wait":          "waits for a signal",
}

// does says what the goroutine does and where.
func (g goroutine) does() string {
	s := states[g.state]
	if s == "" {
		s = "waits (" + g.state + ")"
	}
	if g.line != "" {
		s += " at  " + g.line
	}
	return s
}

// canGoOn says whether somebody in a dump of stacks waits for nothing but a processor. Who looks does not count.
func canGoOn(dump string) bool {
	heads := head.FindAllStringSubmatchIndex(dump, -1)
	for i, h := range heads {
		end := len(dump)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		state, _, _ := strings.Cut(dump[h[2]:h[3]], ",")
		if (state == "running" || state == "runnable") && !strings.Contains(dump[h[1]:end], ").watch(") && !strings.Contains(dump[h[1]:end], ".stacks(") {
			return true
		}
	}
	return false
}

// stuck says of the stacks of a program that does not end which it is: a loop or a deadlock.
func stuck(dump string, patience time.Duration) (says string, loop bool) {
	count := map[string]int{}
	var order []string
	locked, sleeps := false, false
	for _, g := range goroutines(dump) {
		if g.line == "" {
			continue
		}
		if g.state == "running" || g.state == "runnable" {
			return fmt.Sprintf("it does not end. After %v, a goroutine still %s: an endless loop?", rounded(patience), g.does()), true
		}
		locked = locked || strings.Contains(g.state, "Lock")
		sleeps = sleeps || g.state == "sleep"
		does := g.does()
		if count[does]++; count[does] == 1 {
			order = append(order, does)
		}
	}
	says = list(order, count)
	switch {
	case len(order) == 0:
		return fmt.Sprintf("it does not end, and was stopped after %v.", rounded(patience)), true
	case locked && sleeps: // where time is virtual, it stands still then
		return "one goroutine holds a lock while it works, and the others wait for that lock: so they work one after another. " + says, false
	}
	return fmt.Sprintf("it does not end. After %v nobody moves any more, a deadlock: %s", rounded(patience), says), false
}

func rounded(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }

// list says how many goroutines do what, for at most four of them.
func list(order []string, count map[string]int) string {
	var parts []string
	for i, does := range order {
		if i == 4 {
			parts = append(parts, "and so on")
			break
		}
		who := "one goroutine"
		if n := count[does]; n > 1 {
			does = strings.Replace(does, "waits", "wait", 1)
			who = fmt.Sprint(n, " goroutines")
		}
		parts = append(parts, who+" "+does)
	}
	return strings.Join(parts, "; ")
}

var (
	access  = regexp.MustCompile(`(?m)^(?:Previous )?(?i:(atomic )?(read|write)) at 0x\w+ by [^\n]*:$`)
	message = regexp.MustCompile(`(?m)^(panic|fatal error): (.*)$`)
)

// plain has Go's messages in a beginner's words.
var plain = []struct{ has, means string }{
	{"send on closed channel", "a value was sent to a channel that had been closed before. Close it only when nobody sends any more"},
	{"close of closed channel", "a channel was closed twice. One goroutine closes it, once"},
	{"close of nil channel", "a channel was closed that was never made with make"},
	{"negative WaitGroup counter", "Done was called more often than Add had announced"},
	{"WaitGroup is reused", "a WaitGroup was used again before Wait had returned"},
	{"unlock of unlocked", "a mutex was unlocked that was not locked"},
	{"concurrent map", "two goroutines used one map at the same moment, and at least one wrote. A map is not made for that"},
	{"index out of range", "an index lies outside of its slice"},
	{"slice bounds out of range", "a slice was cut outside of its bounds"},
	{"nil pointer dereference", "a pointer was used that points to nothing"},
	{"stack overflow", "a function calls itself without end"},
	{"goroutine stack exceeds", "a function calls itself without end"},
	{"all goroutines are asleep", "nobody can go on: a deadlock"},
	{"integer divide by zero", "a number was divided by 0"},
	{"assignment to entry in nil map", "a map was written to that was never made with make"},
}

// inPlainWords adds to a message of Go's what it means.
func inPlainWords(s string) string {
	for _, p := range plain {
		if strings.Contains(s, p.has) && (strings.HasPrefix(s, "panic") || strings.HasPrefix(s, "fatal error")) {
			return s + ". That is: " + p.means
		}
	}
	return s
}

// crash says from what a child wrote to its standard error why it ended without a verdict, and whether that was a mishap.
func crash(text string, status int) (says string, mishap bool) {
	if strings.Contains(text, "WARNING: DATA RACE") {
		return dataRace(text), false
	}
	match := message.FindStringSubmatchIndex(text)
	if match == nil {
		s := fmt.Sprintf("it ended the whole program, with exit status %d, in the middle of the check (os.Exit or log.Fatal?).", status)
		if first, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); first != "" {
			s += " It wrote: " + first
		}
		return s, true
	}
	what := strings.TrimSuffix(text[match[4]:match[5]], " [recovered, repanicked]")
	dump := text[match[1]:]
	switch {
	case strings.HasPrefix(what, "deadlock: main bubble goroutine has exited"):
		return "it returned and left goroutines behind that can never end: " + waiting(dump), false
	case strings.HasPrefix(what, "deadlock: all goroutines in bubble are blocked"):
		return "nobody can go on, a deadlock: " + waiting(dump), false
	}
	mishap = !strings.Contains(what, "concurrent map") && !strings.Contains(what, "all goroutines are asleep")
	s := inPlainWords(text[match[2]:match[3]] + ": " + what)
	for _, g := range goroutines(dump) {
		if g.line != "" {
			return s + ". It happened at  " + g.line, mishap
		}
	}
	return sentence(s), mishap
}

// waiting lists the goroutines of a bubble that wait in the student's code.
func waiting(dump string) string {
	count := map[string]int{}
	var order []string
	for _, g := range goroutines(dump) {
		if g.line == "" || g.state == "running" {
			continue
		}
		does := g.does()
		if count[does]++; count[does] == 1 {
			order = append(order, does)
		}
	}
	if len(order) == 0 {
		return "they wait for something that never comes."
	}
	return list(order, count)
}

// dataRace puts the first report of the race detector into words.
func dataRace(text string) string {
	_, text, _ = strings.Cut(text, "WARNING: DATA RACE")
	text, _, _ = strings.Cut(text, "==================")
	var sides []string
	places := access.FindAllStringSubmatchIndex(text, -1)
	for i, p := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		} else if created := strings.Index(text[p[1]:], "\nGoroutine "); created >= 0 {
			end = p[1] + created
		}
		does := strings.ToLower(text[p[4]:p[5]]) + "s"
		if line := firstLine(text[p[1]:end]); line != "" {
			does += " at  " + line
		}
		sides = append(sides, does)
	}
	if len(sides) < 2 {
		return "the race detector reports a data race."
	}
	return fmt.Sprintf("a data race, says the race detector. One goroutine %s\nand another %s\nand nothing says who comes first.", sides[0], sides[1])
}
