package lessons

import (
	"bytes"
	"encoding/base64"
	"image/color"
	"image/png"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// Other programs may take this machine's cores at any moment. So what is held to a time here waits much and calculates little, and a
// speed-up is held to what it cannot be, not to what it should be.
func init() {
	expectations["03-what-for"] = map[string]check{
		"predict-requests":   asksForANumber,
		"requests":           requestsOverlap,
		"requests-drawn":     requestsDrawn,
		"disk":               diskIsWaitedFor,
		"standard-input":     inputIsWaitedFor,
		"predict-server":     asksForANumber,
		"sessions":           oneSession,
		"web-server":         clicksAreServed,
		"client":             oneClient,
		"clients":            everySessionIsKept,
		"predict-mixed-up":   asksForANumber,
		"mixed-up":           usersAreMixedUp,
		"predict-global":     asksForANumber,
		"global-lock":        globalLockQueues,
		"one-slow-user":      oneSlowUser,
		"never-given-back":   lockNeverGivenBack,
		"predict-mandelbrot": asksForANumberOnSomeCores,
		"steps":              stepsOfTwoPixels,
		"mandelbrot":         pictureOfTheSet,
		"in-chunks":          samePictureBitForBit,
		"balance":            loadIsBalanced,
		"chunk-size":         chunkSizes,
		"predict-amdahl":     asksForANumber,
		"amdahl":             amdahlsLaw,
		"speed-up":           speedUp,
		"predict-neighbours": asksForANumber,
		"false-sharing":      falseSharing,
		"sixty-four-tasks":   sixtyFourTasks,
		"more-goroutines":    moreGoroutines,
		"limit":              cpuLimit,
		"cores":              coresOfGo,
	}
}

func asksForANumberOnSomeCores(t *testing.T, cell notebook.Cell) {
	first, rest, _ := strings.Cut(cell.Printed(), "\n")
	if numbers(t, `^This program may use (\d+) cores of this machine\.$`, first)[0] < 1 || !strings.Contains(rest, "?\n") || !strings.Contains(rest, "predict.Unanswered") {
		t.Error("want the cores, the question, and how to answer it")
	}
}

func hasPictures(t *testing.T, cell notebook.Cell, want int) {
	t.Helper()
	if n := pictures(cell); n != want {
		t.Errorf("%d pictures, want %d", n, want)
	}
}

// table reads the rows of numbers that a chart prints.
func table(t *testing.T, cell notebook.Cell, columns, rows int) (table [][]float64) {
	t.Helper()
	for _, row := range regexp.MustCompile(`(?m)^ *[0-9.]+(?: +[0-9.e+]+){`+strconv.Itoa(columns-1)+`}$`).FindAllString(ungrouped(cell.Printed()), -1) {
		var values []float64
		for _, field := range strings.Fields(row) {
			value, err := strconv.ParseFloat(field, 64)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		table = append(table, values)
	}
	if len(table) != rows && rows > 0 || len(table) == 0 {
		t.Fatalf("%d rows of %d numbers, want %d", len(table), columns, rows)
	}
	return table
}

func column(table [][]float64, i int) (values []float64) {
	for _, row := range table {
		values = append(values, row[i])
	}
	return values
}

// Ten times 100 ms one after another are 1 s. Together they are less than half of it, even when the machine is busy.
func requestsOverlap(t *testing.T, cell notebook.Cell) {
	ms := numbers(t, `^One after another: +(\d+) ms\nTogether: +(\d+) ms\nTogether, on one core: +(\d+) ms\n$`, cell.Printed())
	if ms[0] < 1000 || min(ms[1], ms[2]) < 100 || ms[1] > ms[0]/2 || ms[2] > ms[0]/2 {
		t.Errorf("%v ms", ms)
	}
}

// Six requests of 50 ms, and what the time line says of them: main and one request are blocked at the same moment, or main and nearly all.
func requestsDrawn(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 2)
	ms := numbers(t, `(?s)ONE AFTER ANOTHER: (\d+) ms.*,\s+and of those drawn (\d+) blocked at the same.*TOGETHER: (\d+) ms.*,\s+and of those drawn (\d+) blocked at the same`, cell.Printed())
	if ms[0] < 300 || ms[2] < 50 || ms[2] > ms[0]*2/3 || ms[1] != 2 || ms[3] < 5 {
		t.Errorf("one after another %v ms and %v blocked, together %v ms and %v blocked", ms[0], ms[1], ms[2], ms[3])
	}
	for i := range 6 {
		if name := "request " + strconv.Itoa(i); strings.Count(cell.Printed(), "\n"+name+" ") != 2 {
			t.Errorf("%s is not in both time lines", name)
		}
	}
}

// What a disk gains is the disk's affair: only that together is not far slower is held to.
func diskIsWaitedFor(t *testing.T, cell notebook.Cell) {
	tries := regexp.MustCompile(`(?m)^One after another +([0-9.]+) ms, together +([0-9.]+) ms: [0-9.]+ times as fast$`).FindAllStringSubmatch(cell.Printed(), -1)
	if len(tries) != 3 {
		t.Fatalf("%d tries", len(tries))
	}
	best := 0.0
	for _, try := range tries {
		alone, _ := strconv.ParseFloat(try[1], 64)
		together, _ := strconv.ParseFloat(try[2], 64)
		best = max(best, alone/together)
	}
	if best < 0.5 {
		t.Errorf("together is %.2f times as fast", best)
	}
}

func inputIsWaitedFor(t *testing.T, cell notebook.Cell) {
	first, second, ok := strings.Cut(cell.Printed(), "one after the other\n")
	if !ok || !regexp.MustCompile(`^ *\d+ ms: the user typed "first"\n *\d+ ms: the user typed "second"\n *\d+ ms: the user typed "third"\n`+
		` *\d+ ms: counted 148933 primes\n *\d+ ms: all done, $`).MatchString(first) {
		t.Error("the first child should read three words, and then count the primes below 2,000,000: 148933")
	}
	if strings.Count(second, ": counted 148933 primes\n") != 1 || !strings.HasSuffix(second, "all done, together\n") {
		t.Error("the second child should count the same")
	}
	for i, word := range []string{"first", "second", "third"} {
		// The words are typed from the start of the parent on, and counted from the child's, which comes a little later.
		if ms, soon := numbers(t, `(\d+) ms: the user typed "`+word, second)[0], 200*float64(i+1); ms > soon+1000 || recorded(t) && ms > soon+100 {
			t.Errorf("the %s word came after %.0f ms", word, ms)
		}
	}
	last := func(text string) (ms float64) {
		for _, match := range regexp.MustCompile(`(?m)^ *(\d+) ms: `).FindAllStringSubmatch(text, -1) {
			ms, _ = strconv.ParseFloat(match[1], 64)
		}
		return ms
	}
	// Each counts for itself, and other programs may have had the core while the second did.
	if recorded(t) && last(second) >= last(first) {
		t.Errorf("one after the other took %.0f ms, together %.0f ms", last(first), last(second))
	}
}

// A client without a cookie gets one: crypto/rand.Text has at least 128 bits in letters of 5 bits each.
func oneSession(t *testing.T, cell notebook.Cell) {
	if letters := numbers(t, `^Ann has a session, and a cookie of (\d+) letters\.\n$`, cell.Printed())[0]; letters < 26 {
		t.Errorf("%v letters", letters)
	}
}

func clicksAreServed(t *testing.T, cell notebook.Cell) {
	numbers(t, `^A server counted clicks for a moment, at http://127\.0\.0\.1:(\d+)\n$`, cell.Printed())
}

// None of three answers is wrong, and each took the 10 ms of the database at least.
func oneClient(t *testing.T, cell notebook.Cell) {
	for _, text := range printedLike(t, cell, `^0 \[(\S+) (\S+) (\S+)\]$`)[0] {
		if took, err := time.ParseDuration(text); err != nil || took < 10*time.Millisecond {
			t.Errorf("an answer after %q: %v", text, err)
		}
	}
}

// The sky is left after a step, the middle of the heart never.
func stepsOfTwoPixels(t *testing.T, cell notebook.Cell) {
	if got := numbers(t, `top left: (\d+)\n.*row 247: (\d+)\n$`, cell.Printed()); got[0] != 1 || got[1] != 1000 {
		t.Errorf("%v steps", got)
	}
}

// 2,000 requests of 10 ms would take 20 s in turn. All of 200 connections are open at once: each has a goroutine in the server at least.
func everySessionIsKept(t *testing.T, cell notebook.Cell) {
	got := numbers(t, `^Goroutines in the middle of it: (\d+)\n(\d+) answers right, (\d+) wrong, in ([0-9.]+) s\n$`, cell.Printed())
	if got[0] < 200 || got[1] != 2000 || got[2] != 0 || got[3] < 0.1 || got[3] > 10 {
		t.Errorf("%v", got)
	}
}

func usersAreMixedUp(t *testing.T, cell notebook.Cell) {
	if got := numbers(t, `^(\d+) answers right, (\d+) wrong\n$`, cell.Printed()); got[0]+got[1] != 2000 || got[1] < 1000 {
		t.Errorf("%v", got)
	}
}

func globalLockQueues(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 2)
	result := func(name string) []float64 {
		return numbers(t, name+`: 600 answers, 0 wrong, in ([0-9.]+) s\n`+name+`: half waited at most (\d+) ms, 99 of 100 at most (\d+) ms\n`, cell.Printed())
	}
	short, global := result("Short locks"), result("One global lock")
	// 600 times 5 ms in turn are 3 s; a client in the middle waits for 199 others.
	if global[0] < 3 || global[1] < 500 || short[0] > global[0]/2 || short[1] > global[1]/2 {
		t.Errorf("short locks %v, one global lock %v", short, global)
	}
	sum := 0
	for _, bar := range regexp.MustCompile(`(?m)^under \d+ ms +\|.* (\d+)$`).FindAllStringSubmatch(cell.Printed(), -1) {
		n, _ := strconv.Atoi(bar[1])
		sum += n
	}
	if sum != 1200 {
		t.Errorf("the two histograms have %d answers", sum)
	}
}

func oneSlowUser(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 2)
	ms := numbers(t, `(?s)SHORT LOCKS: the quick users waited (\d+) to (\d+) ms\..*ONE GLOBAL LOCK: the quick users waited (\d+) to (\d+) ms\.`, cell.Printed())
	if ms[0] < 5 || ms[0] >= 100 || ms[3] < 120 {
		t.Errorf("%v ms", ms)
	}
}

func lockNeverGivenBack(t *testing.T, cell notebook.Cell) {
	// With defer all should get an answer; one that a busy machine lets wait for more than 300 ms gets none.
	if got := numbers(t, `^with defer: false +(\d+) of 20 got an answer\nwith defer: true +(\d+) of 20 got an answer\n$`, cell.Printed()); got[0] != 0 || got[1] < 15 {
		t.Errorf("%v", got)
	}
}

func samePictureBitForBit(t *testing.T, cell notebook.Cell) {
	if !strings.HasSuffix(cell.Printed(), "The same picture, bit for bit: true\n") {
		t.Error("the pictures differ")
	}
	if ratio := numbers(t, `([0-9.]+) times as fast\n`, cell.Printed())[0]; ratio < 0.2 {
		t.Errorf("%.2f times as fast", ratio)
	}
}

// The picture is read as the student sees it: the sky is not black, the middle of the heart is.
func pictureOfTheSet(t *testing.T, cell notebook.Cell) {
	numbers(t, `One goroutine painted all of it in ([0-9]+) ms\n`, cell.Printed())
	for _, output := range cell.Outputs() {
		_, data, ok := strings.Cut(output.HTML, `src="data:image/png;base64,`)
		if !ok || !strings.Contains(output.HTML, `<img alt="The Mandelbrot set`) {
			continue
		}
		data, _, _ = strings.Cut(data, `"`)
		file, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 100_000 {
			t.Errorf("the picture has %d bytes", len(data))
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		black := func(x, y int) bool {
			return color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y == 0
		}
		// c = 0 lies at x = 2.2 / 3.1 × 480, y = 1.6 / 3.1 × 480.
		if size := picture.Bounds().Size(); size.X != 480 || size.Y != 320 || !black(340, 247) || black(0, 0) || black(479, 0) {
			t.Errorf("%v, c = 0 is black: %v, the corners: %v %v", size, black(340, 247), black(0, 0), black(479, 0))
		}
		return
	}
	t.Error("no picture")
}

// The steps are counted, not timed: the same on every machine.
func loadIsBalanced(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 3)
	sum, upper := 0.0, 0.0
	bands := regexp.MustCompile(`(?m)^rows \d+ to \d+ +\|.* ([0-9.]+) %$`).FindAllStringSubmatch(cell.Printed(), -1)
	for i, band := range bands {
		share, _ := strconv.ParseFloat(band[1], 64)
		if sum += share; i < 4 {
			upper += share
		}
	}
	if len(bands) != 8 || math.Abs(sum-100) > 0.5 || upper < 5 || upper > 7 {
		t.Errorf("%d bands, %.1f %% in all, %.1f %% in the upper half", len(bands), sum, upper)
	}
	runs := regexp.MustCompile(`CHUNKS OF (\d+) ROWS: at most (\d) goroutines had a core at the same moment\.\nworker 0 had a core for ([0-9.]+) ms\.\nworker 1 had a core for ([0-9.]+) ms\.\n`).FindAllStringSubmatch(cell.Printed(), -1)
	if len(runs) != 2 || runs[0][1] != "160" || runs[1][1] != "4" {
		t.Fatalf("%q", runs)
	}
	evenness := func(run []string) float64 {
		zero, _ := strconv.ParseFloat(run[3], 64)
		one, _ := strconv.ParseFloat(run[4], 64)
		return min(zero, one) / max(zero, one)
	}
	halves, chunks := evenness(runs[0]), evenness(runs[1])
	// A goroutine also "has a core" while the operating system has taken that core away.
	if several := runs[1][2] == "2" || runs[1][2] == "3"; recorded(t) && several && (halves > 0.7 || chunks < halves) {
		t.Errorf("the lesser worker's share of the greater's: %.2f with halves, %.2f with chunks", halves, chunks)
	}
}

func chunkSizes(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	best := column(table(t, cell, 2, 10), 1)
	// One pixel a message is slower than the best by far: 153,600 messages cost as much as some cores calculate.
	if best[0] < 1.05*slices.Min(best) {
		t.Errorf("with chunks of one pixel %.1f ms, at best %.1f ms", best[0], slices.Min(best))
	}
	numbers(t, `The fastest chunk has (\d+) pixels\.\n$`, cell.Printed())
}

func amdahlsLaw(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	for _, row := range table(t, cell, 5, 11) {
		for i, serial := range []float64{0, 0.01, 0.1, 0.5} {
			if law := 1 / (serial + (1-serial)/row[0]); math.Abs(row[i+1]-law) > 0.006*law {
				t.Errorf("%v cores, serial share %v: %v, want %v", row[0], serial, row[i+1], law)
			}
		}
	}
}

// How fast two cores are is the machine's affair. But no number of workers is much faster than the ideal, the law is Amdahl's with the
// share that is printed, and the speed-up with one worker is 1.
func speedUp(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	head := numbers(t, `(\d+) cores\. Of the time with one worker, ([0-9.]+) % is serial\.\n`, cell.Printed())
	cores, s := head[0], head[1]/100
	if s <= 0 || s > 0.3 {
		t.Errorf("serial share %v", s)
	}
	rows := table(t, cell, 5, 0)
	if last := rows[len(rows)-1][0]; last > 2*cores || last <= 2*cores-max(1, cores/4) {
		t.Errorf("up to %v workers on %v cores", last, cores)
	}
	for _, row := range rows {
		n, ideal, law, got, measured := row[0], row[1], row[2], row[3], row[4]
		// More workers than cores use no more cores.
		used := min(n, cores)
		if want := 1 / (s + (1-s)/used); ideal != used || math.Abs(law-want) > 0.02*want {
			t.Errorf("%v workers: ideal %v, Amdahl %v, want %v", n, ideal, law, want)
		}
		// The other goroutines here, such as the garbage collector's, add a little to one worker's core.
		if n == 1 && measured != 1 || measured > 1.5*min(n, cores) || measured < 0.2 || got > min(n, cores)+0.5 || got < 0.1 {
			t.Errorf("%v workers: speed-up %v on %v cores", n, measured, got)
		}
	}
}

// With both cores free, side by side takes 1 to 2 times as long as one goroutine, and far apart half. On a busy machine two threads may get twice
// what one gets, and not at the same moment: then side by side costs nothing.
func falseSharing(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	ratio := func(name string) float64 {
		return numbers(t, `(?m)^`+name+` .* ([0-9.]+) ×$`, cell.Printed())[0]
	}
	apart, beside := ratio("two, far apart"), ratio("two, side by side")
	if apart > 5 || beside > 20 || recorded(t) && (beside < 0.6 || apart > 2.5 || beside < 0.4*apart) {
		t.Errorf("far apart %.2f, side by side %.2f", apart, beside)
	}
}

// 64 × 5 ms in turn are 320 ms, by four 80. A machine that is busy makes both longer.
func sixtyFourTasks(t *testing.T, cell notebook.Cell) {
	ms := numbers(t, `^64 times 5 ms of sleep: (\d+) ms by one goroutine, (\d+) ms by four\n$`, cell.Printed())
	if ms[0] < 320 || ms[1] < 80 || ms[1] > ms[0]*2/3 {
		t.Errorf("%v ms", ms)
	}
}

func moreGoroutines(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	rows := table(t, cell, 4, 7)
	computing, waiting, queue := column(rows, 1), column(rows, 2), column(rows, 3)
	// 64 × 5 ms in turn are 320 ms, by eights 40 ms.
	if waiting[0] < 320 || queue[0] < 320 || waiting[6] < 5 || slices.Min(queue) < 40 {
		t.Errorf("faster than the server: %v, %v", waiting, queue)
	}
	if waiting[3] > waiting[0]/3 || waiting[6] > queue[6] || waiting[6] > waiting[0]/5 || queue[6] > queue[0]/3 {
		t.Errorf("more goroutines did not help: %v, %v", waiting, queue)
	}
	if computing[6] < computing[0]/100 {
		t.Errorf("computing: %v", computing)
	}
}

func cpuLimit(t *testing.T, cell notebook.Cell) {
	got := numbers(t, `^NumCPU: +(\d+)\nGOMAXPROCS: +(\d+)\nA child with GOMAXPROCS=1: (\d+)\n`, cell.Printed())
	if got[1] > got[0] || got[1] < min(2, got[0]) || got[2] != 1 {
		t.Errorf("%v", got)
	}
	limits := regexp.MustCompile(`(?m)^The CPU limit is ([0-9.]+) cores\.$`).FindAllStringSubmatch(cell.Printed(), -1)
	for _, limit := range limits {
		if cores, _ := strconv.ParseFloat(limit[1], 64); got[1] > max(2, math.Ceil(cores)) {
			t.Errorf("GOMAXPROCS %v, above the limit of %v cores", got[1], cores)
		}
	}
	if len(limits) == 0 && !strings.HasSuffix(cell.Printed(), "There is no CPU limit here.\n") {
		t.Error("nothing about a limit")
	}
}

func coresOfGo(t *testing.T, cell notebook.Cell) {
	hasPictures(t, cell, 1)
	cores := numbers(t, `by \d+ workers, on (\d+) cores`, cell.Printed())[0]
	bars := regexp.MustCompile(`(?m)^set to (\d+) +\|.* ([0-9.]+) ms$`).FindAllStringSubmatch(cell.Printed(), -1)
	if len(bars) != 3 {
		t.Fatalf("%d bars", len(bars))
	}
	one, _ := strconv.ParseFloat(bars[0][2], 64)
	// More threads than cores get a larger share of a busy machine, so they are not held to be no faster.
	for i, n := range []float64{1, cores, 4 * cores} {
		setting, _ := strconv.ParseFloat(bars[i][1], 64)
		if took, _ := strconv.ParseFloat(bars[i][2], 64); setting != n || recorded(t) && n <= cores && took < one/(1.5*cores) || took > 4*one {
			t.Errorf("GOMAXPROCS %v: %v ms, with 1: %v ms", setting, took, one)
		}
	}
}
