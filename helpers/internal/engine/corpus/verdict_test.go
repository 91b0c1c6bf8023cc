package corpus_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/goroot"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/corpus"
)

var kinds = map[engine.Kind]corpus.Kind{
	engine.Ends: corpus.Ends, engine.Deadlock: corpus.Deadlock, engine.Crash: corpus.Panic, engine.Endless: corpus.Endless,
}

func explore(t *testing.T, p *corpus.Program) (*engine.Result, error) {
	t.Helper()
	source, err := os.ReadFile(p.File)
	if err != nil {
		t.Fatal(err)
	}
	program, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": string(source)}, nil)
	if err != nil {
		return nil, err
	}
	// The bound that is meant to be reached is that of the states: time depends on how busy the
	// machine is.
	return program.Explore(engine.Options{Clock: p.VirtualClock, Time: 30 * time.Second, States: 400_000})
}

// What the engine finds is what the books say.
func TestVerdicts(t *testing.T) {
	for _, p := range read(t, "verdict") {
		t.Run(p.Name, func(t *testing.T) {
			r, err := explore(t, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v interleavings, %d states, complete %v, %v", r.Interleavings, r.States, r.Complete, r.Took)
			judge(t, p, r)
		})
	}
}

func judge(t *testing.T, p *corpus.Program, r *engine.Result) {
	t.Helper()
	if r.Complete == p.Incomplete {
		t.Errorf("complete is %v %s", r.Complete, r.Stopped)
	}
	switch {
	case p.Unbounded && (r.Interleavings != nil || r.Complete && !r.Loops):
		t.Errorf("%v interleavings, want them unbounded", r.Interleavings)
	case p.Interleavings != nil && (r.Interleavings == nil || r.Interleavings.Cmp(p.Interleavings) != 0):
		t.Errorf("%v interleavings, want %v", r.Interleavings, p.Interleavings)
	}
	seen := make([]bool, len(p.Outcomes))
	left := len(r.LeftBehind) > 0
	for _, o := range r.Outcomes {
		found := false
		for i, want := range p.Outcomes {
			// Of a loop without end, what it has printed when it is found to be one is nobody's
			// business.
			printed := o.Output == want.Output || o.Kind == engine.Endless
			if kinds[o.Kind] == want.Kind && printed && strings.Contains(o.Message, want.Message) {
				found, seen[i] = true, true
				if want.Count != nil && (o.Count == nil || o.Count.Cmp(want.Count) != 0) {
					t.Errorf("%s %q: %v interleavings, want %v", want.Kind, want.Output, o.Count, want.Count)
				}
				break
			}
		}
		if !found && !p.More {
			t.Errorf("unexpected: %s %q %s, by %s", o.Kind, o.Output, o.Message, o.Schedule)
		}
	}
	for i, ok := range seen {
		if !ok {
			t.Errorf("not found: %s %q %s", p.Outcomes[i].Kind, p.Outcomes[i].Output, p.Outcomes[i].Message)
		}
	}
	if least, _, ok := engine.Extremes(r.Outcomes); ok && p.Least != nil && least != strconv.Itoa(*p.Least) {
		t.Errorf("least is %s, want %d", least, *p.Least)
	}
	if p.Race != corpus.NotStated && (p.Race == corpus.Yes) != (len(r.Races) > 0) {
		t.Errorf("races: %+v", r.Races)
	}
	if left != p.LeftBehind {
		t.Errorf("left behind: %v", left)
	}
}

// The language and the library are Go's: each program has one outcome, and it is what the real Go
// printed.
func TestLanguage(t *testing.T) {
	for _, p := range read(t, "lang") {
		t.Run(p.Name, func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(p.File, ".go") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			r, err := explore(t, p)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Complete {
				t.Errorf("not complete: %s", r.Stopped)
			}
			for _, o := range r.Outcomes {
				if o.Kind != engine.Ends || o.Output != string(want) {
					t.Errorf("%s %s\n%s", o.Kind, o.Message, difference(o.Output, string(want)))
				}
			}
			if len(r.Races) > 0 {
				t.Errorf("races: %+v", r.Races)
			}
		})
	}
}

// difference is the first line in which two texts differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		switch {
		case i >= len(g):
			return "line " + strconv.Itoa(i+1) + " is missing: " + w[i]
		case i >= len(w) || g[i] != w[i]:
			return "line " + strconv.Itoa(i+1) + " is " + g[i] + "\nand not    " + strings.Join(w[i:min(i+1, len(w))], "")
		}
	}
	return "no difference"
}

// What the engine does not take is refused with its line, in one sentence that names it.
func TestRefused(t *testing.T) {
	for _, p := range read(t, "refused") {
		t.Run(p.Name, func(t *testing.T) {
			r, err := explore(t, p)
			if err == nil {
				t.Fatalf("not refused: %+v", r.Outcomes)
			}
			for _, want := range p.Refused {
				line := "line " + strconv.Itoa(want.Line) + ": "
				if strings.HasPrefix(err.Error(), line) && strings.Contains(err.Error(), want.Word) {
					return
				}
			}
			t.Errorf("%v, want one of %v", err, p.Refused)
		})
	}
}

// An answer is judged right if no interleaving is wrong, and wrong if one is.
func TestAnswers(t *testing.T) {
	for _, p := range read(t, "answers") {
		t.Run(p.Name, func(t *testing.T) {
			r, err := explore(t, p)
			if err != nil {
				t.Fatal(err)
			}
			verdict, why := "right", ""
			if len(r.Races) > 0 {
				verdict, why = "wrong", "a data race"
			}
			for _, o := range r.Outcomes {
				if o.Kind != engine.Ends || strings.Contains(o.Output, "wrong") {
					verdict, why = "wrong", o.Kind.String()+" "+o.Output+o.Message+" by "+o.Schedule.String()
				}
			}
			if verdict != p.Verdict {
				t.Errorf("%s %s, want %s", verdict, why, p.Verdict)
			}
			if !r.Complete {
				t.Errorf("not complete: %s", r.Stopped)
			}
			t.Logf("%v interleavings, %d states, %v", r.Interleavings, r.States, r.Took)
		})
	}
}

// Under an x86 processor's store buffers the litmus tests end as herd7's model of it allows; the
// sets stand in the programs' headers, with their source.
func TestStoreBuffers(t *testing.T) {
	for _, p := range read(t, "verdict") {
		if len(p.TSO) == 0 {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			source, err := os.ReadFile(p.File)
			if err != nil {
				t.Fatal(err)
			}
			program, err := engine.Load(goroot.MustFS(), map[string]string{"main.go": string(source)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, err := program.Explore(engine.Options{StoreBuffers: true, Time: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for _, o := range p.TSO {
				want[o.Output] = true
			}
			for _, o := range r.Outcomes {
				if !want[o.Output] {
					t.Errorf("unexpected: %s %q %s, by %s", o.Kind, o.Output, o.Message, o.Schedule)
				}
				delete(want, o.Output)
			}
			for o := range want {
				t.Errorf("not found: %q", o)
			}
		})
	}
}
