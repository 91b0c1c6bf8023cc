package engine

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// ends are all ends of a program: what it prints, or the kind of its end and the message. It may
// take as long as a busy machine and the race detector make it.
func ends(t *testing.T, source string, o Options) []string {
	t.Helper()
	o.Time = time.Minute
	r, err := load1(t, source).Explore(o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete {
		t.Fatalf("not complete: %s", r.Stopped)
	}
	var all []string
	for _, o := range r.Outcomes {
		text := strings.TrimSpace(strings.ReplaceAll(o.Output, "\n", " "))
		if o.Kind != Ends || o.Message != "" {
			text += " " + o.Kind.String() + ": " + o.Message
		}
		all = append(all, strings.TrimSpace(text))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestModels explores programs that use what the library's models offer, and names all their ends.
func TestModels(t *testing.T) {
	for _, c := range []struct {
		name, imports, body string
		want                []string
	}{
		{"Once runs one and lets others wait", "fmt sync", `
			var once sync.Once
			var wg sync.WaitGroup
			value := 0
			for range 2 {
				wg.Go(func() {
					once.Do(func() { value++ })
					fmt.Print(value)
				})
			}
			wg.Wait()`, []string{"11"}},
		{"OnceValue", "fmt sync", `
			calls := 0
			get := sync.OnceValue(func() int { calls++; return 7 })
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { fmt.Print(get()) })
			}
			wg.Wait()
			fmt.Print(calls)`, []string{"771"}},
		{"OnceFunc panics each time", "fmt sync", `
			f := sync.OnceFunc(func() { panic("boom") })
			for range 2 {
				func() {
					defer func() { fmt.Print(recover()) }()
					f()
				}()
			}`, []string{"boomboom"}},
		{"sync.Map", "fmt sync", `
			var m sync.Map
			var wg sync.WaitGroup
			for i := range 2 {
				wg.Go(func() {
					v, loaded := m.LoadOrStore("key", i)
					_ = v
					fmt.Print(loaded)
				})
			}
			wg.Wait()
			m.Store("b", 2)
			n := 0
			m.Range(func(k, v any) bool { n++; return true })
			v, ok := m.LoadAndDelete("b")
			fmt.Print(n, v, ok, m.CompareAndSwap("key", 5, 6))`,
			[]string{"falsetrue2 2 true false", "truefalse2 2 true false"}},
		{"sync.Map is checked and acted on in two steps", "fmt sync", `
			var m sync.Map
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					n, _ := m.Load("n")
					i, _ := n.(int)
					m.Store("n", i+1)
				})
			}
			wg.Wait()
			fmt.Println(m.Load("n"))`, []string{"1 true", "2 true"}},
		{"Pool", "fmt sync", `
			p := sync.Pool{New: func() any { return "new" }}
			a := p.Get()
			p.Put("old")
			fmt.Println(a, p.Get(), p.Get())`, []string{"new old new"}},
		{"Cond", "fmt sync", `
			var mu sync.Mutex
			c := sync.NewCond(&mu)
			ready := false
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					mu.Lock()
					for !ready {
						c.Wait()
					}
					mu.Unlock()
				})
			}
			mu.Lock()
			ready = true
			c.Broadcast()
			mu.Unlock()
			wg.Wait()
			fmt.Print("done")`, []string{"done"}},
		{"Signal wakes one", "fmt sync", `
			var mu sync.Mutex
			c := sync.NewCond(&mu)
			n := 0
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					mu.Lock()
					for n == 0 {
						c.Wait()
					}
					mu.Unlock()
				})
			}
			mu.Lock()
			n = 1
			c.Signal()
			mu.Unlock()
			wg.Wait()
			fmt.Print("done")`, []string{"deadlock", "done"}},
		{"RLocker", "fmt sync", `
			var rw sync.RWMutex
			l := rw.RLocker()
			l.Lock()
			fmt.Print(rw.TryLock(), rw.TryRLock())
			l.Unlock()
			rw.RUnlock()
			fmt.Print(rw.TryLock())`, []string{"false truetrue"}},
		{"atomic.Value", "fmt sync sync/atomic", `
			var v atomic.Value
			var wg sync.WaitGroup
			wg.Go(func() { v.Store("set") })
			fmt.Print(v.Load())
			wg.Wait()
			defer func() { fmt.Print(recover()) }()
			v.Store(1)`, []string{"<nil>sync/atomic: store of inconsistently typed value into Value",
			"setsync/atomic: store of inconsistently typed value into Value"}},
		{"atomic.Pointer", "fmt sync sync/atomic", `
			type config struct{ n int }
			var p atomic.Pointer[config]
			var wg sync.WaitGroup
			wg.Go(func() { p.Store(&config{1}) })
			if c := p.Load(); c == nil {
				fmt.Print("nil")
			} else {
				fmt.Print(c.n)
			}
			wg.Wait()
			old := p.Load()
			fmt.Print(p.CompareAndSwap(old, &config{2}), p.Load().n, p.Swap(nil).n)`,
			[]string{"1true 2 2", "niltrue 2 2"}},
		{"atomic integers", "fmt sync/atomic", `
			var i atomic.Int32
			var u uint64 = 6
			var b atomic.Bool
			fmt.Println(i.Add(5), i.Swap(9), i.CompareAndSwap(9, 12), i.And(6), i.Or(1), i.Load(),
				atomic.AddUint64(&u, ^uint64(0)), atomic.OrUint64(&u, 8), u, b.Swap(true), b.Load())`,
			[]string{"5 5 true 12 4 5 5 5 13 false true"}},
		{"context is cancelled with all that come from it", "fmt context", `
			ctx, cancel := context.WithCancel(context.WithValue(context.Background(), "k", "v"))
			child, stop := context.WithCancelCause(ctx)
			defer stop(nil)
			done := make(chan bool)
			go func() {
				<-child.Done()
				fmt.Print(child.Err(), " ", context.Cause(child), " ", child.Value("k"))
				done <- true
			}()
			cancel()
			<-done
			fmt.Print(" ", ctx.Err())`, []string{"context canceled context canceled v context canceled"}},
		{"cause", "fmt context errors", `
			ctx, cancel := context.WithCancelCause(context.Background())
			cancel(errors.New("because"))
			cancel(errors.New("late"))
			fmt.Print(ctx.Err(), " ", context.Cause(ctx), " ")
			fmt.Print(context.Cause(context.WithoutCancel(ctx)), " ", context.WithoutCancel(ctx).Err())`,
			[]string{"context canceled because <nil> <nil>"}},
		{"context.AfterFunc", "fmt context", `
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan bool)
			context.AfterFunc(ctx, func() { fmt.Print("after "); done <- true })
			stop := context.AfterFunc(ctx, func() { fmt.Print("never ") })
			fmt.Print(stop(), stop(), " ")
			cancel()
			<-done`, []string{"true false after"}},
		{"a deadline that has passed", "fmt context time", `
			ctx, cancel := context.WithTimeout(context.Background(), -time.Second)
			defer cancel()
			<-ctx.Done()
			fmt.Print(ctx.Err(), ctx.Err() == context.DeadlineExceeded)`, []string{"context deadline exceeded true"}},
		{"a time-out may come or not", "fmt context time", `
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			answer := make(chan int, 1)
			go func() { answer <- 42 }()
			select {
			case <-ctx.Done():
				fmt.Print(ctx.Err())
			case n := <-answer:
				fmt.Print(n)
			}`, []string{"42", "context deadline exceeded"}},
		{"errgroup", "fmt errors golang.org/x/sync/errgroup", `
			var g errgroup.Group
			g.Go(func() error { return errors.New("a") })
			g.Go(func() error { return errors.New("b") })
			fmt.Print(g.Wait())`, []string{"a", "b"}},
		{"errgroup cancels", "fmt errors context golang.org/x/sync/errgroup", `
			g, ctx := errgroup.WithContext(context.Background())
			g.Go(func() error { return errors.New("a") })
			g.Go(func() error { <-ctx.Done(); return ctx.Err() })
			fmt.Print(g.Wait(), ctx.Err())`, []string{"a context canceled"}},
		{"errgroup's limit", "fmt sync/atomic golang.org/x/sync/errgroup", `
			var g errgroup.Group
			g.SetLimit(1)
			var n, most atomic.Int32
			for range 2 {
				g.Go(func() error {
					most.Store(max(most.Load(), n.Add(1)))
					n.Add(-1)
					return nil
				})
			}
			g.Wait()
			fmt.Print(most.Load())`, []string{"1"}},
		{"semaphore", "fmt context sync sync/atomic golang.org/x/sync/semaphore", `
			s := semaphore.NewWeighted(1)
			var wg sync.WaitGroup
			var n atomic.Int32
			for range 2 {
				wg.Go(func() {
					s.Acquire(context.Background(), 1)
					fmt.Print(n.Add(1))
					n.Add(-1)
					s.Release(1)
				})
			}
			wg.Wait()
			fmt.Print(s.TryAcquire(1), s.TryAcquire(1))`, []string{"11true false"}},
		{"a timer's channel", "fmt time", `
			<-time.After(time.Second)
			t := time.NewTimer(time.Hour)
			fmt.Print(t.Stop(), t.Stop())
			t.Reset(time.Millisecond)
			<-t.C
			fmt.Print(t.Stop())`, []string{"true falsefalse"}},
		{"Stop may come too late", "fmt time", `
			done := make(chan bool, 1)
			t := time.AfterFunc(time.Second, func() { done <- true })
			if !t.Stop() {
				<-done
				fmt.Print("late")
			} else {
				fmt.Print("stopped")
			}`, []string{"late", "stopped"}},
		{"who sleeps longer may come first", "fmt sync time", `
			var wg sync.WaitGroup
			wg.Go(func() { time.Sleep(2 * time.Second); fmt.Print("a") })
			wg.Go(func() { time.Sleep(time.Second); fmt.Print("b") })
			wg.Wait()`, []string{"ab", "ba"}},
		{"a ticker", "fmt time", `
			t := time.NewTicker(time.Second)
			<-t.C
			<-t.C
			t.Stop()
			select {
			case <-t.C:
				fmt.Print("stale")
			default:
				fmt.Print("stopped")
			}`, []string{"stopped"}},
		{"log", "log os", `
			log.SetOutput(os.Stdout)
			log.SetFlags(0)
			log.SetPrefix("p: ")
			log.Printf("%d", 5)
			log.New(os.Stdout, "q ", log.Lmsgprefix).Println("x")
			defer func() { recover(); log.Print("end") }()
			log.Panicln("y")`, []string{"p: 5 q x p: y p: end"}},
		{"log.Fatal", "log os", `
			log.SetFlags(0)
			log.SetOutput(os.Stdout)
			defer log.Print("never")
			log.Fatal("bye")`, []string{"bye ends: exit status 1"}},
		{"Goexit runs what is deferred", "fmt runtime sync", `
			var wg sync.WaitGroup
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer fmt.Print("deferred ")
				runtime.Goexit()
			}()
			wg.Wait()
			fmt.Print(runtime.NumGoroutine())`, []string{"deferred 1"}},
		{"a String method that locks", "fmt sync", `
			c := &account{}
			var wg sync.WaitGroup
			wg.Go(func() { c.mu.Lock(); c.n++; c.n++; c.mu.Unlock() })
			wg.Go(func() { fmt.Println(c) })
			wg.Wait()
		}
		type account struct { mu sync.Mutex; n int }
		func (a *account) String() string {
			a.mu.Lock()
			defer a.mu.Unlock()
			return fmt.Sprint("n=", a.n)`, []string{"n=0", "n=2"}},
		{"what is printed is read while others write", "fmt sync", `
			s := []int{0, 0}
			var wg sync.WaitGroup
			wg.Go(func() { s[0] = 1; s[1] = 1 })
			fmt.Println(s)
			wg.Wait()`, []string{"[0 0]", "[1 0]", "[1 1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := "package main\n\nimport (\n\t\"" + strings.ReplaceAll(c.imports, " ", "\"\n\t\"") +
				"\"\n)\n\nfunc main() {" + c.body + "\n}\n"
			got := ends(t, source, Options{})
			for i := range got {
				if strings.Contains(got[i], "deadlock") {
					got[i] = "deadlock"
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("ends are\n%q\nand should be\n%q", got, c.want)
			}
		})
	}
}

// With a clock that passes only when nobody can move, time is part of the state where the program
// asks for it.
func TestClock(t *testing.T) {
	source := `package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	c := make(chan bool, 2)
	go func() { c <- true }()
	select {
	case <-c:
		time.Sleep(time.Second)
	default:
		time.Sleep(2 * time.Second)
		<-c
	}
	fmt.Println("woken")
	fmt.Println(time.Since(start))
}
`
	want := []string{"woken 1s", "woken 2s"}
	if got := ends(t, source, Options{Clock: true}); !slices.Equal(got, want) {
		t.Errorf("ends are %q and should be %q", got, want)
	}
}
