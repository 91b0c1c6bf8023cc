package lessons

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	model "example.com/multithreading/helpers/interleaving"
	"example.com/multithreading/helpers/internal/notebook"
)

func init() {
	expectations["06-shared-memory"] = map[string]check{
		"predict-orders":         asksInAll(2),
		"orders-of-four-steps":   ordersOfFourSteps,
		"orders-counted":         ordersCounted,
		"predict-least":          asksInAll(1),
		"least-values":           leastValues,
		"you-are-the-scheduler":  youAreTheScheduler,
		"worst-in-columns":       worstInColumns,
		"steered":                steered,
		"predict-turns":          asksInAll(1),
		"turns-recorded":         turnsRecorded,
		"concurrent-or-parallel": concurrentOrParallel,
		"predict-reports":        asksInAll(2),
		"right-sum-and-report":   rightSumAndReport,
		"no-report":              noReport,
		"silent-at-two":          silentAtTwo,
		"predict-cost":           asksInAll(1),
		"contention":             contention,
		"predict-locks":          asksInAll(2),
		"switch-under-lock":      switchUnderLock,
		"flag-lock":              flagLock,
		"locks-judged":           locksJudged,
		"predict-deadlock":       asksInAll(1),
		"deadlock-counted":       deadlockCounted,
		"deadlock-seen":          deadlockSeen,
		"deadlock-hidden":        deadlockHidden,
		"deadlock-in-code":       deadlockInCode,
		"one-ticket":             oneTicket,
		"predict-pairs":          asksInAll(2),
		"torn-pair":              tornPair,
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
	printed := strings.Join(strings.Fields(cell.Printed()), " ")
	for _, want := range texts {
		if !strings.Contains(printed, want) {
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
	says(t, cell, "6 interleavings", "4 of 6", "counter=1 4", "counter=2 2")
	drawn(t, cell, 1)
}

func ordersCounted(t *testing.T, cell notebook.Cell) {
	says(t, cell, "70 interleavings", "counter=2 32", "counter=3 32", "counter=4 6", "2 × 1 6 8 1 2", "2 × 2 70 33 2 4", "5 × 2 305540235000 7531 2 10")
	drawn(t, cell, 1)
}

// One thread ends at its k; more threads at 1 for one addition, and else at 2.
func leastValues(t *testing.T, cell notebook.Cell) {
	says(t, cell, "1 1 2 3 4 2 1 2 2 2 3 1 2 2 2 4 1 2 2 2")
	if strings.Contains(cell.Printed(), "not everything was seen") {
		t.Error("a search stopped before its end")
	}
}

// The stepper brings its script, and for paper a solution as a picture.
func youAreTheScheduler(t *testing.T, cell notebook.Cell) {
	drawn(t, cell, 1)
	all := ""
	for _, output := range cell.Outputs() {
		all += output.HTML
	}
	if !strings.Contains(all, "<script") || !strings.Contains(all, "counter=2") {
		t.Error("no script, or no solution")
	}
}

func worstInColumns(t *testing.T, cell notebook.Cell) {
	says(t, cell, "End: counter=2", "12 T0 counter = new (1) counter=1 ~ switch; ! overwrites 5: lost update", "18 T1 counter = new (2) counter=2")
	drawn(t, cell, 1)
}

func steered(t *testing.T, cell notebook.Cell) {
	says(t, cell,
		"one after another: 100000 steps, final counter value: 50000",
		"in turn: 100000 steps, final counter value: 10000",
		"the worst: 100000 steps, final counter value: 2",
		"5 threads × 10000 increments. End: counter=2")
	drawn(t, cell, 1)
}

// On one core every yield is a turn's end and the value lies near 10,000. On two, how turns are shared and where the counter ends is luck.
func turnsRecorded(t *testing.T, cell notebook.Cell) {
	runs := regexp.MustCompile(`(?m)^Cores: (\d) – final counter value: (\d+)\n.*at most (\d) goroutines? running`).FindAllStringSubmatch(cell.Printed(), -1)
	if len(runs) != 2 {
		t.Fatalf("%d runs", len(runs))
	}
	if value, _ := strconv.Atoi(runs[0][2]); runs[0][1] != "1" || runs[0][3] != "1" || value < 9_000 || value > 12_000 {
		t.Errorf("on one core: %v", runs[0])
	}
	if value, _ := strconv.Atoi(runs[1][2]); runs[1][1] != "2" || value < 2 || value >= 50_000 {
		t.Errorf("on two cores: %v", runs[1])
	}
	turns := regexp.MustCompile(`(?m)^core 0 +([\d,]+)`).FindStringSubmatch(cell.Printed())
	if turns == nil {
		t.Fatal("no turns of core 0")
	}
	if n, _ := strconv.Atoi(strings.ReplaceAll(turns[1], ",", "")); n < 45_000 || n > 55_000 {
		t.Errorf("%d turns on one core, want about 50,000", n)
	}
	drawn(t, cell, 2)
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
	says(t, cell, "4. the worst schedule: 2 of 50000 after 100000 steps")
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
	rows := regexp.MustCompile(`(?m)^ *(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$`).FindAllStringSubmatch(cell.Printed(), -1)
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
	says(t, cell, "The condition fails", "2 threads in critical", "counter=1 72")
	drawn(t, cell, 2)
}

func locksJudged(t *testing.T, cell notebook.Cell) {
	for _, lock := range []string{`test-and-set +3`, `yield +3`, `ticket +3`, `Peterson +2`} {
		if match := regexp.MustCompile(`(?m)^` + lock + ` +\d+ +holds in every state +(\d) to (\d)$`).FindStringSubmatch(cell.Printed()); match == nil || match[1] != match[2] {
			t.Errorf("no good verdict for %s", lock)
		}
	}
}

func deadlockCounted(t *testing.T, cell notebook.Cell) {
	says(t, cell, "6 interleavings, 19 states. Deadlock in 2 interleavings", "payment 1 waits for ben, held by payment 2", "2 interleavings, 9 states", "No deadlock")
	drawn(t, cell, 3)
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

func deadlockInCode(t *testing.T, cell notebook.Cell) {
	says(t, cell, "Locks always in one order: false Schedule 3 of those tried fails, with 1 preemption. End: deadlock:",
		"payment 1 waits to lock ben, held by payment 2", "Locks always in one order: true Every schedule passed")
	drawn(t, cell, 1)
}

func oneTicket(t *testing.T, cell notebook.Cell) {
	says(t, cell, "with 1 preemption. End: 2 tickets sold", "between check and act: false Every schedule passed")
	drawn(t, cell, 1)
}

func tornPair(t *testing.T, cell notebook.Cell) {
	says(t, cell, "3 of 10 (30.0 %)", "seen=0 5", "seen=1 1", "seen=10 2", "seen=11 2")
	drawn(t, cell, 1)
}

// What it reads is promised nowhere; this compiler leaves the writes out, and the text says so. A new compiler may need a new text.
func neverWritten(t *testing.T, cell notebook.Cell) {
	says(t, cell, "main reads: 0")
}

// What the notebook's hints and questions to try say comes out when one tries it.
func TestSharedMemoryHints(t *testing.T) {
	// The worst schedule with its last step two steps earlier ends at 3.
	schedule := model.WorstSchedule(5, 10_000)
	last := len(schedule) - 1
	schedule[last-2], schedule[last-1], schedule[last] = schedule[last], schedule[last-2], schedule[last-1]
	run, err := model.Increments(5, 10_000).Follow(schedule)
	if err != nil || run.Memory["counter"] != 3 {
		t.Errorf("%v %v", run, err)
	}
	explore := func(p model.Program) *model.Result {
		t.Helper()
		p.Watch = "counter"
		result, err := p.Explore()
		if err != nil || result.Stopped != "" {
			t.Fatal(result, err)
		}
		return result
	}
	if digits := len(explore(model.Increments(5, 3)).Interleavings.String()); digits != 19 {
		t.Errorf("5 × 3: %d digits", digits)
	}
	counter := map[string]int{"counter": 0}
	if r := explore(model.Program{Shared: counter, Threads: model.Copies(2, model.FetchAndAdd("old", "counter", 1))}); r.Interleavings.String() != "2" || r.Wrong().Sign() != 0 {
		t.Errorf("fetch-and-add: %v", r)
	}
	add := model.Thread(model.Load("new", "counter"), model.AddTo("new", 1), model.Store("counter", "new"))
	if r := explore(model.Program{Shared: counter, Threads: model.Copies(2, model.Lock("m"), add, model.Unlock("m"))}); len(r.Outcomes) != 1 {
		t.Errorf("under a lock: %v", r)
	}
	// Peterson, the first two stores exchanged.
	peterson := func(me, other int) model.Code {
		mine, others := fmt.Sprint("flag", me), fmt.Sprint("flag", other)
		return model.Thread(model.Store("turn", other), model.Store(mine, 1),
			model.Label("spin"),
			model.Load("wants", others), model.JumpIf("wants", "==", 0, "enter"),
			model.Load("t", "turn"), model.JumpIf("t", "==", other, "spin"),
			model.Label("enter"), model.Section("critical", add), model.Store(mine, 0))
	}
	if r := explore(model.Program{
		Shared:  map[string]int{"counter": 0, "turn": 0, "flag0": 0, "flag1": 0},
		Threads: []model.Code{peterson(0, 1), peterson(1, 0)},
		Always:  model.AtMostOne("critical"),
	}); r.Broken == nil {
		t.Error("Peterson with the first two stores exchanged holds")
	}
}
