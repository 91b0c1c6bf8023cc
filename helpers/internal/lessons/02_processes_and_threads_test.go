package lessons

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "golang.org/x/sync/errgroup" // for cell errgroup-with-a-limit: go.mod keeps what some Go file imports

	"example.com/multithreading/helpers/internal/notebook"
)

func init() {
	expectations["02-processes-and-threads"] = map[string]check{
		"predict-two-memories":     asksFor("How many apples does the parent have"),
		"predict-costs":            asksFor("as how many goroutines?"),
		"predict-hundred-thousand": asksFor("How many megabytes"),
		"predict-panic":            asksFor("How many tasks will be done"),
		"predict-file-lock":        asksFor("What is the final value?"),
		"two-memories":             twoMemories,
		"one-memory":               oneMemory,
		"predict-deadline":         asksFor("After how many ms is all over?"),
		"cost-in-go":               costInGo,
		"cost-of-a-process":        costOfAProcess,
		"cost-in-python":           costInPython,
		"costs":                    costsPicture,
		"hundred-thousand":         hundredThousand,
		"pipe":                     pipeBetweenProcesses,
		"shared-memory":            sharedMemory,
		"to-a-child":               toAChild,
		"three-ways":               threeWays,
		"queue-with-a-mutex":       queueWithAMutex,
		"queue-with-a-channel":     queueWithAChannel,
		"worker-panics":            workerPanics,
		"worker-recovers":          workerRecovers,
		"process-panics":           processPanics,
		"shared-counter":           sharedCounterOfTwo,
		"file-lock":                fileLock,
		"price-of-a-lock":          priceOfALock,
		"fan-out-fan-in":           fanOutFanIn,
		"errgroup-with-a-limit":    errgroupWithALimit,
		"context-deadline":         contextDeadline,
		"stubborn":                 stubborn,
	}
}

func asksFor(question string) check {
	return func(t *testing.T, cell notebook.Cell) {
		if !strings.Contains(cell.Printed(), question) {
			t.Errorf("does not ask %q", question)
		}
	}
}

// printedLike returns what the pattern's groups match in what the cell printed: one slice of strings a match.
func printedLike(t *testing.T, cell notebook.Cell, pattern string) [][]string {
	t.Helper()
	found := regexp.MustCompile(`(?m)`+pattern).FindAllStringSubmatch(ungrouped(cell.Printed()), -1)
	if found == nil {
		t.Fatalf("nothing printed is like %q", pattern)
	}
	for i := range found {
		found[i] = found[i][1:]
	}
	return found
}

// numberLike returns the number that the pattern's only group matches.
func numberLike(t *testing.T, cell notebook.Cell, pattern string) float64 {
	t.Helper()
	text := printedLike(t, cell, pattern)[0][0]
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q: %v", pattern, err)
	}
	return number
}

// apples returns the lines "WHO, process PID: N apples at address A" as PID, N and A.
func apples(t *testing.T, cell notebook.Cell, who string) (process, apples, address string) {
	t.Helper()
	found := printedLike(t, cell, `^`+who+`, +process (\d+): (\d+) apples at address (0x[0-9a-f]+)$`)[0]
	return found[0], found[1], found[2]
}

// The child's memory is apart: the parent does not see its ten apples.
func twoMemories(t *testing.T, cell notebook.Cell) {
	child, childHas, _ := apples(t, cell, "child")
	parent, parentHas, _ := apples(t, cell, "parent")
	if child == parent || childHas != "110" || parentHas != "101" {
		t.Errorf("child %s has %s apples and parent %s has %s; want two processes with 110 and 101", child, childHas, parent, parentHas)
	}
}

func oneMemory(t *testing.T, cell notebook.Cell) {
	process, has, address := apples(t, cell, "goroutine")
	mainProcess, mainHas, mainAddress := apples(t, cell, "main")
	if process != mainProcess || has != "111" || mainHas != "111" || address != mainAddress {
		t.Errorf("want one process, 111 apples and one address")
	}
}

func sharedMemory(t *testing.T, cell notebook.Cell) {
	child, childHas, _ := apples(t, cell, "child")
	parent, parentHas, _ := apples(t, cell, "parent")
	if child == parent || childHas != "111" || parentHas != "111" {
		t.Errorf("want two processes that both have 111 apples")
	}
}

// costLine returns the two numbers of the line of one kind.
func costLine(t *testing.T, cell notebook.Cell, kind string) (microseconds, kilobytes float64) {
	t.Helper()
	pattern := `^` + kind + ` +([\d.]+) µs to make and end, +([\d.]+) KB alive$`
	microseconds = numberLike(t, cell, strings.Replace(pattern, `([\d.]+) KB`, `[\d.]+ KB`, 1))
	kilobytes = numberLike(t, cell, strings.Replace(pattern, `([\d.]+) µs`, `[\d.]+ µs`, 1))
	return microseconds, kilobytes
}

// A goroutine's stack of 2 KB and its descriptor are there; its memory is not some tens of KB as a thread's.
func goroutineSized(kilobytes float64) bool { return kilobytes > 1.9 && kilobytes < 6 }

func costInGo(t *testing.T, cell notebook.Cell) {
	goroutine, goroutineKB := costLine(t, cell, "goroutine")
	thread, threadKB := costLine(t, cell, "thread")
	times := numberLike(t, cell, `^One thread takes as much time as (\d+) goroutines\.$`)
	if goroutine <= 0 || thread < 5*goroutine || times < 5 {
		t.Errorf("a thread takes %v µs, a goroutine %v: %v times as much", thread, goroutine, times)
	}
	if !goroutineSized(goroutineKB) || threadKB < 1.5*goroutineKB {
		t.Errorf("a goroutine takes %v KB, a thread %v", goroutineKB, threadKB)
	}
}

func costOfAProcess(t *testing.T, cell notebook.Cell) {
	microseconds, kilobytes := costLine(t, cell, "process")
	if microseconds < 200 || kilobytes < 200 {
		t.Errorf("a process in %v µs and %v KB: was there one?", microseconds, kilobytes)
	}
}

const withoutPython = "No python3 that works here, so its two lines are left out:"

func costInPython(t *testing.T, cell notebook.Cell) {
	if strings.HasPrefix(cell.Printed(), withoutPython) {
		return
	}
	printedLike(t, cell, `^Python 3\.\d+\S*, processes made by (fork|forkserver|spawn)$`)
	thread, threadKB := costLine(t, cell, "Python thread")
	process, processKB := costLine(t, cell, "Python process")
	if thread < 5 || process < 2*thread || threadKB < 2 || processKB < 5*threadKB {
		t.Errorf("a Python thread takes %v µs and %v KB, a process %v and %v", thread, threadKB, process, processKB)
	}
}

// The table has its kinds in order, and goroutine, thread and process are each dearer than the one before.
func costsPicture(t *testing.T, cell notebook.Cell) {
	rows := printedLike(t, cell, `^(goroutine|thread|process|Python thread|Python process) +([\d.]+) +([\d.]+)$`)
	var kinds []string
	times, memory := map[string]float64{}, map[string]float64{}
	for _, row := range rows {
		kinds = append(kinds, row[0])
		times[row[0]], _ = strconv.ParseFloat(row[1], 64)
		memory[row[0]], _ = strconv.ParseFloat(row[2], 64)
	}
	want := []string{"goroutine", "thread", "process", "Python thread", "Python process"}
	if strings.Contains(cell.Printed(), withoutPython) {
		want = want[:3]
	}
	if !slices.Equal(kinds, want) {
		t.Fatalf("rows for %q, want %q", kinds, want)
	}
	if times["thread"] < 5*times["goroutine"] || times["process"] < 3*times["thread"] {
		t.Errorf("times: %v", times)
	}
	if !goroutineSized(memory["goroutine"]) || memory["thread"] < 1.5*memory["goroutine"] || memory["process"] < 5*memory["thread"] {
		t.Errorf("memory: %v", memory)
	}
	if len(want) == 5 && (times["Python process"] < 2*times["Python thread"] || memory["Python process"] < 5*memory["Python thread"]) {
		t.Errorf("Python's: times %v, memory %v", times, memory)
	}
	pictured(t, cell)
}

func pictured(t *testing.T, cell notebook.Cell) {
	t.Helper()
	for _, output := range cell.Outputs() {
		if strings.Contains(output.HTML, "<img") && strings.Contains(output.HTML, "<table") {
			return
		}
	}
	t.Error("no picture with its data")
}

// All were alive at once: as many answered as were counted before the gate opened.
func hundredThousand(t *testing.T, cell notebook.Cell) {
	alive := numberLike(t, cell, `^(\d+) goroutines are alive`)
	if answered := numberLike(t, cell, `: (\d+) answered\.$`); answered != alive || alive < 1000 || alive > 100_000 {
		t.Errorf("%v alive, %v answered", alive, answered)
	}
	if threads := numberLike(t, cell, `on (\d+) threads`); threads > 64 {
		t.Errorf("%v threads are more than a handful", threads)
	}
	if kilobytes := numberLike(t, cell, `([\d.]+) KB each`); !goroutineSized(kilobytes) {
		t.Errorf("%v KB each", kilobytes)
	}
}

func pipeBetweenProcesses(t *testing.T, cell notebook.Cell) {
	lines := printedLike(t, cell, `^process (\d+) sends (\d+), process (\d+) answers (\d+)$`)
	if len(lines) != 5 {
		t.Errorf("%d lines", len(lines))
	}
	for i, line := range lines {
		if n := 10 + i; line[0] == line[2] || line[1] != fmt.Sprint(n) || line[3] != fmt.Sprint(n*n) {
			t.Errorf("%q, want %d and its square from another process", line, n)
		}
	}
}

const sumOf32MB = 32 << 20 / 64 / 256 * (255 * 256 / 2) // 0 + 1 + … + 255, over and over

// The cell tries the shared memory once, with data that are all 0.
func toAChild(t *testing.T, cell notebook.Cell) {
	printedLike(t, cell, `^(The sum of 32 MB of zeros is 0, and back after \d+\.\d+ ms\.)$`)
}

// All three receivers had the same data; only through the pipe was it copied.
func threeWays(t *testing.T, cell notebook.Cell) {
	milliseconds := map[string]float64{}
	for _, bar := range printedLike(t, cell, `^(pipe|memory|channel) +\|█* ([\d.]+) ms$`) {
		milliseconds[bar[0]], _ = strconv.ParseFloat(bar[1], 64)
	}
	if len(milliseconds) != 3 || milliseconds["pipe"] <= milliseconds["channel"] || milliseconds["pipe"] <= milliseconds["memory"] {
		t.Errorf("%v: the pipe is not the slowest", milliseconds)
	}
	if sum := numberLike(t, cell, `^The sum was (\d+) each time\.$`); sum != sumOf32MB {
		t.Errorf("the sum is %v", sum)
	}
	pictured(t, cell)
}

// finished checks that all twelve tasks were done, the long task 2 not before task 3, and that each worker had a share.
func finished(t *testing.T, cell notebook.Cell, shares map[string]int) {
	t.Helper()
	order := strings.Fields(printedLike(t, cell, `^Finished in this order: \[(.*)\]$`)[0][0])
	// On a busy machine two waits that are both over may end in either order.
	if recorded(t) && slices.Index(order, "2") < slices.Index(order, "3") {
		t.Errorf("task 2, which takes eight times as long, was finished before task 3: %v", order)
	}
	var all []int
	for _, task := range order {
		n, _ := strconv.Atoi(task)
		all = append(all, n)
	}
	slices.Sort(all)
	if !slices.Equal(all, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
		t.Errorf("done: %v", order)
	}
	if len(shares) != 3 {
		t.Errorf("not all workers took part: %v", shares)
	}
}

func queueWithAMutex(t *testing.T, cell notebook.Cell) {
	shares := map[string]int{}
	taken := printedLike(t, cell, `^(Ann|Ben|Cleo) takes task (\d+)$`)
	for i, line := range taken {
		shares[line[0]]++
		if line[1] != fmt.Sprint(i) {
			t.Errorf("as number %d, task %s was taken", i, line[1])
		}
	}
	if len(taken) != 12 {
		t.Errorf("%d tasks taken", len(taken))
	}
	finished(t, cell, shares)
	if said := printedLike(t, cell, `^Tasks done by each worker: (map.*)$`)[0][0]; said != fmt.Sprint(shares) {
		t.Errorf("%s, want %v", said, shares)
	}
}

func queueWithAChannel(t *testing.T, cell notebook.Cell) {
	workers := strings.Fields(printedLike(t, cell, `^Tasks 0 to 11 were taken by: \[(.*)\]$`)[0][0])
	if len(workers) != 12 {
		t.Errorf("%d tasks taken", len(workers))
	}
	shares := map[string]int{}
	for _, worker := range workers {
		shares[worker]++
	}
	finished(t, cell, shares)
}

const byZero = "panic: runtime error: integer divide by zero"

// results returns the tasks that have one, and checks that each is right.
func results(t *testing.T, cell notebook.Cell) (tasks []int) {
	t.Helper()
	for _, line := range printedLike(t, cell, `^task (\d+): the result is (-?\d+)$`) {
		task, _ := strconv.Atoi(line[0])
		if task == 7 || line[1] != fmt.Sprint(100/(7-task)) {
			t.Errorf("task %d: %s", task, line[1])
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// One worker's panic ends the others' work too.
func workerPanics(t *testing.T, cell notebook.Cell) {
	if !strings.Contains(cell.Complained(), byZero) || !strings.Contains(cell.Error(), "exit status 2") {
		t.Errorf("it did not end by the panic: %s", cell.Error())
	}
	if strings.Contains(cell.Printed(), "All workers are done") || len(results(t, cell)) >= 11 {
		t.Error("the others were not ended")
	}
}

func workerRecovers(t *testing.T, cell notebook.Cell) {
	if done := len(results(t, cell)); done != 11 {
		t.Errorf("%d tasks done", done)
	}
	printedLike(t, cell, `^(task 7 failed: runtime error: integer divide by zero)$`)
	printedLike(t, cell, `^(All workers are done: 11 tasks right, 1 failed\.)$`)
}

func processPanics(t *testing.T, cell notebook.Cell) {
	for task, want := range map[int]string{6: "<nil>: the result is 100", 7: "exit status 2: " + byZero, 8: "<nil>: the result is -100"} {
		if got := printedLike(t, cell, fmt.Sprintf(`^task %d, process ended with (.*)$`, task))[0][0]; got != want {
			t.Errorf("task %d ended with %q, want %q", task, got, want)
		}
	}
	printedLike(t, cell, `^(The parent is alive\.)$`)
}

func sharedCounterOfTwo(t *testing.T, cell notebook.Cell) {
	if n := numberLike(t, cell, `^Two goroutines with a mutex: (\d+)$`); n != 200 {
		t.Errorf("%v", n)
	}
}

// No lock, and a mutex that each process has for itself, lose updates; a file lock, and a mutex within one process, lose none. (The
// processes sleep 100 times between read and write: that one sees nothing of the other, it would have to end before the other begins.)
func fileLock(t *testing.T, cell notebook.Cell) {
	final := map[string]int{}
	for _, bar := range printedLike(t, cell, `^(processes, no lock|processes, mutex|processes, file lock|goroutines, mutex) +\|[█▒]* (\d+)$`) {
		final[bar[0]], _ = strconv.Atoi(bar[1])
	}
	for _, way := range []string{"processes, no lock", "processes, mutex"} {
		if n := final[way]; n < 2 || n >= 200 {
			t.Errorf("%s: %d", way, n)
		}
	}
	for _, way := range []string{"processes, file lock", "goroutines, mutex"} {
		if n := final[way]; n != 200 {
			t.Errorf("%s: %d", way, n)
		}
	}
	pictured(t, cell)
}

func priceOfALock(t *testing.T, cell notebook.Cell) {
	mutex, file := numberLike(t, cell, `^mutex +([\d.]+) ns`), numberLike(t, cell, `^file lock +([\d.]+) ns`)
	if mutex <= 0 || file < 5*mutex {
		t.Errorf("mutex %v ns, file lock %v ns", mutex, file)
	}
}

func fanOutFanIn(t *testing.T, cell notebook.Cell) {
	var all []int
	for _, square := range strings.Fields(strings.Split(cell.Printed(), "\n")[0]) {
		n, _ := strconv.Atoi(square)
		all = append(all, n)
	}
	slices.Sort(all)
	if len(all) != 20 || all[0] != 1 || all[19] != 400 || numberLike(t, cell, `^The sum is (\d+)$`) != 2870 {
		t.Errorf("squares %v", all)
	}
}

func errgroupWithALimit(t *testing.T, cell notebook.Cell) {
	printedLike(t, cell, `^(Wait returns: page 4 was not found)$`)
	if most := numberLike(t, cell, `^Most at once: (\d+)$`); most < 2 || most > 3 {
		t.Errorf("%v at once", most)
	}
	ends := map[string]string{}
	for _, line := range printedLike(t, cell, `^page (\d): (done|failed|cancelled)$`) {
		ends[line[0]] = line[1]
	}
	if len(ends) != 10 || ends["4"] != "failed" {
		t.Errorf("the pages ended so: %v", ends)
	}
	for _, page := range []string{"7", "8", "9"} { // they begin after the failure, as only three run at once and page 4 fails soon
		if ends[page] != "cancelled" {
			t.Errorf("page %s: %s", page, ends[page])
		}
	}
}

func contextDeadline(t *testing.T, cell notebook.Cell) {
	// After 100 ms without a core, the answer and the deadline are both there, and select takes either.
	quick := printedLike(t, cell, `^server with  10 ms: error (.*) after (\d+) ms$`)[0]
	if ms, _ := strconv.Atoi(quick[1]); quick[0] != "<nil>" && ms < 100 {
		t.Errorf("after %d ms the quick server's answer is %q", ms, quick[0])
	}
	printedLike(t, cell, `^(server with 500 ms: error context deadline exceeded after)`)
	if over := numberLike(t, cell, `^All over after (\d+) ms\.$`); over < 100 || over >= 500 && recorded(t) {
		t.Errorf("over after %v ms", over)
	}
}

func stubborn(t *testing.T, cell notebook.Cell) {
	printedLike(t, cell, `^The process ended after (\d+\.\d) s: signal: killed$`)
	printedLike(t, cell, `^(The goroutine ended: false)$`)
	if ended := numberLike(t, cell, `^The process ended after (\d+\.\d) s`); ended < 0.1 || ended > 5 {
		t.Errorf("ended after %v s", ended)
	}
}
