package replay

import (
	"context"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

var fset = token.NewFileSet()

var source = sync.OnceValue(func() types.Importer { return importer.ForCompiler(fset, "source", nil) })

// load builds the SSA form of one file; what it imports is known by its types alone.
func load(t testing.TB, name, text string) *ssa.Package {
	t.Helper()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	conf := &types.Config{Importer: source(), GoVersion: "go1.26"}
	pkg, _, err := ssautil.BuildPackage(conf, fset, types.NewPackage("main", "main"), []*ast.File{file},
		ssa.InstantiateGenerics)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// TestSameAsGo: a program that is emitted and runs freely prints what it prints when it is compiled
// as it stands.
func TestSameAsGo(t *testing.T) {
	files, err := filepath.Glob("testdata/same/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	if os.Getenv("COURSE_LONG") != "" {
		more, err := filepath.Glob("../testdata/lang/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range more {
			switch filepath.Base(file) {
			case "generics.go": // prints the name of an instance's type, which is another
			case "range_functions.go": // refused: it defers in the body of a range over a function
			default:
				files = append(files, file)
			}
		}
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			p, err := Build(within(t, time.Minute), load(t, file, string(text)), "", dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Follow(within(t, time.Minute), nil)
			if err != nil {
				t.Fatal(err)
			}
			bin := filepath.Join(dir, "plain")
			if out, err := exec.Command("go", "build", "-o", bin, file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			cmd := exec.CommandContext(within(t, time.Minute), bin)
			var out, errs strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &errs
			cmd.Run()
			if got.Output != out.String() || got.Exit != cmd.ProcessState.ExitCode() {
				t.Errorf("emitted: exit %d\n%s\n%s\nplain: exit %d\n%s\n%s", got.Exit, got.Output, got.Errors,
					cmd.ProcessState.ExitCode(), out.String(), errs.String())
			}
			if a, b, _ := strings.Cut(got.Errors, "\n\ngoroutine "); b != "" {
				if want, _, _ := strings.Cut(errs.String(), "\n\ngoroutine "); a != want {
					t.Errorf("emitted ends with %q, plain with %q", a, want)
				}
			}
		})
	}
}

const prelude = `package main

import (
	"fmt"
	"sync"
)

var _, _ = fmt.Println, sync.NewCond

`

// TestFollow: what a schedule says comes out, on real goroutines, each time.
func TestFollow(t *testing.T) {
	twice := `func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { counter++ })
	}
	wg.Wait()
	println2(counter)
}

func println2(x int) { fmt.Println("counter", x) }
`
	locks := `var a, b sync.Mutex

func both(x, y *sync.Mutex) {
	x.Lock()
	y.Lock()
	y.Unlock()
	x.Unlock()
}

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { both(&a, &b) })
	wg.Go(func() { both(&b, &a) })
	wg.Wait()
	print("ok")
}
`
	channel := `func send(c chan int, done chan bool) {
	c <- 7
	fmt.Println("sent")
	done <- true
}

func main() {
	c, done := make(chan int), make(chan bool)
	go send(c, done)
	x := <-c
	fmt.Println("received", x)
	<-done
}
`
	selects := `func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 2
	select {
	default:
		fmt.Println("none")
	case x := <-a:
		fmt.Println("a", x)
	case x := <-b:
		fmt.Println("b", x)
	}
}
`
	conds := `func wait(c *sync.Cond, wg *sync.WaitGroup, name string) {
	c.L.Lock()
	c.Wait()
	c.L.Unlock()
	fmt.Println(name)
	wg.Done()
}

func main() {
	c := sync.NewCond(new(sync.Mutex))
	var wg sync.WaitGroup
	wg.Add(2)
	go wait(c, &wg, "A")
	go wait(c, &wg, "B")
	c.Signal()
	c.Signal()
	wg.Wait()
}
`
	crash := `func fails(p *int) { *p = 1 }

func say(done chan bool) {
	fmt.Println("said")
	done <- true
}

func main() {
	done := make(chan bool)
	go fails(nil)
	go say(done)
	<-done
	<-done
}
`
	maps := `func main() {
	for k, v := range map[string]int{"x": 1, "y": 2, "z": 3} {
		fmt.Print(k, v, " ")
	}
}
`
	writers := `func read(mu *sync.RWMutex, name string) {
	mu.RLock()
	fmt.Println(name, "reads")
	mu.RUnlock()
}

func main() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	wg.Go(func() { read(&mu, "A") })
	wg.Go(func() { mu.Lock(); fmt.Println("B writes"); mu.Unlock() })
	wg.Go(func() { read(&mu, "C") })
	wg.Wait()
}
`
	once := `func main() {
	f := sync.OnceFunc(func() { fmt.Println("once") })
	g := func(name string, done chan bool) { f(); fmt.Println(name); done <- true }
	done := make(chan bool, 2)
	go g("A", done)
	go g("B", done)
	<-done
	<-done
}
`
	early := `func main() {
	go fmt.Println("A")
	go fmt.Println("B")
}
`
	family := `func main() {
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		go func() { fmt.Println("B"); wg.Done() }()
		fmt.Println("A")
		wg.Done()
	}()
	go func() { fmt.Println("C"); wg.Done() }()
	wg.Wait()
}
`
	deferred := `func main() {
	var mu sync.Mutex
	func() {
		mu.Lock()
		defer mu.Unlock()
		defer func() { fmt.Println(recover()) }()
		panic("oops")
	}()
	fmt.Println(mu.TryLock())
}
`
	tests := []struct {
		name, program string
		schedule      []Move
		output        string
		exit          int // -1: it ends well, and only the start of its output is sure
		fault, errors string
	}{
		{"one after the other", twice, []Move{{0, 3, 0}, {1, 2, 0}, {2, 2, 0}}, "counter 2\n", 0, "", ""},
		{"lost update", twice, []Move{{0, 3, 0}, {1, 1, 0}, {2, 2, 0}, {1, 1, 0}}, "counter 1\n", 0, "", ""},
		{"not there", twice, []Move{{0, 1, 0}, {2, 1, 0}}, "counter 2\n", 0,
			"move 2 is for goroutine 2, which has not been started", ""},
		{"too long", twice, []Move{{0, 3, 0}, {1, 3, 0}}, "counter 2\n", 0,
			"in move 2 goroutine 1 has ended, 1 hooks before the move's end", ""},
		{"has ended", twice, []Move{{0, 3, 0}, {1, 2, 0}, {1, 1, 0}}, "counter 2\n", 0,
			"move 3 is for goroutine 1, which has ended", ""},
		{"must wait", twice, []Move{{0, 4, 0}, {0, 1, 0}}, "counter 2\n", 0,
			"move 2 is for goroutine 0, which waits in what it does in line 16", ""},
		{"no deadlock", locks, []Move{{0, 2, 0}, {1, 2, 0}}, "", 0, "", "ok"},
		{"deadlock", locks, []Move{{0, 2, 0}, {1, 1, 0}, {2, 1, 0}}, "", 2, "", "all goroutines are asleep - deadlock!"},
		{"receiver first", channel,
			[]Move{{0, 1, 0}, {1, 1, 0}, {1, 2, 0}, {0, 4, 0}, {1, 1, 0}, {0, 1, 0}}, "sent\nreceived 7\n", 0, "", ""},
		{"sender first", channel, []Move{{1, 1, 0}, {0, 1, 0}, {0, 3, 0}, {1, 3, 0}}, "received 7\nsent\n", 0, "", ""},
		{"first case", selects, []Move{{0, 2, 0}, {0, 1, 1}}, "a 1\n", 0, "", ""},
		{"second case", selects, []Move{{0, 3, 2}}, "b 2\n", 0, "", ""},
		{"default", selects, []Move{{0, 3, 3}}, "none\n", 0, "", ""},
		{"the second is woken", conds,
			[]Move{{0, 2, 0}, {1, 3, 0}, {2, 3, 0}, {0, 1, 2}, {2, 6, 0}, {0, 1, 0}, {1, 6, 0}}, "B\nA\n", 0, "", ""},
		{"the first is woken", conds, []Move{{0, 2, 0}, {1, 3, 0}, {2, 3, 0}, {0, 1, 1}, {1, 6, 0}}, "A\nB\n", 0, "", ""},
		{"crash", crash, []Move{{2, 3, 0}, {1, 1, 0}, {1, 1, 0}}, "said\n", 2, "", "nil pointer dereference"},
		{"crash at once", crash, []Move{{1, 2, 0}}, "", 2, "", "main.go:11"},
		{"order of keys", maps, []Move{{0, 5, 3}}, "z3 ", -1, "", ""},
		{"writer keeps reader out", writers,
			[]Move{{0, 3, 0}, {1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {1, 4, 0}, {2, 3, 0}, {3, 4, 0}},
			"A reads\nB writes\nC reads\n", 0, "", ""},
		{"library waits", once, []Move{{0, 2, 0}, {1, 2, 0}, {2, 2, 0}, {1, 2, 0}, {2, 2, 0}}, "once\nB\nA\n", 0, "", ""},
		{"main ends first", early, []Move{{0, 3, 0}}, "", 0, "", ""},
		{"one is left behind", early, []Move{{0, 2, 0}, {2, 1, 0}, {0, 1, 0}}, "B\n", 0, "", ""},
		{"numbers", family, []Move{{0, 1, 0}, {3, 2, 0}, {2, 2, 0}}, "C\nB\nA\n", 0, "", ""},
		{"deferred", deferred, []Move{{0, 1, 0}}, "oops\ntrue\n", 0, "", ""},
	}
	programs := map[string]*Program{}
	dir := t.TempDir()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := programs[test.program]
			if p == nil {
				var err error
				if p, err = Build(within(t, time.Minute), load(t, "main.go", prelude+test.program), "", dir); err != nil {
					t.Fatal(err)
				}
				programs[test.program] = p
			}
			for range 3 {
				run, err := p.Follow(within(t, 20*time.Second), test.schedule)
				if err != nil {
					t.Fatal(err)
				}
				if test.exit == -1 { // the start is fixed, the rest is free
					if !strings.HasPrefix(run.Output, test.output) || run.Exit != 0 {
						t.Errorf("printed %q, exit %d: %s", run.Output, run.Exit, run.Errors)
					}
				} else if run.Output != test.output || run.Exit != test.exit {
					t.Errorf("printed %q, exit %d: %s", run.Output, run.Exit, run.Errors)
				}
				if run.Fault != test.fault || run.Followed != (test.fault == "") || !strings.Contains(run.Errors, test.errors) {
					t.Errorf("fault %q, on standard error: %s", run.Fault, run.Errors)
				}
			}
		})
	}
}

// TestLesson: the lesson's five goroutines of 10,000 additions end at 2 by a schedule of ten moves,
// which the race detector does not disturb: the hooks order the goroutines.
func TestLesson(t *testing.T) {
	pkg := load(t, "main.go", `package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10_000 {
				counter++
			}
		})
	}
	wg.Wait()
	fmt.Println(counter)
}
`)
	worst := []Move{{0, 6, 0}, {1, 1, 0}, {2, 19_998, 0}, {1, 1, 0}, {2, 1, 0}, {1, 19_998, 0},
		{3, 20_000, 0}, {4, 20_000, 0}, {5, 20_000, 0}, {2, 1, 0}}
	turns := []Move{{0, 6, 0}} // each loads, then each stores: of five additions one is left
	for range 10_000 {
		for half := range 10 {
			turns = append(turns, Move{1 + half%5, 1, 0})
		}
	}
	for _, flags := range [][]string{nil, {"-race"}} {
		p, err := Build(within(t, 2*time.Minute), pkg, "", t.TempDir(), flags...)
		if err != nil {
			t.Fatal(err)
		}
		schedules := map[string][]Move{"2\n": worst}
		if flags == nil {
			schedules["10000\n"] = turns
		}
		for want, schedule := range schedules {
			begin := time.Now()
			run, err := p.Follow(within(t, time.Minute), schedule)
			if err != nil {
				t.Fatal(err)
			}
			if !run.Followed || run.Output != want || run.Errors != "" || run.Exit != 0 {
				t.Errorf("%+v", run)
			}
			t.Logf("%v: %d moves in %v", flags, len(schedule), time.Since(begin).Round(time.Millisecond))
		}
	}
}

// TestRefused: what cannot be emitted is refused with its line and the reason.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		`func main() {
	for range func(yield func() bool) { yield() } {
		defer fmt.Println()
	}
}
`: "line 12: replay does not take defer in the body of a range over a function",
		`func f() (x int) {
	defer func() { x++ }()
	recover()
	return 1
}

func main() { defer fmt.Println(f()) }
`: "line 10: replay does not take a function that has results, defers, and calls recover itself",
		`func main() {
	wait := sync.NewCond(nil).Wait
	wait()
}
`: "line 11: replay does not take the method value (*sync.Cond).Wait; call it in a function literal",
	} {
		if _, err := Emit(load(t, "main.go", prelude+text)); err == nil || err.Error() != want {
			t.Errorf("%s\n%v", text, err)
		}
	}
}
