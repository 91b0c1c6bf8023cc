package exercise_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// cell builds a cell where GoNB would, in a folder of its own with main.go, and returns the folder. Detected is true in the build with the
// race detector.
func cell(t *testing.T, main string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	module, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(module), "\n")
	files := map[string]string{
		"go.mod":   fmt.Sprintf("module cell\n%s\nrequire example.com/multithreading v0.0.0\n\nreplace example.com/multithreading => %q\n", rest, root(t)),
		"go.sum":   string(sums),
		"main.go":  "package main\n\nimport (\n\t\"sync\"\n\n\t\"example.com/multithreading/helpers/exercise\"\n)\n\nvar _ sync.Mutex\n\n" + main,
		"race.go":  "//go:build race\n\npackage main\n\nconst detected = true\n",
		"plain.go": "//go:build !race\n\npackage main\n\nconst detected = false\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// With the race detector too: so what a check builds is built but for the cell, as in a notebook.
	for _, args := range [][]string{{"build", "-race", "-o", "once"}, {"build", "-o", "cell"}} {
		build := exec.CommandContext(t.Context(), "go", args...)
		build.Dir = dir
		if said, err := build.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, said)
		}
	}
	return dir
}

// run runs a program in a notebook whose kernel has its files in dir, and returns what it printed and how long it took.
func run(t *testing.T, program, dir string, env ...string) (printed string, took time.Duration) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program)
	command.Env = append(append(os.Environ(), "GONB_TMP_DIR="+dir), env...)
	begin := time.Now()
	text, err := command.Output()
	if err != nil {
		t.Errorf("%v: a check raises no error", err)
	}
	return string(text), time.Since(begin)
}

// A student waits no more than 5 s, whatever the function does, with and without the race detector.
func TestCheckEnds(t *testing.T) {
	if raceDetector {
		t.Skip("a check builds with the race detector itself")
	}
	const right = "var wg sync.WaitGroup\n\tfor _, task := range tasks {\n\t\twg.Go(task)\n\t}\n\twg.Wait()"
	slow := t.TempDir() // a machine on which building takes for ever
	if err := os.WriteFile(filepath.Join(slow, "go"), []byte("#!/bin/sh\nsleep 60\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, body string
		says       string // a regular expression
		env        []string
	}{
		{"right", right, "✓ start-and-wait: ", nil},
		// A loop of one jump: where it is interrupted, Go gives one line of it or the other.
		{"endless loop", "for {\n\t}", `still runs at  (func startAll|for \{): an endless loop\?`, nil},
		{"deadlock", "var mu sync.Mutex\n\tmu.Lock()\n\tmu.Lock()", "a deadlock: ", nil},
		{"a million goroutines", "for range 1_000_000 {\n\t\tgo func() { select {} }()\n\t}", "goroutines and was stopped", nil},
		{"a million goroutines that loop", "for range 1_000_000 {\n\t\tgo func() {\n\t\t\tfor {\n\t\t\t}\n\t\t}()\n\t}", "stopped", nil},
		{"endless loop, with the race detector only", "for detected {\n\t}\n\t" + right, `an endless loop\?`, nil},
		{"deadlock, with the race detector only", "if detected {\n\t\tselect {}\n\t}\n\t" + right, "deadlock", nil},
		{"a build that does not end", right, `\? start-and-wait: right without the race detector, and not tried out with it`, []string{"PATH=" + slow + ":" + os.Getenv("PATH")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := cell(t, "func main() { exercise.CheckStartAndWait(startAll) }\n\nfunc startAll(tasks []func()) {\n\t"+test.body+"\n}\n")
			says := regexp.MustCompile(test.says)
			var printed string
			var took time.Duration
			for range 3 { // again where the machine was too busy to see
				printed, took = run(t, filepath.Join(dir, "cell"), dir, test.env...)
				// The check itself leaves at 4.5 s. What is more is a busy machine's, for starting and ending processes.
				if took > 10*time.Second {
					t.Errorf("it took %v", took)
				}
				if strings.Contains(printed, "✓") != (test.name == "right") && !strings.HasPrefix(printed, "?") {
					t.Errorf("wrong verdict:\n%s", printed)
				}
				if says.MatchString(printed) {
					break
				}
			}
			t.Logf("%v: %s", took.Round(time.Millisecond), printed)
			if !says.MatchString(printed) {
				t.Errorf("it does not say %q:\n%s", says, printed)
			}
		})
	}
}

// With each try comes one hint more; none comes for what is no try, and none has code or a schedule in it, so none is the solution.
func TestHints(t *testing.T) {
	if raceDetector {
		t.Skip("the hints are the same")
	}
	programs := cells(t)
	hint := regexp.MustCompile(`(?m)^Hint (\d) of (\d): (.+)$`)
	code := regexp.MustCompile(`:=|[{}()=]|\b[AB]{2,}\b|<-`)
	seen := map[string]bool{}
	for _, s := range wrong {
		if seen[s.exercise] {
			continue
		}
		seen[s.exercise] = true
		t.Run(s.exercise, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for try, last := 1, 0; try <= 4; try++ {
				printed, _ := run(t, programs[s.exercise+"/"+s.name], dir)
				hints := hint.FindAllStringSubmatch(printed, -1)
				if len(hints) == 0 {
					t.Fatalf("no hint:\n%s", printed)
				}
				fmt.Sscan(hints[0][2], &last)
				if len(hints) != min(try, last) || last < 2 {
					t.Errorf("try %d: %d of %d hints\n%s", try, len(hints), last, printed)
				}
				for _, h := range hints {
					if found := code.FindString(h[3]); found != "" {
						t.Errorf("%q in hint %s: %s", found, h[1], h[3])
					}
				}
			}
		})
	}
	for _, name := range []string{"mutex/panics", "mutex/loops with steps", "mutex/nil", "lost-update/too short", "prediction/no number", "start-and-wait/unlocks an unlocked mutex", "start-and-wait/a million goroutines"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for try := range 3 {
				if printed, _ := run(t, programs[name], dir); strings.Count(printed, "Hint ") != 1 {
					t.Errorf("try %d: not one hint\n%s", try+1, printed)
				}
			}
		})
	}
}
