package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
		{"a goal", counter, []string{"-step", "1"}, 0, []string{"Goal: end with: 1. One schedule that reaches it: "}},
		{"a bound", counter, []string{"-states", "3"}, 1, []string{"stopped at 3 states"}},
		{"not Go", "package main\nfunc main() { x }\n", nil, 2, []string{"explore: line 2: undefined: x"}},
		{"not known", "package main\nimport _ \"net\"\nfunc main() {}\n", nil, 2,
			[]string{"explore: line 2: explore does not know package net"}},
		{"no file", "", []string{"-cell", "extra"}, 2, []string{"usage: explore"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "main.go")
			if err := os.WriteFile(file, []byte(c.source), 0o644); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), os.Args[0], append(c.args, file)...)
			command.Env = append(os.Environ(), asCommand+"=1", pipe.GoNB+"=") // as outside of a notebook
			var said bytes.Buffer
			command.Stdout, command.Stderr = &said, &said
			err := command.Run()
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := command.ProcessState.ExitCode(); got != c.exit {
				t.Errorf("it ends with %d and should with %d", got, c.exit)
			}
			for _, want := range c.want {
				if !strings.Contains(said.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, &said)
				}
			}
		})
	}
}
