package main

import (
	"slices"
	"strings"
	"testing"
)

// oldMutex is an exercise of the course before 30 November 2026.
const oldMutex = `import (
	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/scheduler"
)

func add(counter *scheduler.Int, mu *scheduler.Mutex) {
	counter.Store(counter.Load() + 1)
}

func main() {
	exercise.CheckMutex(add)
}`

// Which cell is the answer.
func TestAnswers(t *testing.T) {
	c := givenClass(t)
	type test struct {
		cells   []raw
		want    string // the attempts, the best first
		note    string // a part of it; nothing where there is none
		missing string // the same
	}
	other := "// once more\n" + rightMutex
	comment := "// scheduler.Int\n" + rightMutex
	given, right := code("mutex", "mutex", givenMutex), code("mutex", "mutex", rightMutex)
	copyOf := func(source string) raw { return code("copy", "mutex", source) }
	plain := func(source string) raw { return code("x", "", source) }
	for name, test := range map[string]test{
		"as it was given out": {
			cells: []raw{code("mutex", "mutex", givenMutex+"  \n")},
			want:  givenMutex + "  \n", note: "as it was given out",
		},
		"changed":             {cells: []raw{right}, want: rightMutex},
		"no ids, no metadata": {cells: []raw{plain(givenSchedule), plain(rightMutex)}, want: rightMutex},
		"the metadata of another": {
			cells: []raw{code("lost-update", "lost-update", rightMutex), code("mutex", "mutex", givenSchedule)},
			want:  rightMutex,
		},
		"no call, but its id": {
			cells: []raw{copyOf("func b() {}"), code("mutex", "", "func add() {}")},
			want:  "func add() {}",
		},
		"no call, but its name": {cells: []raw{copyOf("func add() {}")}, want: "func add() {}"},
		"empty":                 {cells: []raw{code("mutex", "mutex", " ")}, want: " "},
		"not there": {
			cells:   []raw{plain("func add() {}")},
			missing: "not in this notebook, which is of an older version of the course (2026-11-29)",
		},
		"a copy of the answer": {
			cells: []raw{copyOf(rightMutex), given}, want: rightMutex,
			note: "There are 2 cells for this exercise: the one that the student has changed was judged.",
		},
		"a copy of what was given": {cells: []raw{right, copyOf(givenMutex)}, want: rightMutex, note: "There are 2 cells"},
		"two untouched":            {cells: []raw{given, copyOf(givenMutex)}, want: givenMutex, note: "as it was given out"},
		"two answers": {
			cells: []raw{right, copyOf(givenMutex), copyOf(other)}, want: other + rightMutex,
			note: "There are 3 cells for this exercise, of which the student has changed 2",
		},
		"many answers": {
			cells: slices.Repeat([]raw{plain(rightMutex)}, 9), want: strings.Repeat(rightMutex, maxAttempts),
			note: "The last 3 were judged",
		},
		"of an older course": {
			cells:   []raw{code("mutex", "mutex", oldMutex)},
			missing: "an older version of the course (its notebook is of 2026-11-29)",
		},
		"an old one beside":         {cells: []raw{right, copyOf(oldMutex)}, want: rightMutex, note: "There are 2 cells"},
		"the old word in a comment": {cells: []raw{code("mutex", "mutex", comment)}, want: comment},
	} {
		nb, err := readNotebook(strings.NewReader(saved("2026-11-29", test.cells...)))
		if err != nil {
			t.Fatal(err)
		}
		a := c.answers(nb)[0]
		got := ""
		for _, attempt := range a.attempts {
			got += attempt.cell.text
		}
		is := func(got, part string) bool { return strings.Contains(got, part) && (got == "") == (part == "") }
		if got != test.want || !is(a.note, test.note) || !is(a.missing, test.missing) {
			t.Errorf("%s: %q, %q, %q", name, got, a.note, a.missing)
		}
	}
	nb, err := readNotebook(strings.NewReader(saved("", plain("func add() {}"))))
	if err != nil {
		t.Fatal(err)
	}
	if a := c.answers(nb)[0]; !strings.Contains(a.missing, "no cell calls exercise.CheckMutex") {
		t.Errorf("%q", a.missing)
	}
}
