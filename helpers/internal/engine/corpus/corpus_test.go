package corpus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/corpus"
)

var (
	write = flag.Bool("write", false, "write what the real Go prints into lang/*.out")
	all   = flag.Bool("all", false, "build and run all programs with the real Go, and not only a few")
	seed  = flag.Uint64("seed", 0, "by which the few are chosen; 0: by another each time, which the test names")
)

// testdata is where the programs lie.
const testdata = "../testdata"

func read(t *testing.T, folder string) []*corpus.Program {
	t.Helper()
	programs, err := corpus.Read(filepath.Join(testdata, folder))
	if err != nil {
		t.Fatal(err)
	}
	return programs
}

// A header that says something else than it means would make the engine's test pass for nothing.
func TestHeaders(t *testing.T) {
	for _, folder := range []string{"verdict", "lang", "refused", "answers"} {
		for _, p := range read(t, folder) {
			switch {
			case folder == "verdict" && len(p.Outcomes) == 0 && !p.More:
				t.Errorf("%s: no outcome", p.File)
			case folder == "refused" && len(p.Refused) == 0:
				t.Errorf("%s: no line that is refused", p.File)
			case folder == "answers" && p.Verdict == "":
				t.Errorf("%s: no verdict", p.File)
			}
		}
	}
}

func TestParse(t *testing.T) {
	p, err := corpus.Parse("x/two.go", `// interleavings: 1,070
// outcome: 1,000 × "2\n"
// outcome: 60 × deadlock "a × \"b\""
// outcome: 10 × panic "boom" "c"
// tso outcome: "0\n"
// least: 2
// race: yes
// left behind: yes
// clock: virtual

package main

// outcome: this is no header
`)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintln(p.Name, p.Interleavings, p.Unbounded, *p.Least, p.Race, p.LeftBehind,
		p.VirtualClock, p.Incomplete, p.More)
	if want := "two 1070 false 2 2 true true false false\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var outcomes []string
	for _, o := range p.Outcomes {
		outcomes = append(outcomes, fmt.Sprintf("%v %s %q %q", o.Count, o.Kind, o.Message, o.Output))
	}
	want := `1000 ends "" "2\n"; 60 deadlock "" "a × \"b\""; 10 panic "boom" "c"`
	if got := strings.Join(outcomes, "; "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(p.TSO) != 1 || p.TSO[0].Output != "0\n" || p.TSO[0].Count != nil {
		t.Errorf("got %q", p.TSO)
	}
	for _, test := range []struct{ header, want string }{
		{"// race: maybe", `x.go:1: "maybe": want yes or no`},
		{"// races: yes", `x.go:1: no such key: "races"`},
		{"// outcome: stuck \"\"", `x.go:1: no such kind of outcome: "stuck"`},
		{"// outcome: panic \"boom\"", `x.go:1: panic: want 2 texts, got 1`},
		{"// outcome: 2 × \"a\"\n// outcome: 2 × \"a\"", `x.go: the outcome ends "a" stands twice`},
		{"// interleavings: 3\n// outcome: 2 × \"a\"", `x.go: the outcomes add up to 2, not to 3`},
	} {
		if _, err := corpus.Parse("x.go", test.header+"\n\npackage main\n"); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.header, err, test.want)
		}
	}
}

// build builds programs with the real Go, all in one call of it, and returns the file of each. An
// overlay gives each the folder of its own that go build wants.
func build(t *testing.T, programs []*corpus.Program) map[string]string {
	t.Helper()
	here, err := filepath.Abs(testdata)
	if err != nil {
		t.Fatal(err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	out := t.TempDir()
	binaries := map[string]string{}
	args := []string{"build", "-ldflags=-s -w", "-overlay", filepath.Join(out, "overlay.json"),
		"-o", out + string(filepath.Separator)}
	for _, p := range programs {
		file, err := filepath.Abs(p.File)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(here, "built", p.Name)
		overlay.Replace[filepath.Join(folder, "main.go")] = file
		binaries[p.Name] = filepath.Join(out, p.Name)
		args = append(args, folder)
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "overlay.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return binaries
}

// run runs a program for at most the time given, and says how it ended. Its output is what it
// printed to standard output, or to that and standard error together.
func run(t *testing.T, binary string, limit time.Duration, together bool) (o corpus.Outcome, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, binary)
	command.Stdout, command.Stderr = &stdout, &stderr
	if together {
		command.Stderr = &stdout
	}
	err := command.Run()
	o, said = corpus.Outcome{Kind: corpus.Ends, Output: stdout.String()}, stderr.String()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		o.Kind = corpus.Endless
	case err == nil:
	case !errors.As(err, &exit):
		t.Fatal(err)
	case strings.Contains(said, "all goroutines are asleep - deadlock!"):
		o.Kind = corpus.Deadlock
	default:
		o.Kind = corpus.Panic
	}
	return o, said
}

// random is the source of what a test chooses. The real scheduler's choices stay its own.
func random(t *testing.T) *rand.Rand {
	by := *seed
	if by == 0 {
		by = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", by)
	return rand.New(rand.NewPCG(by, 0))
}

// some chooses a few of the programs, or all if the flag says so.
func some(r *rand.Rand, programs []*corpus.Program, n int) []*corpus.Program {
	if *all || *write || len(programs) <= n {
		return programs
	}
	r.Shuffle(len(programs), func(i, j int) { programs[i], programs[j] = programs[j], programs[i] })
	return programs[:n]
}

// What real runs are seen to do is among what the headers list, and a right answer is never wrong.
func TestRealRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	var programs []*corpus.Program
	for _, p := range append(read(t, "verdict"), read(t, "answers")...) {
		if !p.More && !p.VirtualClock && !p.Incomplete && p.Verdict != "wrong" {
			programs = append(programs, p)
		}
	}
	r := random(t)
	programs = some(r, programs, 5)
	binaries := build(t, programs)
	for _, p := range programs {
		t.Run(p.Name, func(t *testing.T) {
			t.Setenv("GOMAXPROCS", fmt.Sprint(1+r.IntN(4)))
			limit := time.Minute // on a machine that is busy with other things
			for _, o := range p.Outcomes {
				if o.Kind == corpus.Endless {
					limit = 5 * time.Second // for what it prints before that, on a busy machine
				}
			}
			for range 5 {
				got, said := run(t, binaries[p.Name], limit, false)
				if p.Name == "waitgroup_add_too_late" && strings.Contains(said, "WaitGroup misuse") {
					continue // Go may notice, and need not
				}
				if !listed(p, got, said) {
					t.Errorf("%s %q is not among the outcomes\n%s", got.Kind, got.Output, said)
				}
				if got.Kind == corpus.Endless {
					break // once is enough
				}
			}
		})
	}
}

func listed(p *corpus.Program, got corpus.Outcome, said string) bool {
	if p.Verdict == "right" {
		return got.Kind == corpus.Ends && !strings.Contains(got.Output, "wrong")
	}
	for _, o := range p.Outcomes {
		if o.Kind == got.Kind && o.Output == got.Output && strings.Contains(said, o.Message) {
			return true
		}
	}
	return false
}

// The files that the engine is held against are what the real Go prints.
func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	programs := some(random(t), read(t, "lang"), 5)
	binaries := build(t, programs)
	for _, p := range programs {
		got, said := run(t, binaries[p.Name], time.Minute, true)
		if got.Kind != corpus.Ends {
			t.Errorf("%s: %s\n%s", p.Name, got.Kind, said)
			continue
		}
		golden := strings.TrimSuffix(p.File, ".go") + ".out"
		if *write {
			if err := os.WriteFile(golden, []byte(got.Output), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got.Output != string(want) {
			t.Errorf("%s: the real Go prints\n%s\nand %s holds\n%s\n(go test -run Golden -write writes it)",
				p.Name, got.Output, golden, want)
		}
	}
}
