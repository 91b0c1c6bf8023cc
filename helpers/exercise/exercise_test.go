package exercise_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/exercise"
)

// A solution is what a student may write. Its check is what the cell's main would call.
type solution struct {
	exercise string
	name     string
	check    func()
	says     string // what the verdict must say, among other things; for a wrong one
}

// Once, and 200 times by `make test-long`: what a verdict owes to luck, three tries would hardly show.
var times = flag.Int("times", 1, "how often each solution is tried")

// solutionEnv has this test's program be the cell with the solution that has this number.
const solutionEnv = "SOLUTION"

func TestMain(m *testing.M) {
	if number, err := strconv.Atoi(os.Getenv(solutionEnv)); err == nil {
		all()[number].check()
		os.Exit(0)
	}
	flag.Parse()
	os.Exit(m.Run())
}

func all() (list []solution) {
	list = append(list, right...)
	list = append(list, wrong...)
	list = append(list, racy...)
	list = append(list, tables...)
	list = append(list, busy...)
	return append(list, hostile...)
}

// cells writes a program for each solution. All are written before the first one runs: a file that is being written cannot be run, and a
// process that starts meanwhile holds it open.
func cells(t *testing.T) map[string]string {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	programs := map[string]string{}
	for i, s := range all() {
		name := s.exercise + "/" + s.name
		if programs[name] != "" {
			t.Fatalf("two solutions are called %s", name)
		}
		programs[name] = filepath.Join(dir, fmt.Sprint("cell", i))
		script := fmt.Sprintf("#!/bin/sh\nexport %s=%d\nexec '%s'\n", solutionEnv, i, me)
		if err := os.WriteFile(programs[name], []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return programs
}

// decided judges again where the machine was too busy, which is no verdict on a solution.
func decided(t *testing.T, program, name string, seed uint64) (v exercise.Verdict) {
	t.Helper()
	for range 10 {
		begin := time.Now()
		v = exercise.Judge(program, name, seed)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		if !v.Undecided {
			return v
		}
	}
	t.Errorf("undecided ten times")
	return v
}

// each tries every solution so many times, as many at once as -parallel says.
func each(t *testing.T, solutions []solution, judged func(t *testing.T, s solution, v exercise.Verdict)) {
	programs := cells(t)
	t.Run("solutions", func(t *testing.T) {
		for _, s := range solutions {
			name := s.exercise + "/" + s.name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for range *times {
					v := decided(t, programs[name], s.exercise, 0)
					if v.Exercise != s.exercise {
						t.Errorf("the verdict is on %q", v.Exercise)
					}
					judged(t, s, v)
					if t.Log(v); t.Failed() {
						t.FailNow()
					}
				}
			})
		}
	})
}

func TestRightSolutionsPass(t *testing.T) {
	each(t, right, func(t *testing.T, s solution, v exercise.Verdict) {
		if !v.Right {
			t.Error("it is right, and does not pass")
		}
	})
}

// "all" is said where there are no more, and "the first" where there are; and both the same each time.
func TestHowManyInterleavings(t *testing.T) {
	programs := cells(t)
	for name, want := range map[string]string{
		// 1 goroutine, once: 1; twice: 1; then 2, 6 and 6 orders in which two or three goroutines pass through one lock.
		"mutex/lock": "right in all 16 interleavings.",
		// Of 4 goroutines there are too many.
		"buffer/two conditions": "; there are more.",
	} {
		exercised, _, _ := strings.Cut(name, "/")
		var first exercise.Verdict
		for i := range 3 {
			v := decided(t, programs[name], exercised, 0)
			if !v.Right || !strings.HasSuffix(v.Says, want) {
				t.Errorf("%v, want %q", v, want)
			}
			if i == 0 {
				first = v
			}
			if v.Says != first.Says {
				t.Errorf("first %v, then %v", first, v)
			}
		}
	}
}

// A right answer is right with inputs that were drawn, too; one that knows the notebook's inputs only is not.
func TestHiddenInputs(t *testing.T) {
	programs := cells(t)
	t.Run("solutions", func(t *testing.T) {
		for _, s := range append(slices.Clone(right), tables...) {
			name := s.exercise + "/" + s.name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				table := slices.ContainsFunc(tables, func(t solution) bool { return t.exercise == s.exercise && t.name == s.name })
				if v := decided(t, programs[name], s.exercise, 0); table && !v.Right {
					t.Errorf("it fails with what every student sees: %v", v)
				}
				for seed := range uint64(*times) {
					switch v := exercise.Judge(programs[name], s.exercise, seed+1); {
					case table && (v.Right || v.Undecided || !strings.Contains(v.Says, s.says)), !table && !v.Right && !v.Undecided:
						t.Errorf("with seed %d: %v", seed+1, v)
					}
				}
			})
		}
	})
	have := map[string]bool{}
	for _, s := range tables {
		have[s.exercise] = true
	}
	if len(have) != 6 {
		t.Errorf("tables for %v, want one for each exercise that is plain Go", have)
	}
}

// A function that is stopped by the machine is neither right nor wrong. Here the machine stops its process, as a busy one does.
func TestBusyMachine(t *testing.T) {
	programs := cells(t)
	for _, name := range []string{"start-and-wait/stopped", "mutex/stopped"} {
		exercised, _, _ := strings.Cut(name, "/")
		if v := exercise.Judge(programs[name], exercised, 0); v.Right || !v.Undecided || !strings.HasPrefix(v.String(), "? ") {
			t.Errorf("%s: %v", name, v)
		}
	}
}

func fails(t *testing.T, s solution, v exercise.Verdict) {
	if v.Right {
		t.Error("it is wrong, and passes")
	}
	if !strings.Contains(v.Says, s.says) {
		t.Errorf("the verdict does not say %q", s.says)
	}
}

// They need no race detector. With it, they take longer and show nothing more.
func TestWrongSolutionsFail(t *testing.T) {
	if raceDetector {
		t.Skip("these are tried without the race detector")
	}
	each(t, wrong, fails)
}

// They have a data race that only the race detector sees for sure.
func TestRacySolutionsFail(t *testing.T) {
	if !raceDetector {
		t.Skip("these are tried with the race detector")
	}
	each(t, racy, fails)
}

// Whatever a function does to its process is told, within 5 seconds.
func TestHostileFunctions(t *testing.T) {
	if raceDetector {
		t.Skip("these are tried without the race detector")
	}
	each(t, hostile, fails)
}

func TestThereAreEnough(t *testing.T) {
	have := map[string]int{}
	for _, s := range wrong {
		have[s.exercise]++
	}
	for _, s := range racy {
		have[s.exercise]++
	}
	rights := map[string]bool{}
	sum := 0
	for _, s := range right {
		rights[s.exercise] = true
	}
	for name, n := range have {
		sum += n
		if !rights[name] {
			t.Errorf("%s: no right solution", name)
		}
	}
	for name := range rights {
		if have[name] < 5 {
			t.Errorf("%s: %d wrong solutions", name, have[name])
		}
	}
	if len(rights) < 12 || sum < 60 {
		t.Errorf("%d exercises and %d wrong solutions", len(rights), sum)
	}
	t.Logf("%d exercises, %d right solutions, %d wrong ones", len(rights), len(right), sum)
}
