package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/show/pipe"
)

// The test's own binary is the command where this is set.
const asCommand = "EXPLORE_IS_TESTED"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

const counter = `package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			next := counter + 1
			counter = next
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
`

const conditions = `package main

import "sync"

func main() {
	var lock sync.Mutex
	notEmpty, notFull := sync.NewCond(&lock), sync.NewCond(&lock)
	full := true
	var wg sync.WaitGroup
	for want := range 2 {
		wg.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			for want == 0 && !full {
				notEmpty.Wait()
			}
			for want == 1 && full {
				notFull.Wait()
			}
			if full = !full; full {
				notEmpty.Signal()
			} else {
				notFull.Signal()
			}
		})
	}
	wg.Wait()
}
`

// TestCommand holds the command to what it says and to the number that it ends with.
func TestCommand(t *testing.T) {
	locked := strings.NewReplacer("next := counter + 1\n", "mu.Lock()\n", "counter = next", "counter++\nmu.Unlock()",
		"counter := 0", "counter := 0\nvar mu sync.Mutex").Replace(counter)
	for _, c := range []struct {
		name, source string
		args         []string
		exit         int
		want         []string // in what it prints, or says of an error
	}{
		{"a race is a fault", counter, nil, 1,
			[]string{"6 interleavings", "Least: 1. Greatest: 2.", "Data race: counter is",
				"The schedule A B, and then each runs to its end"}},
		{"of a cell it is not", counter, []string{"-cell"}, 0, []string{"6 interleavings"}},
		{"no fault", locked, nil, 0, []string{"2 interleavings", "100 %"}},
		{"a schedule", counter, []string{"-follow", "A B:2"}, 0, []string{"overwrites 1: lost update", "printed 1"}},
		{"no such goroutine", counter, []string{"-follow", "C"}, 2, []string{"explore: move 1 (C): there is no goroutine C"}},
		{"no schedule", counter, []string{"-follow", "A:x"}, 2, []string{`"x" is not a number of steps`}},
		{"a goal", counter, []string{"-step", "1"}, 0, []string{"Goal: print “1”. One schedule that reaches it: "}},
		{"a level", counter, []string{"-level", "Mine", "-step", "1", "-follow", "A B:2 A", "-par", "3"}, 0,
			[]string{"✓ Goal reached, with 3 switches, par 3: no way has fewer."}},
		{"a level, and too many switches", counter, []string{"-step", "1", "-follow", "B A B", "-par", "2"}, 0,
			[]string{"✓ Goal reached, with 4 switches, par 2: it can be done with fewer."}},
		{"a level that nobody can win", locked, []string{"-level", "Mine", "-step", "1"}, 0, []string{"No schedule reaches it: all "}},
		{"conditions have the names of their variables", conditions, []string{"-follow", "B:3 A"}, 0,
			[]string{"waits on notFull", "signals notFull: wakes B", "signals notEmpty: nobody waits"}},
		{"a level not won", counter, []string{"-step", "1", "-follow", "A:2"}, 0, []string{"✗ Goal not reached. The goal: print “1”."}},
		{"results", counter, []string{"-results"}, 0, []string{"are kept in the browser"}},
		{"a bound", counter, []string{"-states", "3"}, 1, []string{"stopped at 3 states"}},
		{"not Go", "package main\nfunc main() { x }\n", nil, 2, []string{"explore: line 2: undefined: x"}},
		{"not known", "package main\nimport _ \"net\"\nfunc main() {}\n", nil, 2,
			[]string{"explore: line 2: explore does not know package net"}},
		{"no file", "", []string{"-cell", "extra"}, 2, []string{"usage: explore"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			says(t, explored(t, c.source, c.exit, c.args...), c.want...)
		})
	}
}

// explored is what the command says of a program. It must end with this number; -1 is any.
func explored(t *testing.T, source string, exit int, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], append(args, file)...)
	command.Env = append(os.Environ(), asCommand+"=1", pipe.GoNB+"=") // as outside of a notebook
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != exit && exit >= 0 {
		t.Errorf("it ends with %d and should with %d", got, exit)
	}
	return said.String()
}

func says(t *testing.T, said string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
}

// What other cells declare is no part of a cell: it may change, and the cell is not another try.
func TestOwn(t *testing.T) {
	const cell = "func f() {}\nfunc main() {}\n"
	for name, test := range map[string]struct {
		source string
		lines  []int
		want   string
	}{
		"a cell alone":       {"package main\n\n" + cell, []int{0, 0, 1, 2}, cell},
		"beside others":      {"package main\n\nvar n int\n" + cell, []int{0, 0, 0, 1, 2}, cell},
		"a file":             {"package main\n\n" + cell, nil, "package main\n\n" + cell},
		"no line is its own": {cell, []int{0, 0}, cell},
	} {
		if got := own(test.source, test.lines); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// What the page says of a level of notebook 08 the command says too, and real goroutines do: by the
// same short code the level is won, and the compiled program fails.
func TestLevelsOnRealGoroutines(t *testing.T) {
	if testing.Short() {
		t.Skip("builds each level")
	}
	nb, err := notebook.Read(filepath.Join(notebook.Root(), "notebooks", "08-you-are-the-scheduler.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	firstLine := regexp.MustCompile(`\n\texplore\.Level\(".*", "(.*)"(?:,\n.*)?\)\n`)
	replayed := 0
	cells := nb.Cells()
	for i, cell := range cells {
		if cell.Metadata()["level"] == nil {
			continue
		}
		t.Run(cell.ID(), func(t *testing.T) {
			goal := firstLine.FindStringSubmatch(cell.Source())
			if goal == nil {
				t.Fatal("its main begins with no goal")
			}
			source := "package main\n" + cell.Source() // as a friend gets it, in a file
			way := regexp.MustCompile("One schedule of par [0-9]+: `(.*?)`").FindStringSubmatch(cells[i+1].Source())
			if way == nil { // it is stepped through
				way = regexp.MustCompile(`reaches it: (.*)`).FindStringSubmatch(explored(t, source, 0, "-step", goal[1]))
			}
			if way == nil || strings.HasPrefix(way[1], "all ") {
				return // it cannot be won
			}
			replayed++
			says(t, explored(t, source, 0, "-replay", way[1]), "as foretold")
			says(t, explored(t, source, -1, "-step", goal[1], "-follow", strings.ToLower(way[1])), "✓ Goal reached, with ")
		})
	}
	if replayed < 20 {
		t.Errorf("%d levels were replayed, want at least 20", replayed)
	}
}
