package stepper

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	. "example.com/multithreading/helpers/interleaving"
	"example.com/multithreading/helpers/internal/browser"
)

// open opens a page of steppers from a file, in the system's Chromium without a
// network, and returns what the page asked for.
func open(t *testing.T, steppers ...Stepper) (ctx context.Context, requests func() []string) {
	t.Helper()
	body := `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>steppers</title></head><body style="background:#111111">`
	for _, s := range steppers {
		body += html(t, s)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(body+"</body></html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx = browser.Start(t, chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))
	ctx, stopTime := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stopTime)
	var mu sync.Mutex
	var asked []string
	err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			asked = append(asked, e.Request.URL)
			mu.Unlock()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, chromedp.Navigate("file://"+file))
	mu.Lock()
	defer mu.Unlock()
	if len(asked) == 0 { // or the check that nothing else is asked for would check nothing
		t.Fatal("the page itself was not seen to be asked for")
	}
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.DeleteFunc(slices.Clone(asked), func(url string) bool {
			return url == "file://"+file || strings.HasPrefix(url, "data:")
		})
	}
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// evaluate runs a script in the page and returns its value.
func evaluate[V any](t *testing.T, ctx context.Context, script string) (v V) {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[V](script))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func text(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	return evaluate[string](t, ctx, fmt.Sprintf("document.querySelector(%q).textContent", selector))
}

func TestInBrowser(t *testing.T) {
	flag := Program{
		Title:  "A flag is no lock",
		Shared: map[string]int{"flag": 0, "counter": 0},
		Threads: Copies(2, Label("spin"), Load("f", "flag"), JumpIf("f", "==", 1, "spin"), Store("flag", 1),
			Section("critical", Load("new", "counter"), AddTo("new", 1), Store("counter", "new")), Store("flag", 0)),
	}
	ctx, requests := open(t,
		Stepper{Program: Increments(2, 2), Value: 2},
		Stepper{Program: Increments(2, 2), Value: 2, Number: 1},
		Stepper{Program: opposite(), Deadlock: true},
		Stepper{Program: flag, Variable: "counter", Value: 1},
	)
	roots := evaluate[[]string](t, ctx, `Array.from(document.querySelectorAll('[data-stepper]'), e => '#' + e.id)`)
	if len(roots) != 4 {
		t.Fatalf("%d steppers on the page", len(roots))
	}
	say := func(t *testing.T, root string) string { return text(t, ctx, root+" [data-part=say]") }
	expect := func(t *testing.T, root string, want ...string) {
		t.Helper()
		for _, w := range want {
			if got := say(t, root); !strings.Contains(got, w) {
				t.Errorf("says %q, want %q", got, w)
			}
		}
	}
	click := func(t *testing.T, root string, buttons ...string) {
		t.Helper()
		for _, b := range buttons {
			run(t, ctx, chromedp.Click(chromedp.CSS(root+" "+b)))
		}
	}
	thread := func(n int) string { return fmt.Sprintf("[data-thread=\"%d\"]", n) }

	t.Run("mouse", func(t *testing.T) {
		root := roots[0]
		for _, turn := range WorstSchedule(2, 2) {
			click(t, root, thread(turn))
		}
		expect(t, root, "All threads have finished: counter=2.", "✓ Goal reached.")
		if label := text(t, ctx, root+" "+thread(0)); label != "T0 has finished" {
			t.Errorf("a finished thread's button says %q", label)
		}
		click(t, root, thread(0))
		expect(t, root, "T0 cannot move: it has finished.")
		click(t, root, "[data-do=undo]")
		expect(t, root, "Undone. 7 turns so far. Memory: counter=2.")
		click(t, root, thread(1))
		expect(t, root, "Goal reached.")
		click(t, root, "[data-do=reset]")
		expect(t, root, "Reset. Memory: counter=0.")
		click(t, root, "[data-do=undo]")
		expect(t, root, "Nothing to undo.")
		for _, turn := range []int{0, 0, 0, 0, 1, 1, 1, 1} {
			click(t, root, thread(turn))
		}
		expect(t, root, "counter=4", "✗ Goal not reached.")
		if got := say(t, roots[1]); !strings.Contains(got, "Nothing has run yet") {
			t.Errorf("the stepper beside it says %q", got)
		}
	})

	t.Run("keyboard", func(t *testing.T) {
		root := roots[1]
		// From before the first button, only with keys: Tab goes in, and the threads'
		// digits move them.
		run(t, ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector('%s [data-do=undo]').focus()", roots[0])))
		inside := false
		for range 12 {
			run(t, ctx, chromedp.KeyEvent(kb.Tab))
			if inside = evaluate[bool](t, ctx, fmt.Sprintf("document.activeElement.matches('%s [data-thread]')", root)); inside {
				break
			}
		}
		if !inside {
			t.Fatal("Tab does not reach the second stepper's buttons")
		}
		if outline := evaluate[string](t, ctx, "getComputedStyle(document.activeElement).outline"); !strings.Contains(outline, "3px") {
			t.Errorf("the focus shows as %q", outline)
		}
		run(t, ctx, chromedp.KeyEvent(kb.Enter)) // thread 0's button
		expect(t, root, "Turn 1, T0: new = counter (0); new += 1.")
		run(t, ctx, chromedp.KeyEvent("u"))
		expect(t, root, "Undone. 0 turns")
		for _, turn := range WorstSchedule(2, 2) {
			run(t, ctx, chromedp.KeyEvent(fmt.Sprint(turn)))
		}
		expect(t, root, "counter=2", "Goal reached.")
		if !evaluate[bool](t, ctx, fmt.Sprintf("document.activeElement.matches('%s [data-thread]')", root)) {
			t.Error("the focus was lost when the thread finished")
		}
		run(t, ctx, chromedp.KeyEvent("r"))
		expect(t, root, "Reset.")
		run(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" ")) // the next button
		expect(t, root, "Turn 1, T1")
	})

	t.Run("deadlock", func(t *testing.T) {
		root := roots[2]
		click(t, root, thread(0), thread(1))
		expect(t, root, "Deadlock: Anna waits for b, held by Ben; Ben waits for a, held by Anna.", "Goal reached")
		if off := evaluate[string](t, ctx, fmt.Sprintf("document.querySelector('%s %s').getAttribute('aria-disabled')", root, thread(0))); off != "true" {
			t.Errorf("a blocked thread's button has aria-disabled=%q", off)
		}
		if label := text(t, ctx, root+" "+thread(0)); label != "Anna waits for b, held by Ben" {
			t.Errorf("a blocked thread's button says %q", label)
		}
		click(t, root, "[data-do=undo]", thread(0))
		expect(t, root, "Turn 2, Anna: lock b.")
	})

	t.Run("two in the critical section", func(t *testing.T) {
		click(t, roots[3], thread(0), thread(1), thread(1), thread(0))
		expect(t, roots[3], "2 threads in critical")
	})

	t.Run("solution", func(t *testing.T) {
		root := roots[0]
		hidden := fmt.Sprintf("document.querySelector('%s [data-part=still]').hidden", root)
		if !evaluate[bool](t, ctx, hidden) {
			t.Error("the solution shows before it is asked for")
		}
		click(t, root, "[data-do=solve]")
		if evaluate[bool](t, ctx, hidden) {
			t.Error("the solution does not show")
		}
		if wide := evaluate[int](t, ctx, fmt.Sprintf("document.querySelector('%s img').naturalWidth", root)); wide == 0 {
			t.Error("the picture does not load")
		}
	})

	t.Run("page", func(t *testing.T) {
		if n := evaluate[int](t, ctx, `(() => { const ids = Array.from(document.querySelectorAll('[id]'), e => e.id); return ids.length - new Set(ids).size })()`); n != 0 {
			t.Errorf("%d ids stand twice", n)
		}
		if n := evaluate[int](t, ctx, `Array.from(document.querySelectorAll('button')).filter(b => !b.textContent.trim() || b.offsetHeight < 24).length`); n != 0 {
			t.Errorf("%d buttons have no name or are smaller than 24 pixels", n)
		}
		if asked := requests(); len(asked) > 0 {
			t.Errorf("the page asked for %q", asked)
		}
		if picture := os.Getenv("STEPPER_PICTURE"); picture != "" {
			png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(picture, png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The script in the page and package interleaving are two interpreters of the same
// programs: over random programs and schedules they must say the same.
func TestBrowserAgreesWithModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(codes ...Code) Code { return codes[random.IntN(len(codes))] }
	var steppers []Stepper
	var schedules [][]int
	var want [][]string
	for len(steppers) < 60 {
		p := Program{Shared: map[string]int{"x": 0, "y": 1}, Channels: map[string]int{"c": random.IntN(3)}, Title: fmt.Sprint("program ", len(steppers))}
		for range 2 + random.IntN(2) {
			code := Thread(Let("r", random.IntN(3)), Let("q", 1), Label("start"))
			for range 2 + random.IntN(4) {
				code = Thread(code, pick(
					Load("r", "x"), Store("x", "r"), Store("y", random.IntN(3)), AddTo("r", "q"), Let("q", "r"), Let("r", 0),
					TestAndSet("q", "y"), FetchAndAdd("r", "x", "q"), CompareAndSwap("q", "x", "r", 5),
					Thread(Lock("m"), Store("x", "q"), Unlock("m")), Thread(Lock("m"), Lock("n"), Unlock("n"), Unlock("m")), Thread(Lock("n"), Lock("m"), Unlock("m"), Unlock("n")),
					Thread(Lock("m"), Wait("k", "m"), Unlock("m")), Thread(Lock("m"), Wait("k", "m"), Unlock("m")), Signal("k"), Broadcast("k"),
					Send("c", "r"), Send("c", 7), Receive("q", "c"), Yield(),
					JumpIf("r", []string{"==", "!=", "<", "<=", ">", ">="}[random.IntN(6)], "q", []string{"start", "end"}[random.IntN(2)]),
				))
			}
			p.Threads = append(p.Threads, Thread(code, Label("end")))
		}
		p.MaxStates = 2000
		s := Stepper{Program: p, Variable: "x"}
		if _, err := s.HTML(); err != nil { // an endless loop that nobody sees, say
			continue
		}
		var schedule []int
		for len(schedule) < 30 {
			moved := false
			for _, turn := range random.Perm(len(p.Threads)) {
				if _, err := p.Follow(append(slices.Clone(schedule), turn)); err == nil {
					schedule, moved = append(schedule, turn), true
					break
				}
			}
			if !moved {
				break
			}
		}
		w, err := p.Follow(schedule)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		drawn := w.Schedule()
		for i, step := range drawn.Steps {
			var note []string
			if i > 0 && drawn.Steps[i-1].Thread != step.Thread {
				note = append(note, "~ switch")
			}
			if step.Mark != "" {
				note = append(note, "! "+step.Mark)
			}
			lines = append(lines, strings.Join([]string{fmt.Sprint(step.Thread), step.Text, step.Memory, strings.Join(note, "; ")}, "|"))
		}
		lines = append(lines, fmt.Sprint("ended ", w.Ended))
		steppers, schedules, want = append(steppers, s), append(schedules, schedule), append(want, lines)
	}
	ctx, _ := open(t, steppers...)
	data, err := json.Marshal(schedules)
	if err != nil {
		t.Fatal(err)
	}
	got := evaluate[[][]string](t, ctx, fmt.Sprintf(`%s.map((schedule, i) => {
		const root = document.querySelectorAll('[data-stepper]')[i];
		schedule.forEach(t => root.querySelector('[data-thread="' + t + '"]').click());
		const lines = Array.from(root.querySelectorAll('.turns tr')).slice(1).map(row => {
			const cells = Array.from(row.children, c => c.textContent).slice(1);
			const note = cells.pop(), memory = cells.pop(), t = cells.findIndex(c => c);
			return [t, cells[t], memory, note].join('|');
		});
		const buttons = Array.from(root.querySelectorAll('[data-thread]'));
		return lines.concat('ended ' + buttons.every(b => b.getAttribute('aria-disabled') === 'true'));
	})`, data))
	turns := 0
	for i := range want {
		turns += len(schedules[i])
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%s, schedule %v:\npage  %q\nmodel %q", steppers[i].Program.Title, schedules[i], got[i], want[i])
		}
	}
	t.Logf("%d programs, %d turns", len(want), turns)
}
