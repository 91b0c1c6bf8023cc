package replay

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/goroot"

	"example.com/multithreading/helpers/internal/engine"
)

// brief are the programs of ../testdata/verdict that are tried where time is short.
var brief = []string{"buffer_if_for_while", "close_twice", "counter_2x2", "errgroup_cancels",
	"locks_opposite", "map_order", "once", "panic_or_end", "rendezvous_deadlock", "rwmutex", "select_drops"}

// TestOutcomes: each outcome that the machine finds is what the compiled program comes to on real
// goroutines, when it follows the machine's schedule.
func TestOutcomes(t *testing.T) {
	number, names := 4, brief
	if os.Getenv("COURSE_LONG") != "" {
		number, names = 100, nil
		files, err := filepath.Glob("../testdata/verdict/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			switch name := strings.TrimSuffix(filepath.Base(file), ".go"); {
			case strings.HasSuffix(name, "_virtual"): // a schedule does not hold the clock
			case name == "waitgroup_negative": // a count that falls below 0 stays there in Go
			case name == "errgroup_first_error": // what errgroup does after the function cannot be held
			default:
				names = append(names, name)
			}
		}
	}
	texts := map[string]string{}
	for i := range number {
		texts[fmt.Sprintf("seed %d", i+1)] = randomProgram(rand.New(rand.NewPCG(uint64(i+1), 0)))
	}
	for _, name := range names {
		text, err := os.ReadFile("../testdata/verdict/" + name + ".go")
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	dir := t.TempDir()
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			p, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": text}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Explore(engine.Options{States: 20_000, Time: 20 * time.Second, Memory: 4 << 30})
			if err != nil {
				t.Fatal(err)
			}
			compiled, err := Build(within(t, time.Minute), p.Main, ".", dir)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range r.Outcomes {
				if i == 8 {
					break
				}
				if o.Kind == engine.Endless {
					continue
				}
				run, err := p.Follow(o.Schedule, false)
				if err != nil {
					t.Fatal(err)
				}
				var moves []Move
				for _, h := range run.Hooks {
					moves = append(moves, Move{h.Goroutine, h.Count, h.Choice})
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				got, err := compiled.Follow(ctx, moves)
				cancel()
				if err != nil {
					t.Fatal(err)
				}
				want := map[engine.Kind]string{engine.Deadlock: "all goroutines are asleep", engine.Crash: ""}[o.Kind]
				bad := o.Kind != engine.Ends
				if !got.Followed || got.Output != o.Output || (got.Exit != 0) != bad || !strings.Contains(got.Errors, want) {
					t.Errorf("%v %q by %v\nhooks %v\ncame to exit %d, %q\nfault %q\n%.600s", o.Kind, o.Output, o.Schedule,
						run.Hooks, got.Exit, got.Output, got.Fault, got.Errors)
				}
			}
		})
	}
}
