package lessons

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/notebook"
)

func init() {
	expectations["06-shared-memory"] = map[string]check{
		"predict-orders":         asksInAll(2),
		"orders-of-four-steps":   ordersOfFourSteps,
		"one-line-is-two-steps":  oneLineIsTwoSteps,
		"orders-counted":         ordersCounted,
		"predict-least":          asksInAll(1),
		"you-are-the-scheduler":  stepsTo("Final counter value: 2"),
		"worst-in-columns":       worstInColumns,
		"steered":                steered,
		"in-turn":                inTurn,
		"predict-turns":          asksInAll(1),
		"turns-recorded":         turnsRecorded,
		"concurrent-or-parallel": concurrentOrParallel,
		"predict-reports":        asksInAll(2),
		"right-sum-and-report":   rightSumAndReport,
		"no-report":              noReport,
		"silent-at-two":          silentAtTwo,
		"predict-cost":           asksInAll(1),
		"contention":             contention,
		"predict-locks":          asksInAll(1),
		"predict-flags":          asksInAll(1),
		"switch-under-lock":      switchUnderLock,
		"flag-lock":              flagLock,
		"test-and-set":           holds(3),
		"ticket-lock":            holds(3),
		"peterson":               holds(2),
		"predict-deadlock":       asksInAll(1),
		"deadlock-counted":       deadlockCounted,
		"deadlock-seen":          deadlockSeen,
		"deadlock-hidden":        deadlockHidden,
		"deadlock-named":         deadlockNamed,
		"deadlock-in-code":       stepsTo("deadlock"),
		"one-ticket":             stepsTo("tickets sold: 2"),
		"woken-too-late":         stepsTo("panic"),
		"predict-pairs":          asksInAll(2),
		"torn-pair":              tornPair,
		"store-buffering":        storeBuffering,
		"store-buffering-real":   storeBufferingReal,
		"never-written":          neverWritten,
	}
}

// asksInAll wants n questions, none answered in the cell.
func asksInAll(n int) check {
	return func(t *testing.T, cell notebook.Cell) {
		t.Helper()
		questions := strings.Count(cell.Printed(), "Your prediction: ")
		if asked := strings.Count(cell.Printed(), "predict.Unanswered"); questions != n || asked != n {
			t.Errorf("%d questions and %d ways to answer, want %d", questions, asked, n)
		}
	}
}

// says wants each text in what the cell printed, whatever the space between the words.
func says(t *testing.T, cell notebook.Cell, texts ...string) {
	t.Helper()
	printed := strings.Join(strings.Fields(ungrouped(cell.Printed())), " ")
	for _, want := range texts {
		if !strings.Contains(printed, ungrouped(want)) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// drawn wants n pictures.
func drawn(t *testing.T, cell notebook.Cell, n int) {
	t.Helper()
	if got := pictures(cell); got != n {
		t.Errorf("%d pictures, want %d", got, n)
	}
}

func ordersOfFourSteps(t *testing.T, cell notebook.Cell) {
	says(t, cell, "6 interleavings, 14 states: all seen.", "4 67 % Final counter value: 1 A B",
		"2 33 % Final counter value: 2 one after the other",
		"counter is read at line 14 and written at line 15",
		"4 A 15: writes counter = 1 counter=1, wg=0 ~ switch; ! overwrites 1: lost update")
	drawn(t, cell, 1)
}

func oneLineIsTwoSteps(t *testing.T, cell notebook.Cell) {
	says(t, cell, "90 interleavings", "48 53 % Final counter value: 1", "36 40 % Final counter value: 2", "6 6.7 % Final counter value: 3",
		"13: reads counter", "13: writes counter")
	drawn(t, cell, 1)
}

func ordersCounted(t *testing.T, cell notebook.Cell) {
	says(t, cell, "305,540,235,000 interleavings, 7,558 states: all seen.", "56,721,428,400 19 % Final counter value: 2",
		"113,400 under 0.1 % Final counter value: 10 one after the other", "Least: 2. Greatest: 10.")
	drawn(t, cell, 1)
}

// stepsTo wants a stepper with its script, and for paper a schedule that reaches the goal as a picture with its data.
func stepsTo(goal string) check {
	return func(t *testing.T, cell notebook.Cell) {
		t.Helper()
		if !strings.Contains(cell.Source(), fmt.Sprintf("explore.Step(%q)", goal)) {
			t.Errorf("the goal is not %q", goal)
		}
		drawn(t, cell, 1)
		for _, output := range cell.Outputs() {
			if strings.Contains(output.HTML, "<script") && strings.Contains(output.HTML, "One schedule that reaches it") {
				return
			}
		}
		t.Error("no script, or no schedule")
	}
}

func worstInColumns(t *testing.T, cell notebook.Cell) {
	says(t, cell, "The schedule "+worstOf5x10000, "End: printed Final counter value: 2; main has ended",
		"80000 A 16: writes counter = 1 counter=1, wg=2 ~ switch; ! overwrites 39999: lost update",
		"100000 B 16: writes counter = 2 counter=2, wg=0 ~ switch; ! overwrites 10000: lost update")
	drawn(t, cell, 1)
}

const worstOf5x10000 = "A B:19998 C:20000 D:20000 E:20000 A B A:19998 B"

func steered(t *testing.T, cell notebook.Cell) {
	if !strings.Contains(cell.Source(), worstOf5x10000) {
		t.Error("not the schedule of the cell before")
	}
	says(t, cell, "Final counter value: 2 So the compiled program ended, on real goroutines")
}

func inTurn(t *testing.T, cell notebook.Cell) {
	says(t, cell, "The schedule A B C D E A B C D E A B C D E A B C D E",
		"End: printed Final counter value: 2", "20 E 17: writes counter = 2")
	drawn(t, cell, 1)
}

// On one core every yield is a turn's end and the value lies near 10,000. On two, how turns are shared and where the counter ends is luck.
func turnsRecorded(t *testing.T, cell notebook.Cell) {
	runs := regexp.MustCompile(`(?m)^Cores: (\d) – final counter value: (\d+)\n(.*)`).FindAllStringSubmatch(cell.Printed(), -1)
	if len(runs) != 2 {
		t.Fatalf("%d runs", len(runs))
	}
	if value, _ := strconv.Atoi(runs[0][2]); runs[0][1] != "1" || !strings.Contains(runs[0][3], "at most 1 goroutine running") || value < 9_000 || value > 12_000 {
		t.Errorf("on one core: %v", runs[0])
	}
	if value, _ := strconv.Atoi(runs[1][2]); runs[1][1] != "2" || value < 2 || value >= 50_000 {
		t.Errorf("on two cores: %v", runs[1])
	}
	if both := numbers(t, `^Turns on core 0: (\d+) – on core 1: (\d+)$`, runs[1][3]); both[0]+both[1] < 45_000 || both[0]+both[1] > 55_000 {
		t.Errorf("on two cores %v turns, want about 50,000 in all", both)
	}
	turns := regexp.MustCompile(`(?m)^core 0 +([\d,]+)`).FindStringSubmatch(cell.Printed())
	if turns == nil {
		t.Fatal("no turns of core 0")
	}
	if n, _ := strconv.Atoi(strings.ReplaceAll(turns[1], ",", "")); n < 45_000 || n > 55_000 {
		t.Errorf("%d turns on one core, want about 50,000", n)
	}
	drawn(t, cell, 1)
}

// On one core two never run at once. On two they do, in a computation as long as many turns.
func concurrentOrParallel(t *testing.T, cell notebook.Cell) {
	says(t, cell, "Cores: 1 – running at the same moment, at most: 1", "Cores: 2 – running at the same moment, at most: 2")
	drawn(t, cell, 2)
}

// That a switch comes between the parts of one of 5,000 additions is luck that no run has had; the text says that the sum is right.
func rightSumAndReport(t *testing.T, cell notebook.Cell) {
	if n := numbers(t, `(\d+) of 5000`, cell.Printed())[0]; n < 2 || n > 5000 || recorded(t) && n != 5000 {
		t.Errorf("the sum is %v", n)
	}
	if report := cell.Complained(); !strings.Contains(report, "WARNING: DATA RACE") || !strings.Contains(report, "[[ Cell [") {
		t.Error("no report that names the cell's line")
	}
	if !strings.Contains(cell.Error(), "exit status 66") {
		t.Errorf("error %q", cell.Error())
	}
}

func noReport(t *testing.T, cell notebook.Cell) {
	says(t, cell, "3. a lock: 5000 of 5000")
	if n := numbers(t, `2\. atomic read, atomic write: (\d+) of 5000`, cell.Printed())[0]; n < 2 || n >= 5000 {
		t.Errorf("atomic halves ended at %v", n)
	}
	if strings.Contains(cell.Complained(), "DATA RACE") {
		t.Error("a report")
	}
}

func silentAtTwo(t *testing.T, cell notebook.Cell) {
	says(t, cell, "4. a bad order, forced: 2 of 20000")
	if strings.Contains(cell.Complained(), "DATA RACE") {
		t.Error("a report")
	}
}

// A line a counter, a row a number of goroutines. Over all rows, a message costs many times an atomic addition, and a lock more than one.
func contention(t *testing.T, cell notebook.Cell) {
	header := regexp.MustCompile(`(?m)^goroutines +(Mutex +RWMutex +Atomic +CompareAndSwap +Owner +Sharded)$`)
	if !header.MatchString(cell.Printed()) {
		t.Fatal("not the six counters")
	}
	rows := regexp.MustCompile(`(?m)^ *(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$`).FindAllStringSubmatch(ungrouped(cell.Printed()), -1)
	var sum [6]float64
	var goroutines []string
	for _, row := range rows {
		goroutines = append(goroutines, row[1])
		for i := range sum {
			ns, err := strconv.ParseFloat(row[i+2], 64)
			if err != nil || ns <= 0 {
				t.Errorf("row %v", row)
			}
			sum[i] += ns
		}
	}
	if got := fmt.Sprint(goroutines); got != "[1 2 4 8 16 32 64]" {
		t.Errorf("rows for %s goroutines", got)
	}
	mutex, rw, atomic, owner, sharded := sum[0], sum[1], sum[2], sum[4], sum[5]
	if owner < 5*atomic || owner < 2*mutex || mutex < 0.7*atomic || rw < mutex/2 || sharded > 1.3*mutex {
		t.Errorf("mutex %.0f, RW mutex %.0f, atomic %.0f, owner %.0f, sharded %.0f", mutex, rw, atomic, owner, sharded)
	}
	drawn(t, cell, 1)
}

// What Ben and Cleo do comes between Anna's two lines, in either order; then Ben has the lock.
func switchUnderLock(t *testing.T, cell notebook.Cell) {
	lines := strings.Split(strings.TrimSpace(cell.Printed()), "\n")
	if len(lines) != 5 || lines[0] != "Anna has the lock" || lines[3] != "Anna gives the lock back" || lines[4] != "Ben has the lock" {
		t.Fatalf("lines %q", lines)
	}
	says(t, cell, "Ben runs, and the lock is free: false", "Cleo runs, and has counted to 1000")
}

func flagLock(t *testing.T, cell notebook.Cell) {
	says(t, cell, "all seen. The interleavings are without number", "Least: 1. Greatest: 2.", "Data race: counter is written and read",
		"12: flag.Load(): false", "End: printed Final counter value: 1")
	drawn(t, cell, 1)
}

// holds wants that nothing else comes out than that all n have added, in no state with two at the counter.
func holds(n int) check {
	return func(t *testing.T, cell notebook.Cell) {
		t.Helper()
		says(t, cell, "all seen.", fmt.Sprint("Final counter value: ", n), "No data race, no deadlock, no panic, nobody left behind.")
		if outcomes := strings.Count(cell.Printed(), "Final counter value: "); outcomes != 1 {
			t.Errorf("%d outcomes", outcomes)
		}
	}
}

func deadlockCounted(t *testing.T, cell notebook.Cell) {
	says(t, cell, "6 interleavings", "4 67 % both paid", "2 33 % deadlock A B",
		"A at line 13 waits for ben, held by B B at line 13 waits for anna, held by A")
	drawn(t, cell, 1)
}

const asleep = "all goroutines are asleep - deadlock!"

func deadlockSeen(t *testing.T, cell notebook.Cell) {
	says(t, cell, "Anna pays: has the first lock", "Ben pays: has the first lock")
	if strings.Contains(cell.Printed(), "has both locks") || !strings.Contains(cell.Complained(), asleep) || !strings.Contains(cell.Complained(), "[[ Cell [") {
		t.Error("no deadlock")
	}
}

func deadlockHidden(t *testing.T, cell notebook.Cell) {
	says(t, cell, "tick 1 tick 2 tick 3 tick 4 tick 5 the last goroutine that was awake ends")
	if !strings.Contains(cell.Complained(), asleep) {
		t.Error("no message after the last tick")
	}
}

// Go 1.27 has the profile and 1.26 has it as an experiment only, where the cell says so.
func deadlockNamed(t *testing.T, cell notebook.Cell) {
	if strings.Contains(cell.Printed(), "Go 1.27 has it.") {
		return
	}
	for _, want := range []string{"goroutineleak profile: total 3", "Line 19 ]]", "Line 25 ]]"} {
		if !strings.Contains(cell.Complained(), want) {
			t.Errorf("no %q", want)
		}
	}
}

func tornPair(t *testing.T, cell notebook.Cell) {
	says(t, cell, "10 interleavings", "5 50 % seen: 0 0", "2 20 % seen: 1 0", "2 20 % seen: 1 1",
		"1 10 % seen: 0 1 B A", "End: printed seen: 0 1")
	drawn(t, cell, 1)
}

func storeBuffering(t *testing.T, cell notebook.Cell) {
	says(t, cell, "20 interleavings", "12 60 % A read 1 and B read 1", "4 20 % A read 0 and B read 1", "4 20 % A read 1 and B read 0")
	if strings.Contains(cell.Printed(), "A read 0 and B read 0") {
		t.Error("both read 0 in an interleaving")
	}
}

// How often both read 0 with plain variables is the machine's own, and never on one core. With atomics Go promises that it never is.
func storeBufferingReal(t *testing.T, cell notebook.Cell) {
	if !regexp.MustCompile(`(?m)^atomics +\| 0$`).MatchString(cell.Printed()) {
		t.Error("not 0 with atomics")
	}
	if n := numbers(t, `(?m)^plain variables +\|\S* (\d+)$`, cell.Printed())[0]; n > 2_000_000 || recorded(t) && n == 0 {
		t.Errorf("%v with plain variables", n)
	}
	drawn(t, cell, 1)
}

// What it reads is promised nowhere; this compiler leaves the writes out, and the text says so. A new compiler may need a new text.
func neverWritten(t *testing.T, cell notebook.Cell) {
	says(t, cell, "main reads: 0")
}

// What the notebook says of programs that its cells are changed into comes out when one changes them.
func TestSharedMemoryHints(t *testing.T) {
	nb := read(t, filepath.Join(notebook.Root(), "notebooks", "06-shared-memory.ipynb"))
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("no go: ", err)
	}
	library := os.DirFS(filepath.Join(strings.TrimSpace(string(goroot)), "src"))
	changed := func(t *testing.T, id string, oldNew ...string) *engine.Program {
		t.Helper()
		i := slices.IndexFunc(nb.Cells(), func(c notebook.Cell) bool { return c.ID() == id })
		source := nb.Cells()[i].Source()
		for i := 0; i < len(oldNew); i += 2 {
			if !strings.Contains(source, oldNew[i]) {
				t.Fatalf("cell %s has no %q", id, oldNew[i])
			}
			source = strings.Replace(source, oldNew[i], oldNew[i+1], 1)
		}
		program, err := engine.Load(library, map[string]string{"main.go": "package main\n" + source}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return program
	}
	const four = "\t\tlock.Unlock()\n\t\tlock.Lock()\n"
	for _, c := range []struct {
		says, id string
		change   []string
		want     string // how many interleavings, and of those each outcome
	}{
		{"2 × 2", "orders-counted", []string{"range 5", "range 2"}, "70: 2 32, 3 32, 4 6"},
		{"3 × 2", "orders-counted", []string{"range 5", "range 3"}, "34650: 2 10428, 3 15180, 4 7512, 5 1440, 6 90"},
		{"4 × 2", "orders-counted", []string{"range 5", "range 4"}, "63063000:"},
		{"atomic", "orders-of-four-steps", []string{`"sync"`, `"sync"` + "\n" + `"sync/atomic"`, "counter := 0", "var counter atomic.Int64",
			"next := counter + 1\n\t\t\tcounter = next", "counter.Add(1)", "value:\", counter", "value:\", counter.Load()"}, "2: 2 2"},
		{"locked", "you-are-the-scheduler", []string{"counter := 0", "var lock sync.Mutex; counter := 0", "next :=", "lock.Lock(); next :=",
			"counter = next", "counter = next; lock.Unlock()"}, "6: 4 6"},
		{"yield", "test-and-set", []string{`"sync"`, `"runtime"` + "\n" + `"sync"`, "somebody is in",
			"somebody is in\nruntime.Gosched()"}, "?: 3"},
		{"Peterson's stores exchanged", "peterson", []string{"wants[me].Store(true)", "", "// after you",
			"\nwants[me].Store(true)"}, "?: 1, 2"},
		{"one order of locks", "deadlock-counted", []string{"&ben, &anna", "&anna, &ben"}, "2: both paid 2"},
		{"three in a circle", "deadlock-in-code", nil, "168: all paid 162, deadlock 6"},
		{"three in order", "deadlock-in-code", []string{"&cleo, &anna", "&anna, &cleo"}, "142: all paid 142"},
		{"one ticket", "one-ticket", nil, "6: 2 4, 1 2"},
		{"one ticket, one critical section", "one-ticket", []string{four, ""}, "2: 1 2"},
		{"two tickets, three buyers", "one-ticket", []string{`"concert": 1`, `"concert": 2`, "wg.Go(buy) // A",
			"wg.Go(buy); wg.Go(buy) // A"}, "90: 3 72, 2 18"},
		{"woken, if", "woken-too-late", nil, "30: letters left: 0 28, panic 2"},
		{"woken, for", "woken-too-late", []string{"if len", "for len"}, "30: letters left: 0 30"},
		{"store buffers", "store-buffering", nil, "2268: A read 0 and B read 0 844, A read 0 and B read 1 610, A read 1 and B read 0 610, A read 1 and B read 1 204"},
	} {
		t.Run(c.says, func(t *testing.T) {
			options := engine.Options{Time: time.Minute, StoreBuffers: c.says == "store buffers"}
			result, err := changed(t, c.id, c.change...).Explore(options)
			if err != nil || !result.Complete {
				t.Fatal(result, err)
			}
			got := "?:"
			if result.Interleavings != nil {
				got = result.Interleavings.String() + ":"
			}
			var outcomes []string
			for _, o := range result.Outcomes {
				text := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(o.Output), "Final counter value: "), "tickets sold: ")
				switch o.Kind {
				case engine.Deadlock:
					text = "deadlock"
				case engine.Crash:
					text = "panic"
				}
				if result.Interleavings != nil {
					text += " " + o.Count.String()
				}
				outcomes = append(outcomes, text)
			}
			want, counts, _ := strings.Cut(c.want, ":")
			slices.Sort(outcomes)
			list := strings.Split(strings.TrimSpace(counts), ", ")
			slices.Sort(list)
			if got != want+":" || counts != "" && !slices.Equal(outcomes, list) {
				t.Errorf("%s %q, want %s %q", got, outcomes, want, list)
			}
		})
	}
	schedule, err := engine.ParseSchedule("A B:19998 C:20000 D:20000 E:20000 A B A:19996 B")
	if err != nil {
		t.Fatal(err)
	}
	run, err := changed(t, "worst-in-columns").Follow(schedule, false)
	if err != nil || run.Outcome.Output != "Final counter value: 3\n" {
		t.Errorf("the schedule that is to end at 3: %v %v", run, err)
	}
}
