package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"example.com/multithreading/helpers/counter"
	"example.com/multithreading/helpers/internal/handouts"
	"example.com/multithreading/helpers/internal/notebook"
)

// How often each thing is measured, after a first time that warms up and does not count. Cells are many, and one
// round of them takes two minutes: a cell of the lesson that is above a limit is measured once more, often enough to
// tell it from others' load, and the second measurement stands.
const (
	cellRounds   = 3
	doubtRounds  = 9
	helperRounds = 10
	startRounds  = 5
	pageRounds   = 2
)

// A helper-calling cell that tells how long it ran itself. The number differs from run to run, so that each must be built anew.
const helperCell = `import (
	"fmt"
	"time"

	"example.com/multithreading/helpers/show"
)

func main() {
	begin := time.Now()
	show.Bars("run %d", []show.Bar{{Label: "a", Value: 1}, {Label: "b", Value: 2}})
	fmt.Printf("own %%f\n", time.Since(begin).Seconds())
}`

const lostUpdateGo = `import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10_000 {
				next := counter + 1
				runtime.Gosched()
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter, "run %d")
}`

const lostUpdatePython = `from threading import Thread
from time import sleep
counter = 0
def count():
    global counter
    for _ in range(10_000):
        new = counter + 1
        sleep(0)
        counter = new
threads = [Thread(target=count) for _ in range(5)]
for t in threads: t.start()
for t in threads: t.join()
print("Final counter value:", counter, "run %d")`

// What the course promises of a cell: the most that it may take, of goimports, go build with its default flags and the
// start. With more than tolerance times as much, bench fails: less may be others' load.
const (
	limitHelper    = 0.45 // one that calls a helper
	limitPlain     = 0.50
	limitMedian    = 0.50 // of the lesson's cells
	limitWorst     = 0.65 // of the lesson's cells
	limitProcessor = 0.40 // of the processor's time
	tolerance      = 1.25
)

const (
	firstGo     = "import \"fmt\"\n\nfunc main() { fmt.Println(\"first\", %d) }"
	firstPython = "print('first', %d)"
)

// bench measures what the course promises of its speed, as ratios within one run, prints the table and keeps it in bench.md below .venv.
func bench(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "course-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := installStock(ctx, dir); err != nil {
		return err
	}
	k, err := openKernels(ctx, dir)
	if err != nil {
		return err
	}
	defer k.close()
	work, err := newToolchain(dir)
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(notebook.Root(), ".venv", "bench.md"))
	if err != nil {
		return err
	}
	defer file.Close()
	r := &report{Writer: io.MultiWriter(os.Stdout, file)}
	begin := time.Now()
	r.head()
	for _, part := range []func() error{
		func() error { return benchHelper(ctx, r, k, work) },
		func() error { return benchStarts(ctx, r, k, work) },
		func() error { return benchPages(ctx, r, dir) },
		func() error { return benchPackages(ctx, r) },
		func() error { return benchRunAll(ctx, r, k, work) },
		func() error { return benchCells(ctx, r, k, work) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	fmt.Fprintf(r, "\nMeasured in %v.\n", time.Since(begin).Round(time.Second))
	if len(r.passed) > 0 {
		return fmt.Errorf("%d limits are passed by more than %.2f ×:\n%s", len(r.passed), tolerance, strings.Join(r.passed, "\n"))
	}
	return nil
}

// installStock builds GoNB as it is, for the one in .venv waits less for gopls, and installs it as its own installer does, with this module in
// its workspace and none of our settings, as the kernel "stock".
func installStock(ctx context.Context, dir string) error {
	program := filepath.Join(dir, "gonb")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/janpfeifer/gonb")
	build.Dir = notebook.Root()
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build gonb: %w\n%s", err, text)
	}
	install := exec.CommandContext(ctx, program, "-install", "-go_work="+notebook.Root())
	install.Env = append(os.Environ(), "JUPYTER_DATA_DIR="+dir)
	if text, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("gonb -install: %w\n%s", err, text)
	}
	stock := filepath.Join(dir, "kernels/stock")
	if err := os.Rename(filepath.Join(dir, "kernels/gonb"), stock); err != nil {
		return err
	}
	// A GoNB that lies below the folder for temporary files installs a copy of itself beside this file. Its gopls finds an empty cache, as
	// that of a new user does; setup fills ours.
	file := filepath.Join(stock, "kernel.json")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var settings map[string]any
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("kernels/gonb/"), []byte("kernels/stock/")), &settings); err != nil {
		return err
	}
	settings["env"] = map[string]string{"GOPLSCACHE": filepath.Join(dir, "gopls-cache")}
	if text, err = json.Marshal(settings); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// A report is the table being written, in Markdown.
type report struct {
	io.Writer
	passed []string // the limits that were passed, and by how much
}

// hold notes where a limit is passed, and returns the limit as it stands in the table.
func (r *report) hold(what string, ratio, limit float64) string {
	if ratio > tolerance*limit {
		r.passed = append(r.passed, fmt.Sprintf("%s: %.2f, limit %.2f", what, ratio, limit))
	}
	return fmt.Sprintf("≤ %.2f", limit)
}

func (r *report) head() {
	processor := "processor of no known name"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
			}
		}
	}
	load := ""
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = ", load before " + strings.Fields(string(text))[0]
	}
	fmt.Fprintf(r, "# make bench\n\n%s, %s, %d cores of %s, %s/%s%s. Medians, with the least and the greatest.\n",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), processor, runtime.GOOS, runtime.GOARCH, load)
}

// A floor is what a row is held against as the least there can be. Without times, it is only named.
type floor struct {
	name  string
	times []float64
}

// part begins a table of the report.
func (r *report) part(title string) {
	fmt.Fprintf(r,
		"\n## %s\n\n| what | here | beside it | ratio | goal | limit | of the limit |\n| --- | --- | --- | --- | --- | --- | --- |\n",
		title)
}

// row writes a ratio of two medians, and the one to the limit. A goal of 0 is none.
func (r *report) row(what string, ours, theirs []float64, beside string, goal float64, limit floor) {
	said, far := "", ""
	if goal > 0 {
		said = fmt.Sprintf("≤ %.2f", goal)
	}
	if len(limit.times) > 0 {
		limit.name += " " + withSpread(limit.times)
		far = ratio(ours, limit.times) + " ×"
	}
	fmt.Fprintf(r, "| %s | %s | %s %s | **%s** | %s | %s | %s |\n", what, withSpread(ours), beside, withSpread(theirs),
		ratio(ours, theirs), said, limit.name, far)
}

func ratio(ours, theirs []float64) string {
	r := median(ours) / median(theirs)
	if r < 10 {
		return fmt.Sprintf("%.2g", r)
	}
	return fmt.Sprintf("%.0f", r) // in place of 1.2e+02
}

// usage is what a thing took, each time: of the clock and of the processor, in seconds.
type usage struct{ seconds, processor []float64 }

func (u *usage) add(seconds, processor float64) {
	u.seconds, u.processor = append(u.seconds, seconds), append(u.processor, processor)
}

// mean is the processor's time; that of a kernel is told in steps of 0.01 s, so that a median would tell little.
func (u usage) mean() (m float64) {
	for _, p := range u.processor {
		m += p / float64(len(u.processor))
	}
	return m
}

// trio is a cell on the kernel, its program built by go build with default flags, and built by hand: goimports,
// compiler, linker and start, which is the least there can be.
type trio struct{ ours, bare, hand usage }

// ratios are of the clock's time, and of the processor's.
func (t trio) ratios() (clock, processor float64) {
	return median(t.ours.seconds) / median(t.bare.seconds), t.ours.mean() / t.bare.mean()
}

// row is the part of a row of a table that tells of a cell.
func (t trio) row() string {
	clock, processor := t.ratios()
	least := trio{ours: t.hand, bare: t.bare}
	byHand, byHandProcessor := least.ratios()
	return fmt.Sprintf("%s | %s | **%.2f** | %.2f | %.3f | %.3f | **%.2f** | %.2f", withSpread(t.ours.seconds), withSpread(t.bare.seconds),
		clock, byHand, t.ours.mean(), t.bare.mean(), processor, byHandProcessor)
}

// cellColumns names the columns of trio.row; cellRule is the line below.
const (
	cellColumns = "here | goimports, go build with default flags, start | ratio | by hand: goimports, compiler, linker, start | " +
		"processor, s | beside it, s | ratio | by hand"
	cellRule = "--- | --- | --- | --- | --- | --- | --- | ---"
)

func benchHelper(ctx context.Context, r *report, k *kernels, work *toolchain) error {
	var helper, plain trio
	for i := range helperRounds + 1 {
		if i == 1 { // the first has warmed up
			helper, plain = trio{}, trio{}
		}
		for _, by := range []struct {
			cell  string
			times *trio
		}{{helperCell, &helper}, {firstGo, &plain}} {
			cell := fmt.Sprintf(by.cell, i)
			answer, err := k.run(map[string][]string{"gonb": {cell}})
			if err != nil {
				return err
			}
			took := answer["gonb"][0]
			by.times.ours.add(took.Seconds-own(took.Printed), took.Processor)
			if err := work.beside(ctx, "package main\n\n"+cell, by.times); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(r, "\n## A cell, from request to reply\n\n| what | %s | limits |\n| --- | %s | --- |\n", cellColumns, cellRule)
	for _, line := range []struct {
		what  string
		times trio
		limit float64
	}{{"one that calls a helper, less its own run time", helper, limitHelper}, {"a plain one", plain, limitPlain}} {
		clock, processor := line.times.ratios()
		fmt.Fprintf(r, "| %s | %s | %s, processor %s |\n", line.what, line.times.row(),
			r.hold(line.what, clock, line.limit), r.hold(line.what+", processor", processor, limitProcessor))
	}

	numbered := func(source string) (list []string) {
		for i := range helperRounds + 1 {
			list = append(list, fmt.Sprintf(source, 100+i)) // not the cells above
		}
		return list
	}
	cells, err := k.run(map[string][]string{"gonb": numbered(helperCell), "stock": numbered(helperCell)})
	if err != nil {
		return err
	}
	updates, err := k.run(map[string][]string{"gonb": numbered(lostUpdateGo), "python3": numbered(lostUpdatePython)})
	if err != nil {
		return err
	}
	var updatesByHand []float64
	for i := range helperRounds {
		took, err := work.direct(ctx, "package main\n\n"+fmt.Sprintf(lostUpdateGo, i))
		if err != nil {
			return err
		}
		updatesByHand = append(updatesByHand, took.all)
	}
	byHand := "goimports, compiler, linker and start by hand"
	r.part("A cell, beside other kernels")
	r.row("one that calls a helper, less its own run time", lessOwn(cells["gonb"]), lessOwn(cells["stock"]), "stock GoNB",
		0.45, floor{byHand, helper.hand.seconds})
	r.row("the one that loses updates", seconds(updates["gonb"]), seconds(updates["python3"]),
		"Python with sleep(0), in ipykernel", 0.35, floor{byHand, updatesByHand})
	return nil
}

func benchStarts(ctx context.Context, r *report, k *kernels, work *toolchain) error {
	tab := "import \"fmt\"\n\nfunc main() { fmt.Printl"
	ready, first, tabs := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	measure := func(name, cell, tab string, round int) error {
		answer, err := k.fresh(name, fmt.Sprintf(cell, round), tab)
		if err == nil && round > 0 {
			ready[name] = append(ready[name], answer.Ready)
			first[name] = append(first[name], answer.Cell)
			tabs[name] = append(tabs[name], answer.Tab)
		}
		return err
	}
	for round := range startRounds + 1 {
		if err := measure("gonb", firstGo, tab, round); err != nil {
			return err
		}
		if err := measure("python3", firstPython, "prin", round); err != nil {
			return err
		}
	}
	if err := measure("stock", firstGo, tab, 1); err != nil { // only the first time is the first
		return err
	}
	var byHand []float64
	for round := range startRounds + 1 {
		took, err := work.direct(ctx, "package main\n\n"+fmt.Sprintf(firstGo, round))
		if err != nil {
			return err
		}
		byHand = append(byHand, took.all)
	}
	r.part("A new kernel")
	r.row("until it is ready", ready["gonb"], ready["python3"], "ipykernel", 1,
		floor{"jupyter_client, which hears it and then listens whether more comes", []float64{0.2}})
	r.row("its first cell", first["gonb"], first["python3"], "ipykernel, which compiles nothing", 0,
		floor{"goimports, compiler, linker and start by hand", byHand[1:]})
	r.row("the first Tab, with the start of gopls; goal: 2 s", tabs["gonb"], tabs["stock"], "stock GoNB, newly installed",
		0, floor{name: "gopls reading what the cell imports"})
	return nil
}

// benchPages measures `make handouts RECORDED=1` against nbconvert with its own settings, for the same notebooks.
func benchPages(ctx context.Context, r *report, dir string) error {
	empty := filepath.Join(dir, "empty.ipynb")
	if err := notebook.OfText("empty", "").Write(empty); err != nil {
		return err
	}
	var ours, theirs, start []float64
	for range pageRounds + 1 {
		order := handouts.Order{
			Out:       filepath.Join(dir, "handouts"),
			Notebooks: notebook.Paths(),
			Read:      func(_ context.Context, path string) (*notebook.Notebook, error) { return notebook.Read(path) },
		}
		begin := time.Now()
		if err := order.Write(ctx); err != nil {
			return err
		}
		ours = append(ours, time.Since(begin).Seconds())
		begin = time.Now()
		if err := nbconvert(ctx, dir, notebook.Paths()...); err != nil {
			return err
		}
		theirs = append(theirs, time.Since(begin).Seconds())
		begin = time.Now()
		if err := nbconvert(ctx, dir, empty); err != nil {
			return err
		}
		start = append(start, time.Since(begin).Seconds())
	}
	r.part("The exporter")
	r.row(fmt.Sprintf("pages of %d notebooks, without running them", len(notebook.Paths())), ours[1:], theirs[1:],
		"nbconvert's own HTML", 1, floor{"nbconvert's start, with one empty page", start[1:]})
	return nil
}

// nbconvert makes pages as it does by itself.
func nbconvert(ctx context.Context, dir string, paths ...string) error {
	command := exec.CommandContext(ctx, filepath.Join(notebook.Root(), ".venv/bin/jupyter"),
		append([]string{"nbconvert", "--to", "html", "--output-dir", filepath.Join(dir, "pages")}, paths...)...)
	command.Env = append(os.Environ(), "JUPYTER_CONFIG_PATH=")
	if text, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nbconvert: %w\n%s", err, text)
	}
	return nil
}

// benchPackages runs benchmarks that stand beside what they measure.
func benchPackages(ctx context.Context, r *report) error {
	counters, err := goBench(ctx, "./helpers/counter", "50ms", 5)
	if err != nil {
		return err
	}
	r.part("Counters, one increment")
	for _, goroutines := range []string{"1", "4", "16", "64"} {
		loop := floor{"the bare loop, each goroutine for itself", counters["loop/"+goroutines]["ns/op"]}
		for _, v := range counter.Variants() {
			goal := 0.0
			if v.Name == "Sharded" {
				goal = 1
			}
			r.row(v.Name+", goroutines: "+goroutines, counters[v.Name+"/"+goroutines]["ns/op"],
				counters["xsync/"+goroutines]["ns/op"], "xsync.Counter", goal, loop)
		}
	}
	explorer, err := goBench(ctx, "./helpers/internal/engine", "300ms", 5)
	if err != nil {
		return err
	}
	trace, err := goBench(ctx, "./helpers/timeline", "10x", 5)
	if err != nil {
		return err
	}
	r.part("The explorer and the timeline")
	r.row("all interleavings of 3 × 2 increments", explorer["explorer"]["ns/op"], explorer["brute"]["ns/op"],
		"going through each one", 0.01, floor{name: "looking up where each step leads"})
	r.row("the lesson's 5 × 10,000 with a yield: drawing", trace[""]["ns-drawing"], trace[""]["ns-reading"],
		"golang.org/x/exp/trace, reading the record", 0, floor{name: "writing the picture's text"})
	fmt.Fprintf(r, "\nThe explorer looks at %.0f states a second, of 5 × 4 increments. The picture of the trace weighs %.0f KB.\n",
		median(explorer["reach"]["states/s"]), median(trace[""]["bytes"])/1000)
	return nil
}

// The lesson's only sleeps are in unit 8, and where it is timed: two workers that sleep three times for a second, at the same time.
const lessonSleeps = 6.0

// benchRunAll runs the lesson from top to bottom in a new kernel, and the same programs by hand.
func benchRunAll(ctx context.Context, r *report, k *kernels, work *toolchain) error {
	nb, err := notebook.Read(notebook.Paths()[0])
	if err != nil {
		return err
	}
	var ours, theirs, programs []float64
	for range pageRounds {
		all, hand, alone := 0.0, 0.0, 0.0
		for _, cell := range nb.Code() {
			seconds, err := k.try(cell.Source())
			if err != nil {
				return err
			}
			all += seconds
			program, err := k.program()
			if err != nil {
				return err
			}
			took, err := work.run(ctx, program)
			if err != nil && !cell.Tagged("raises-exception") {
				return err
			}
			hand, alone = hand+took.all, alone+took.program
		}
		ours, theirs, programs = append(ours, all-lessonSleeps), append(theirs, hand-lessonSleeps), append(programs, alone-lessonSleeps)
	}
	r.part("Run All of the lesson, less its sleeps")
	r.row(fmt.Sprintf("%d code cells", len(nb.Code())), ours, theirs, "goimports, go build with default flags, run", 1,
		floor{"the programs' own run time: they measure and repeat on purpose", programs})
	return nil
}

// benchCells times every Go cell of every notebook. So that no program's own run time counts, each ends as it starts: the
// same program, with an init that exits. It is built whole all the same.
func benchCells(ctx context.Context, r *report, k *kernels, work *toolchain) error {
	fmt.Fprintf(r, "\n## Every cell of every notebook, less its own run time\n\nLimits: the lesson's median ≤ %.2f, none of its cells "+
		"above %.2f. %d rounds; %d more, which then count alone, where a cell of the lesson went above.\n\n| notebook | cell | %s |\n| --- | --- | %s |\n",
		limitMedian, limitWorst, cellRounds, doubtRounds, cellColumns, cellRule)
	var summary []string
	for number, path := range notebook.Paths() {
		nb, err := notebook.Read(path)
		if err != nil {
			return err
		}
		if err := k.end("gonb"); err != nil { // GoNB adds to each cell's program what the kernel's former cells declared
			return err
		}
		var clocks, processors []float64
		for _, cell := range nb.Code() {
			if !cell.IsGo() {
				continue
			}
			times, err := benchCell(ctx, k, work, cell, cellRounds)
			if err != nil {
				return err
			}
			again := ""
			if clock, _ := times.ratios(); number == 0 && clock > limitWorst {
				again = fmt.Sprintf(", again: first %.3f", clock)
				if times, err = benchCell(ctx, k, work, cell, doubtRounds); err != nil {
					return err
				}
			}
			clock, processor := times.ratios()
			clocks, processors = append(clocks, clock), append(processors, processor)
			fmt.Fprintf(r, "| %s | %s%s | %s |\n", filepath.Base(path)[:2], cell.ID(), again, times.row())
			if number == 0 {
				r.hold("the lesson's cell "+cell.ID(), clock, limitWorst)
			}
		}
		if number == 0 {
			r.hold("the lesson's cells, median", median(clocks), limitMedian)
			r.hold("the lesson's cells, processor, median", median(processors), limitProcessor)
		}
		summary = append(summary, fmt.Sprintf("| %s | %d | %.2f | %.2f | %.2f | %.2f |", strings.TrimSuffix(filepath.Base(path), ".ipynb"),
			len(clocks), median(clocks), slices.Max(clocks), median(processors), slices.Max(processors)))
	}
	fmt.Fprintf(r,
		"\n| notebook | cells | : go build, median | worst | processor, median | worst |\n| --- | --- | --- | --- | --- | --- |\n%s\n",
		strings.Join(summary, "\n"))
	return nil
}

// benchCell measures a cell in several rounds, after one that warms up.
func benchCell(ctx context.Context, k *kernels, work *toolchain, cell notebook.Cell, rounds int) (times trio, err error) {
	for round := range rounds + 1 {
		if round == 1 {
			times = trio{}
		}
		ending := fmt.Sprintf("func init() { println(\"ends\", %d); os.Exit(0) }", time.Now().UnixNano()) // never built before
		answer, err := k.run(map[string][]string{"gonb": {"import \"os\"\n" + cell.Source() + "\n\n" + ending}})
		if err != nil {
			return times, err
		}
		times.ours.add(answer["gonb"][0].Seconds, answer["gonb"][0].Processor)
		program, err := k.program()
		if err != nil {
			return times, err
		}
		if err := work.beside(ctx, program, &times); err != nil {
			return times, err
		}
	}
	return times, nil
}

// A toolchain does by hand what a kernel must do for a cell, in a workspace like GoNB's: goimports, go build, start, or
// goimports, compiler, linker, start.
type toolchain struct {
	dir, tools string
}

func newToolchain(dir string) (*toolchain, error) {
	work := &toolchain{dir: filepath.Join(dir, "bare")}
	if err := os.Mkdir(work.dir, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"go.mod": "module bare\n\ngo 1.26\n", "go.work": "go " + strings.TrimPrefix(runtime.Version(), "go") + "\n\nuse (\n\t.\n\t" + notebook.Root() + "\n)\n"} {
		if err := os.WriteFile(filepath.Join(work.dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	text, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		return nil, err
	}
	work.tools = strings.TrimSpace(string(text))
	return work, nil
}

// built is what a program printed that was built by hand, and how many seconds it all took and, of these, the program itself; and
// how many of the processor.
type built struct {
	printed                 string
	all, program, processor float64
}

// beside measures a program in both ways, less what it says that it took itself.
func (w *toolchain) beside(ctx context.Context, program string, times *trio) error {
	bare, err := w.run(ctx, program)
	if err != nil {
		return err
	}
	hand, err := w.direct(ctx, program)
	if err != nil {
		return err
	}
	times.bare.add(bare.all-own(bare.printed), bare.processor)
	times.hand.add(hand.all-own(hand.printed), hand.processor)
	return nil
}

// run builds a program as Go does by itself, and runs it.
func (w *toolchain) run(ctx context.Context, program string) (built, error) {
	return w.time(ctx, program, nil, []string{"goimports", "-w", "main.go"}, []string{"go", "build", "-o", "bare"},
		[]string{filepath.Join(w.dir, "bare")})
}

// direct builds a program by the compiler and the linker, with the kernel's flags and where the compiled packages lie known from
// before, and runs it. Neither collects garbage, as in the kernel.
func (w *toolchain) direct(ctx context.Context, program string) (did built, err error) {
	if err := os.WriteFile(filepath.Join(w.dir, "main.go"), []byte(program), 0o644); err != nil {
		return did, err
	}
	if text, err := w.command(ctx, "goimports", "-w", "main.go").CombinedOutput(); err != nil {
		return did, fmt.Errorf("goimports: %w\n%s", err, text)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(w.dir, "main.go"), nil, parser.ImportsOnly)
	if err != nil {
		return did, err
	}
	var imports []string
	for _, spec := range file.Imports {
		imports = append(imports, spec.Path.Value)
	}
	config := filepath.Join(w.dir, fmt.Sprintf("%x.cfg", sha256.Sum256([]byte(strings.Join(imports, " ")))))
	if _, err := os.Stat(config); err != nil {
		list := w.command(ctx, "go", "list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", ".")
		list.Env = append(list.Env, "GOFLAGS="+os.Getenv("COURSE_GOFLAGS"))
		text, err := list.Output()
		if err != nil {
			return did, fmt.Errorf("go list -export: %w", err)
		}
		if err := os.WriteFile(config, text, 0o644); err != nil {
			return did, err
		}
	}
	imported := []string{"goimports", "-w", "main.go"}
	compile := []string{
		filepath.Join(w.tools, "compile"), "-p", "main", "-complete", "-dwarf=false", "-importcfg", config, "-pack",
		"-o", "main.a", "main.go",
	}
	link := []string{filepath.Join(w.tools, "link"), "-importcfg", config, "-buildmode=exe", "-s", "-o", "bare", "main.a"}
	return w.time(ctx, program, []string{"GOGC=off"}, imported, compile, link, []string{filepath.Join(w.dir, "bare")})
}

func (w *toolchain) command(ctx context.Context, line ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, line[0], line[1:]...)
	command.Dir = w.dir
	command.Env = append(os.Environ(), "GOFLAGS=", "GONB_TMP_DIR="+w.dir) // the latter for cells that ask for the race detector
	return command
}

// time measures command lines that build a program, and the last one, which is the program.
func (w *toolchain) time(ctx context.Context, program string, env []string, lines ...[]string) (did built, err error) {
	if err := os.WriteFile(filepath.Join(w.dir, "main.go"), []byte(program), 0o644); err != nil {
		return did, err
	}
	begin := time.Now()
	for _, line := range lines {
		command := w.command(ctx, line...)
		if filepath.Dir(line[0]) == w.tools {
			command.Env = append(command.Env, env...)
		}
		var complaints bytes.Buffer
		command.Stderr = &complaints
		beginOne := time.Now()
		printed, err := command.Output()
		did = built{string(printed), time.Since(begin).Seconds(), time.Since(beginOne).Seconds(), did.processor}
		if command.ProcessState != nil {
			did.processor += (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
		}
		if err != nil {
			return did, fmt.Errorf("%s: %w\n%s%s\n%s", line[0], err, printed, &complaints, program)
		}
	}
	return did, nil
}
