package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/multithreading/helpers/internal/engine"
)

// A question is about one program. What is right is known from all of its states.
type question struct {
	Pattern string   `json:"pattern"`
	Kind    kind     `json:"kind"`
	Source  string   `json:"source"`
	Options []string `json:"options,omitempty"` // lettered A, B, C …; a schedule has none
	Right   string   `json:"right"`             // the letters of those that can happen, or a shortest schedule for Least
	Least   string   `json:"least,omitempty"`   // what a right schedule prints
	Ways    []way    `json:"ways"`              // each that can happen, for the key

	states   int
	switches int // the most that one of the ways needs, at the least
}

// A way is how an end is reached.
type way struct {
	End      string `json:"end"`
	Schedule string `json:"schedule"`
}

// A sheet is what one student gets.
type sheet struct {
	Number    int        `json:"number"`
	States    int        `json:"states"`   // of all its programs
	Switches  int        `json:"switches"` // of all its questions
	Questions []question `json:"questions"`
}

// A class is the sheets, and what they were drawn from.
type class struct {
	Seed   uint64  `json:"seed"`
	Sheets []sheet `json:"sheets"`
}

const (
	perKind  = 2 // questions of a kind on a sheet
	variants = 8 // programs of a pattern, at most
	lettered = 5 // options of a question
	most     = 200
	alike    = 2 // questions that two sheets may share
)

// text says how an outcome ends, as an option does.
func text(o engine.Outcome) string {
	switch o.Kind {
	case engine.Ends:
		return "prints " + strings.TrimSpace(o.Output)
	case engine.Deadlock:
		return deadlock
	case engine.Crash:
		return crash
	}
	return "never ends"
}

const (
	deadlock = "stops in a deadlock"
	crash    = "ends in a panic"
)

// ask explores a program and makes a question of what comes out.
func ask(goroot fs.FS, t pattern, source string, d dice) (question, error) {
	q := question{Pattern: t.name, Kind: t.kind, Source: source}
	fail := func(why string, args ...any) (question, error) {
		return q, fmt.Errorf("pattern %s: %s\n%s", t.name, fmt.Sprintf(why, args...), source)
	}
	p, err := engine.Load(goroot, map[string]string{"main.go": source}, nil)
	if err != nil {
		return fail("%v", err)
	}
	result, err := p.Explore(engine.Options{})
	if err != nil {
		return fail("%v", err)
	}
	if !result.Complete {
		return fail("not all states were seen, stopped %s", result.Stopped)
	}
	q.states = result.States
	can := map[string]engine.Outcome{}
	for _, o := range result.Outcomes {
		if o.Kind == engine.Endless {
			return fail("it may never end")
		}
		end := text(o)
		if former, ok := can[end]; !ok || o.Switches < former.Switches {
			can[end] = o
		}
	}
	if t.kind == schedule {
		least, _, ok := engine.Extremes(result.Outcomes)
		if !ok || len(can) < 2 {
			return fail("its outcomes have no least number")
		}
		o := can["prints "+least]
		run, err := p.Follow(o.Schedule, true)
		if err != nil {
			return fail("%v", err)
		}
		for _, step := range run.Steps { // as a student writes it: each step of A and B
			if name := run.Names[step.Goroutine]; name != "main" {
				q.Right += name
			}
		}
		q.Least, q.switches = least, o.Switches
		q.Ways = []way{{text(o), o.Schedule.String()}}
		if right, err := q.reaches(p, q.Right); err != nil || !right {
			return fail("%s does not lead to %s: %v", q.Right, least, err)
		}
		return q, nil
	}
	if len(can) >= lettered {
		return fail("%d ways to end leave no room for a wrong one", len(can))
	}
	for end, o := range can {
		q.Options = append(q.Options, end)
		q.switches = max(q.switches, o.Switches)
	}
	slices.SortFunc(q.Options, natural) // a map has no order, and the dice come after
	q.Options = wrong(q.Options, t.kind, d)
	for i, option := range q.Options {
		if o, ok := can[option]; ok {
			q.Right += letter(i)
			q.Ways = append(q.Ways, way{option, o.Schedule.String()})
		}
	}
	return q, nil
}

// wrong adds options until there are enough: what would be a way to end, and then numbers near
// those that are printed.
func wrong(options []string, k kind, d dice) []string {
	add := func(option string) {
		if len(options) < lettered && !slices.Contains(options, option) {
			options = append(options, option)
		}
	}
	if k == ends {
		add(deadlock)
		add(crash)
	}
	var printed []int
	for _, option := range options {
		if n, err := strconv.Atoi(strings.TrimPrefix(option, "prints ")); err == nil {
			printed = append(printed, n)
		}
	}
	if len(printed) == 0 {
		printed = []int{d.number(1, 9)}
	}
	for far := 2; len(options) < lettered; far++ {
		add(fmt.Sprint("prints ", printed[d.IntN(len(printed))]+d.number(-far, far)))
	}
	slices.SortFunc(options, natural)
	return options
}

// natural orders options: numbers first, by size.
func natural(a, b string) int {
	m, errA := strconv.Atoi(strings.TrimPrefix(a, "prints "))
	n, errB := strconv.Atoi(strings.TrimPrefix(b, "prints "))
	switch {
	case errA == nil && errB == nil:
		return m - n
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return strings.Compare(a, b)
}

func letter(i int) string { return string(rune('A' + i)) }

// pool draws programs of all patterns and asks the engine about them, on all cores. The same seed
// gives the same pool.
func pool(goroot fs.FS, seed uint64) ([]question, error) {
	of := make([][]question, len(patterns))
	errs := make([]error, len(patterns))
	var wg sync.WaitGroup
	free := make(chan bool, runtime.GOMAXPROCS(0))
	for i, t := range patterns {
		wg.Go(func() {
			free <- true
			defer func() { <-free }()
			d := dice{rand.New(rand.NewPCG(seed, uint64(i)))} // its own: who comes first on a core changes nothing
			drawn := map[string]bool{}
			for range 4 * variants { // a pattern has fewer programs than that if its words are few
				source, err := t.program(d)
				if err != nil {
					errs[i] = err
					return
				}
				if drawn[source] || len(of[i]) == variants {
					continue
				}
				drawn[source] = true
				q, err := ask(goroot, t, source, d)
				if err != nil {
					errs[i] = err
					return
				}
				of[i] = append(of[i], q)
			}
		})
	}
	wg.Wait()
	return slices.Concat(of...), errors.Join(errs...)
}

// draw puts a sheet together at random: of each kind, questions of different patterns.
func draw(byKind [kinds][]int, all []question, d dice) (drawn []int, states, switches int) {
	for _, of := range byKind {
		for first := len(drawn); len(drawn) < first+perKind; {
			next := of[d.IntN(len(of))]
			if !slices.ContainsFunc(drawn[first:], func(i int) bool { return all[i].Pattern == all[next].Pattern }) {
				drawn = append(drawn, next)
				states += all[next].states
				switches += all[next].switches
			}
		}
	}
	return drawn, states, switches
}

// newClass draws n sheets that are alike in difficulty and in nothing else: all need the same
// number of switches, and their programs have the same number of states, but for 4 % more or less.
// No two sheets share more than two questions, and neighbours none.
func newClass(goroot fs.FS, n int, seed uint64) (class, error) {
	all, err := pool(goroot, seed)
	if err != nil {
		return class{}, err
	}
	var byKind [kinds][]int
	for i, q := range all {
		byKind[q.Kind] = append(byKind[q.Kind], i)
	}
	d := dice{rand.New(rand.NewPCG(seed, 1<<32))}
	// What is usual for a sheet: the number of switches that most have, and of those the states in
	// the middle.
	usual := map[int][]int{}
	for range 20_000 {
		_, states, switches := draw(byKind, all, d)
		usual[switches] = append(usual[switches], states)
	}
	switches := 0
	for s, of := range usual {
		if len(of) > len(usual[switches]) || len(of) == len(usual[switches]) && s < switches {
			switches = s
		}
	}
	slices.Sort(usual[switches])
	middle := usual[switches][len(usual[switches])/2]

	c := class{Seed: seed}
	var taken [][]int
	for tries := 0; len(taken) < n; tries++ {
		if tries == 3_000_000 {
			return class{}, fmt.Errorf("%d sheets of like difficulty cannot be drawn with seed %d: take another SEED, or fewer",
				n, seed)
		}
		drawn, s, w := draw(byKind, all, d)
		if w != switches || s*100 < middle*96 || s*100 > middle*104 {
			continue
		}
		if slices.ContainsFunc(taken, func(other []int) bool { return shared(drawn, other) > alike }) ||
			len(taken) > 0 && shared(drawn, taken[len(taken)-1]) > 0 {
			continue
		}
		taken = append(taken, drawn)
		one := sheet{Number: len(taken), States: s, Switches: w}
		for _, i := range drawn {
			one.Questions = append(one.Questions, all[i])
		}
		c.Sheets = append(c.Sheets, one)
	}
	return c, nil
}

// shared is how many questions two sheets have in common.
func shared(a, b []int) (n int) {
	for _, i := range a {
		if slices.Contains(b, i) {
			n++
		}
	}
	return n
}
