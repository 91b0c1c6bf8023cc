// Package corpus reads the ordinary Go programs on which the engine is judged, in the folder
// testdata beside it.
//
// Each file is one program. What must come out stands in comments before its package clause,
// one fact a line, "key: value":
//
//	// interleavings: 63,063,000      how many; "unbounded" where a loop may wait for ever.
//	//                                Not stated: not checked
//	// outcome: 32 × "text"           ends, and has printed the text to standard output;
//	//                                32 of the interleavings end so
//	// outcome: "text"                the same, but how many end so is not stated
//	// outcome: deadlock "text"       all wait; the text is what had been printed
//	// outcome: panic "words" "text"  the words stand in the message of the panic or of the
//	//                                fatal error; then what had been printed
//	// outcome: endless "text"        no end can be reached any more; what had been printed
//	// outcome: ...                   there may be others; without this line there are none
//	// tso outcome: …                 the same, under the store buffers of an x86 processor
//	// least: 2                       the least number that is printed
//	// race: yes | no                 is there a data race? Not stated: not checked
//	// left behind: yes               main may end while another goroutine lives.
//	//                                Not stated: it cannot
//	// clock: virtual                 time passes only when nobody can run; without this line
//	//                                a sleep may last longer than it says
//	// complete: no                   too large to see all of it
//	// verdict: right | wrong         an answer is wrong if it has a data race, or if some
//	//                                interleaving panics, prints "wrong", deadlocks or
//	//                                cannot end
//	// refused: line 7 net/http       the engine does not take it: the line that it must name,
//	//                                and a word of its sentence. Of several such lines, one
//	//                                must be met: the import, or the use
//	// source: …                      the book or the text whose verdict this is
//	// why: …                         how a figure was found, or what goes wrong
//	//   …                            an indented line goes on with the one above it
//
// The folders: verdict has concurrent programs whose verdict is known; lang has programs with one
// outcome, which the real Go has written into a file of the same name that ends in .out; then
// refused, and answers (of students, right and wrong).
package corpus

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Kind is how a program comes to its end.
type Kind string

// The kinds, as a header writes them.
const (
	Ends     Kind = "ends"
	Deadlock Kind = "deadlock"
	Panic    Kind = "panic"
	Endless  Kind = "endless"
)

// Outcome is one way in which a program may end.
type Outcome struct {
	Kind    Kind
	Message string   // of a panic: words that its message holds
	Output  string   // all that was printed
	Count   *big.Int // how many interleavings end so; nil: not stated
}

// Answer is yes, no, or not stated.
type Answer int

// The answers.
const (
	NotStated Answer = iota
	No
	Yes
)

// Refusal is where and why a program is not taken.
type Refusal struct {
	Line int
	Word string // stands in the sentence
}

// Program is one file, and what must come out of it.
type Program struct {
	Name          string // of the file, without its folder and ".go"
	File          string
	Interleavings *big.Int // nil: not stated, or unbounded
	Unbounded     bool
	Outcomes      []Outcome
	More          bool // other outcomes are not known
	TSO           []Outcome
	Least         *int
	Race          Answer
	LeftBehind    bool
	VirtualClock  bool
	Incomplete    bool
	Verdict       string // right, wrong or nothing
	Refused       []Refusal
}

// Read reads all programs of one folder of testdata, in the order of their names.
func Read(folder string) ([]*Program, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no programs in %s", folder)
	}
	var programs []*Program
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		program, err := Parse(file, string(text))
		if err != nil {
			return nil, err
		}
		programs = append(programs, program)
	}
	return programs, nil
}

// Parse reads the header of one program. Its errors name file and line.
func Parse(file, text string) (*Program, error) {
	p := &Program{Name: strings.TrimSuffix(filepath.Base(file), ".go"), File: file}
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "package ") {
			break
		}
		comment, ok := strings.CutPrefix(line, "// ")
		if !ok || strings.HasPrefix(comment, "  ") {
			continue
		}
		key, value, ok := strings.Cut(comment, ": ")
		if !ok {
			return nil, fmt.Errorf("%s:%d: want \"// key: value\"", file, i+1)
		}
		if err := p.set(key, strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", file, i+1, err)
		}
	}
	return p, p.check()
}

// set takes one line of the header.
func (p *Program) set(key, value string) (err error) {
	switch key {
	case "source", "why":
	case "interleavings":
		if value == "unbounded" {
			p.Unbounded = true
		} else {
			p.Interleavings, err = number(value)
		}
	case "outcome", "tso outcome":
		if value == "..." {
			p.More = true
			return nil
		}
		var o Outcome
		if o, err = outcome(value); err != nil {
			return err
		}
		if key == "outcome" {
			p.Outcomes = append(p.Outcomes, o)
		} else {
			p.TSO = append(p.TSO, o)
		}
	case "least":
		var least int
		least, err = strconv.Atoi(value)
		p.Least = &least
	case "race":
		p.Race, err = answer(value)
	case "left behind":
		var a Answer
		a, err = answer(value)
		p.LeftBehind = a == Yes
	case "complete":
		var a Answer
		a, err = answer(value)
		p.Incomplete = a == No
	case "clock":
		if p.VirtualClock = value == "virtual"; !p.VirtualClock {
			err = fmt.Errorf("clock %q: want virtual", value)
		}
	case "verdict":
		if p.Verdict = value; value != "right" && value != "wrong" {
			err = fmt.Errorf("verdict %q: want right or wrong", value)
		}
	case "refused":
		var r Refusal
		if _, err = fmt.Sscanf(value, "line %d %s", &r.Line, &r.Word); err != nil {
			return fmt.Errorf("%q: want \"line 7 net/http\"", value)
		}
		p.Refused = append(p.Refused, r)
	default:
		err = fmt.Errorf("no such key: %q", key)
	}
	return err
}

// check finds what contradicts itself in a header.
func (p *Program) check() error {
	sum, stated := new(big.Int), true
	for i, o := range p.Outcomes {
		for _, other := range p.Outcomes[:i] {
			if o.Kind == other.Kind && o.Output == other.Output && o.Message == other.Message {
				return fmt.Errorf("%s: the outcome %s %q stands twice", p.File, o.Kind, o.Output)
			}
		}
		if o.Count == nil {
			stated = false
		} else {
			sum.Add(sum, o.Count)
		}
	}
	if stated && len(p.Outcomes) > 0 && p.Interleavings != nil && !p.More && sum.Cmp(p.Interleavings) != 0 {
		return fmt.Errorf("%s: the outcomes add up to %s, not to %s", p.File, sum, p.Interleavings)
	}
	return nil
}

// outcome reads `32 × "text"`, `deadlock "text"`, `panic "words" "text"` and the like.
func outcome(value string) (o Outcome, err error) {
	if count, rest, ok := strings.Cut(value, " × "); ok && !strings.Contains(count, `"`) {
		if o.Count, err = number(count); err != nil {
			return o, err
		}
		value = rest
	}
	o.Kind = Ends
	if !strings.HasPrefix(value, `"`) {
		kind, rest, _ := strings.Cut(value, " ")
		o.Kind, value = Kind(kind), rest
	}
	var texts []string
	for value != "" {
		quoted, err := strconv.QuotedPrefix(value)
		if err != nil {
			return o, fmt.Errorf("%q: want a text between quotation marks", value)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return o, err
		}
		texts = append(texts, text)
		value = strings.TrimSpace(value[len(quoted):])
	}
	want := map[Kind]int{Ends: 1, Deadlock: 1, Endless: 1, Panic: 2}[o.Kind]
	switch {
	case want == 0:
		return o, fmt.Errorf("no such kind of outcome: %q", o.Kind)
	case len(texts) != want:
		return o, fmt.Errorf("%s: want %d texts, got %d", o.Kind, want, len(texts))
	}
	o.Output = texts[want-1]
	if o.Kind == Panic {
		o.Message = texts[0]
	}
	return o, nil
}

func number(text string) (*big.Int, error) {
	n, ok := new(big.Int).SetString(strings.ReplaceAll(text, ",", ""), 10)
	if !ok {
		return nil, fmt.Errorf("%q is no number", text)
	}
	return n, nil
}

func answer(text string) (Answer, error) {
	switch text {
	case "yes":
		return Yes, nil
	case "no":
		return No, nil
	}
	return NotStated, fmt.Errorf("%q: want yes or no", text)
}
