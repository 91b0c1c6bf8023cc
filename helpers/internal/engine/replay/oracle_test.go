package replay

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/types"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/goroot"

	"golang.org/x/tools/go/ssa"

	"example.com/multithreading/helpers/internal/engine"
)

//go:embed testdata/oracle.go
var oracleSource []byte

// TestOracle: on random programs, the machine finds the outcomes that running every interleaving
// finds, each as often. The programs are emitted from the same SSA form, but they are compiled, and
// scheduling, locks and channels are those of testdata/oracle.go, which shares nothing with the
// machine. ORACLE="100 7" takes a hundred programs, from the seventh on.
func TestOracle(t *testing.T) {
	number, seed := 60, uint64(1)
	if os.Getenv("COURSE_LONG") != "" {
		number, seed = 3000, uint64(time.Now().UnixNano()) // each time others
	}
	if s := os.Getenv("ORACLE"); s != "" { // how many, and from which on
		if _, err := fmt.Sscan(s, &number, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d", seed)
	var total verdicts
	for n := 0; n < number; n += 500 { // a compiled program holds 500
		total.add(compare(t, seed+uint64(n), min(500, number-n)))
	}
	t.Logf("%+v", total)
	if total.Compared < number/2 {
		t.Errorf("only %d of %d programs were small enough to be compared", total.Compared, number)
	}
}

type verdicts struct{ Compared, TooLarge, Deadlocks, Panics, Runs, Outcomes int }

func (v *verdicts) add(w verdicts) {
	v.Compared += w.Compared
	v.TooLarge += w.TooLarge
	v.Deadlocks += w.Deadlocks
	v.Panics += w.Panics
	v.Runs += w.Runs
	v.Outcomes += w.Outcomes
}

const oracleLimit = 20_000 // runs of a program

type ending struct{ kind, output string }

func compare(t *testing.T, seed uint64, n int) (v verdicts) {
	goroot := goroot.MustFS()
	files := map[string][]byte{"common.go": commonSource, "oracle.go": oracleSource}
	list := fmt.Sprintf("package main\n\nconst r_limit = %d\n\nvar r_programs = []func(){\n", oracleLimit)
	var texts []string
	for i := range n {
		text := randomProgram(rand.New(rand.NewPCG(seed+uint64(i), 0)))
		p, err := engine.Load(goroot, map[string]string{"main.go": text}, nil)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed+uint64(i), err, text)
		}
		e := newEmitter(p.Main, options{prefix: fmt.Sprintf("p%d_", i), models: true, step: oracleStep})
		if err := e.program(); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed+uint64(i), err, text)
		}
		files[fmt.Sprintf("p%d.go", i)] = e.file()
		list += fmt.Sprintf("%s,\n", e.funcs[p.Main.Func("main")])
		texts = append(texts, text)
	}
	files["list.go"] = []byte(list + "}\n")
	binary, err := compile(within(t, 10*time.Minute), files, "", t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(within(t, 30*time.Minute), binary.binary)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	want := make([]map[ending]int, n)
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var r struct {
			Program      int
			Kind, Output string
			Count        int
		}
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if want[r.Program] == nil {
			want[r.Program] = map[ending]int{}
		}
		kind := r.Kind
		if kind == "fatal" || strings.HasPrefix(kind, "panic") {
			kind = "panic"
		}
		if kind != "" {
			want[r.Program][ending{kind, r.Output}] += r.Count
		}
	}
	for i, want := range want {
		if len(want) == 0 {
			v.TooLarge++
			continue
		}
		v.Compared++
		got := map[ending]int{}
		// Loaded again: hundreds of programs do not stay in memory.
		p, err := engine.Load(goroot, map[string]string{"main.go": texts[i]}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Explore(engine.Options{Time: time.Minute, Memory: 4 << 30})
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed+uint64(i), err, texts[i])
			continue
		}
		if !r.Complete {
			t.Errorf("seed %d: stopped: %s", seed+uint64(i), r.Stopped)
			continue
		}
		for _, o := range r.Outcomes {
			count := o.Count
			if count == nil {
				count = big.NewInt(-1)
			}
			got[ending{o.Kind.String(), o.Output}] += int(count.Int64())
		}
		for o, n := range want {
			v.Outcomes++
			v.Runs += n
			switch o.kind {
			case "deadlock":
				v.Deadlocks++
			case "panic":
				v.Panics++
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("seed %d: explored %s\nby running %s\n%s", seed+uint64(i), tell(got), tell(want), texts[i])
		}
	}
	return v
}

func tell(m map[ending]int) string {
	var lines []string
	for e, n := range m {
		lines = append(lines, fmt.Sprintf("%8d %s %q", n, e.kind, e.output))
	}
	slices.Sort(lines)
	return "\n" + strings.Join(lines, "\n")
}

// oracleStep leaves out hooks that are no steps in the random programs: the pointers, which do not
// change.
func oracleStep(in ssa.Instruction) bool {
	var p ssa.Value
	switch in := in.(type) {
	case *ssa.UnOp:
		p = in.X
	case *ssa.Store:
		p = in.Addr
	default:
		return true
	}
	ptr, ok := p.Type().Underlying().(*types.Pointer)
	if !ok {
		return true
	}
	return types.Identical(ptr.Elem(), types.Typ[types.Int])
}

// randomProgram is a program of two or three goroutines that share variables, locks, channels,
// conditions and atomics.
func randomProgram(r *rand.Rand) string {
	g := &generator{r: r}
	n := 2 + r.IntN(2)
	var bodies []string
	for range n {
		g.depth, g.held = 0, nil
		g.body.Reset()
		g.budget = 2 + r.IntN(4)
		if n == 3 {
			g.budget = 1 + r.IntN(3)
		}
		for g.budget > 0 {
			g.statement()
		}
		bodies = append(bodies, g.body.String())
	}
	var b strings.Builder
	fmt.Fprintf(&b, `package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var x, y int
	var mu, nu sync.Mutex
	var rw sync.RWMutex
	var a atomic.Int64
	var b atomic.Bool
	c, d := make(chan int, %d), make(chan int)
	cond := sync.NewCond(&mu)
	var wg sync.WaitGroup
	_, _, _, _, _, _ = &mu, &nu, &rw, c, d, cond
`, r.IntN(3))
	for i, body := range bodies {
		switch (i + n) % 3 {
		case 0:
			fmt.Fprintf(&b, "\twg.Go(func() {\n%s\t})\n", body)
		case 1:
			fmt.Fprintf(&b, "\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n%s\t}()\n", body)
		case 2:
			fmt.Fprintf(&b, "\twg.Add(1)\n\tgo func() {\n%s\t\twg.Done()\n\t}()\n", body)
		}
	}
	b.WriteString("\twg.Wait()\n\tfmt.Println(x, y, a.Load(), b.Load())\n}\n")
	return b.String()
}

type generator struct {
	r      *rand.Rand
	body   strings.Builder
	budget int
	depth  int
	held   []string
}

func (g *generator) line(format string, args ...any) {
	g.body.WriteString(strings.Repeat("\t", g.depth+2) + fmt.Sprintf(format, args...) + "\n")
}

func (g *generator) of(texts ...string) string { return texts[g.r.IntN(len(texts))] }

// block is one or two statements within braces.
func (g *generator) block() {
	g.depth++
	g.budget++
	g.statement()
	g.depth--
}

func (g *generator) statement() {
	g.budget--
	v, k := g.of("x", "y"), 1+g.r.IntN(3)
	c := g.of("c", "d")
	if g.depth > 2 {
		g.line("%s++", v)
		return
	}
	switch g.r.IntN(22) {
	case 0, 1:
		g.line("%s++", v)
	case 2:
		g.line("%s = %d", v, k)
	case 3:
		g.line("x, y = y, x+%d", k)
	case 4:
		g.line("if %s == %d {", v, k-1)
		g.block()
		g.line("}")
	case 5, 6:
		m := g.of("mu", "nu")
		g.line("%s.Lock()", m)
		g.depth--
		g.block()
		g.depth++
		if g.r.IntN(20) > 0 {
			g.line("%s.Unlock()", m)
		}
	case 7:
		g.line("if %s.TryLock() {", g.of("mu"))
		g.block()
		g.depth++
		g.line("mu.Unlock()")
		g.depth--
		g.line("}")
	case 8:
		w := g.of("", "R")
		g.line("rw.%sLock()", w)
		g.depth--
		g.block()
		g.depth++
		g.line("rw.%sUnlock()", w)
	case 9, 10:
		g.line("%s <- %d", c, k)
	case 11, 12:
		g.line("%s = <-%s", v, c)
	case 13:
		g.line("if v, ok := <-%s; ok {", c)
		g.depth++
		g.line("%s += v", v)
		g.depth--
		g.line("}")
	case 14, 15:
		g.line("select {")
		for range 1 + g.r.IntN(2) {
			if c := g.of("c", "d"); g.r.IntN(2) == 0 {
				g.line("case v := <-%s:", c)
				g.depth++
				g.line("%s = v", v)
				g.depth--
			} else {
				g.line("case %s <- %d:", c, k+4)
				g.block()
			}
		}
		if g.r.IntN(2) == 0 {
			g.line("default:")
			g.block()
		}
		g.line("}")
	case 16:
		g.line("a.Add(%d)", k)
	case 17:
		g.line("if b.CompareAndSwap(false, true) {")
		g.block()
		g.line("}")
	case 18:
		g.line("%s = int(a.Load())", v)
	case 19:
		if g.r.IntN(4) == 0 {
			g.line("close(%s)", c)
		} else {
			g.line("fmt.Println(%q)", g.of("p", "q"))
		}
	case 20:
		g.line("mu.Lock()")
		g.line("cond.Wait()")
		g.line("mu.Unlock()")
	case 21:
		g.line("cond.%s()", g.of("Signal", "Signal", "Broadcast"))
	}
}
