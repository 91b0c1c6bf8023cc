package engine_test

import (
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/goroot"
)

// lesson is the lesson's shared counter, as it stands there and with a yield between read and write.
const lesson = `package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10_000 {
				new := counter + 1
				runtime.Gosched()
				counter = new
			}
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
`

func runFree(t *testing.T, source string, f engine.Free) (*engine.Run, string) {
	t.Helper()
	p, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": source}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	f.Print = func(text string) { printed.WriteString(text) }
	f.Again = printed.Reset
	run, err := p.Run(f)
	if err != nil {
		t.Fatal(err)
	}
	if printed.String() != run.Outcome.Output {
		t.Errorf("it printed %q and says that it was %q", &printed, run.Outcome.Output)
	}
	return run, printed.String()
}

// TestRunAsGoDoes holds a run to what real Go does with the lesson's counter: mostly all additions
// are there, and with a yield before each write nearly none.
func TestRunAsGoDoes(t *testing.T) {
	plain := strings.Replace(lesson, "runtime.Gosched()", "_ = runtime.GOOS", 1)
	whole := 0
	for seed := range uint64(10) {
		run, printed := runFree(t, plain, engine.Free{Seed: seed})
		t.Logf("seed %d: %s", seed, strings.TrimSpace(printed))
		if printed == "50000\n" {
			whole++
		}
		if run.Outcome.Kind != engine.Ends {
			t.Errorf("seed %d: %s", seed, run.Outcome.Ending())
		}
	}
	if whole < 3 || whole == 10 {
		t.Errorf("of 10 runs %d end with 50000: most should, and not all", whole)
	}
	if _, printed := runFree(t, lesson, engine.Free{}); printed != "10000\n" {
		t.Errorf("with a yield: %q, want 10000", printed)
	}
}

// TestRunSeeds holds a seed to one run, and seeds to different ones where a switch may come anywhere.
func TestRunSeeds(t *testing.T) {
	small := strings.Replace(lesson, "10_000", "10", 1)
	all := map[string]bool{}
	for seed := range uint64(8) {
		f := engine.Free{Seed: seed, Anywhere: true}
		_, once := runFree(t, small, f)
		if _, again := runFree(t, small, f); again != once {
			t.Errorf("seed %d prints %q and then %q", seed, once, again)
		}
		all[once] = true
	}
	if len(all) < 3 {
		t.Errorf("eight seeds print only %v", all)
	}
}

// TestRunEnds holds a run to every way in which a program ends.
func TestRunEnds(t *testing.T) {
	for _, c := range []struct {
		name, body string
		kind       engine.Kind
		says       string // in the output and the ending
	}{
		{"sleeps", `go func() { time.Sleep(time.Second); fmt.Println("A") }(); time.Sleep(2 * time.Second); fmt.Println("main")`,
			engine.Ends, "A\nmain\n"},
		{"deadlock", `var mu sync.Mutex; mu.Lock(); fmt.Println("once"); mu.Lock()`, engine.Deadlock, "deadlock"},
		{"panic", `var m map[int]int; m[1] = 2`, engine.Crash, "assignment to entry in nil map"},
		{"spins", `for {}`, engine.Endless, "does not end"},
		{"last started, first to run", `var wg sync.WaitGroup; for i := range 3 { wg.Go(func() { fmt.Print(i) }) }; wg.Wait()`,
			engine.Ends, "201"},
		{"channel", `c := make(chan int); go func() { for i := range 3 { c <- i }; close(c) }(); for v := range c { fmt.Print(v) }`,
			engine.Ends, "012"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := "package main\nimport (\"fmt\"; \"sync\"; \"time\")\nvar _ sync.Mutex; var _ = time.Second; var _ = fmt.Sprint()\n" +
				"func main() { " + c.body + " }\n"
			run, printed := runFree(t, source, engine.Free{})
			if said := printed + run.Outcome.Ending(); run.Outcome.Kind != c.kind || !strings.Contains(said, c.says) {
				t.Errorf("%v: %q, want %v and %q", run.Outcome.Kind, said, c.kind, c.says)
			}
		})
	}
}
