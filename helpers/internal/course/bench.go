package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

const rounds = 12 // of which the first two warm up and do not count

//go:embed cells.py
var timeCells string

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

// bench prints how long cells take, as ratios within one run.
func bench(ctx context.Context) error {
	course := notebook.Root()
	dir, err := os.MkdirTemp("", "course-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	// A stock GoNB: as its own installer sets it up, with this module in its workspace, and none of our settings.
	install := exec.CommandContext(ctx, filepath.Join(course, ".venv/bin/gonb"), "-install", "-go_work="+course)
	install.Env = append(os.Environ(), "JUPYTER_DATA_DIR="+dir)
	if text, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("gonb -install: %w\n%s", err, text)
	}
	if err := os.Rename(filepath.Join(dir, "kernels/gonb"), filepath.Join(dir, "kernels/stock")); err != nil {
		return err
	}

	fmt.Printf("%d rounds of each, the first two not counted; medians, with the least and the greatest\n\n", rounds)
	cells := func(source string) (list []string) {
		for i := range rounds {
			list = append(list, fmt.Sprintf(source, i))
		}
		return list
	}
	results, err := runCells(ctx, dir, map[string][]string{
		"gonb": slices.Concat(cells(helperCell), cells(lostUpdateGo)), "stock": cells(helperCell), "python3": slices.Concat(cells(lostUpdatePython)),
	})
	if err != nil {
		return err
	}
	bare, err := bareToolchain(ctx, dir)
	if err != nil {
		return err
	}
	ours := lessOwn(results["gonb"][:rounds])
	stock := lessOwn(results["stock"])
	fmt.Println("A cell that calls a helper, from request to reply, less the program's own time:")
	row("this course", ours)
	row("goimports, go build with default flags, start", bare)
	row("stock GoNB", stock)
	ratio("this course : bare toolchain", ours, bare, 0.80)
	ratio("this course : stock GoNB", ours, stock, 0.45)

	goUpdate, pythonUpdate := seconds(results["gonb"][rounds:]), seconds(results["python3"])
	fmt.Println("\nThe cell that loses updates, from request to reply:")
	row("this course", goUpdate)
	row("Python with sleep(0), in ipykernel", pythonUpdate)
	ratio("this course : ipykernel", goUpdate, pythonUpdate, 0.35)
	return nil
}

type timed struct {
	Seconds float64
	Printed string
}

// runCells runs the cells of several kernels in turn.
func runCells(ctx context.Context, data string, kernels map[string][]string) (map[string][]timed, error) {
	input, err := json.Marshal(map[string]any{"kernels": kernels})
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, filepath.Join(notebook.Root(), "docker/start"), "python", "-c", timeCells)
	command.Env = append(os.Environ(), "JUPYTER_PATH="+data)
	command.Stdin = bytes.NewReader(input)
	var complaints bytes.Buffer // stock GoNB's log is in it, line by line
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, &complaints)
	}
	var results map[string][]timed
	return results, json.Unmarshal(output, &results)
}

// bareToolchain does by hand what a kernel must do for helperCell: goimports, go build, start. Default flags, in a workspace like GoNB's.
func bareToolchain(ctx context.Context, dir string) ([]float64, error) {
	work := filepath.Join(dir, "bare")
	if err := os.Mkdir(work, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"go.mod": "module bare\n\ngo 1.26\n", "go.work": "go 1.26.0\n\nuse (\n\t.\n\t" + notebook.Root() + "\n)\n"} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	var list []timed
	for i := range rounds {
		if err := os.WriteFile(filepath.Join(work, "main.go"), []byte("package main\n\n"+fmt.Sprintf(helperCell, i)), 0o644); err != nil {
			return nil, err
		}
		begin := time.Now()
		var printed []byte
		for _, line := range [][]string{{"goimports", "-w", "main.go"}, {"go", "build", "-o", "bare"}, {filepath.Join(work, "bare")}} {
			command := exec.CommandContext(ctx, line[0], line[1:]...)
			command.Dir = work
			command.Env = append(os.Environ(), "GOFLAGS=")
			var err error
			if printed, err = command.CombinedOutput(); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", line[0], err, printed)
			}
		}
		list = append(list, timed{time.Since(begin).Seconds(), string(printed)})
	}
	return lessOwn(list), nil
}

func seconds(list []timed) (s []float64) {
	for _, one := range list[2:] {
		s = append(s, one.Seconds)
	}
	slices.Sort(s)
	return s
}

var own = regexp.MustCompile(`(?m)^own (\d+\.\d+)$`)

// lessOwn takes from each time what the program took itself, by its own word.
func lessOwn(list []timed) (s []float64) {
	for _, one := range list[2:] {
		if match := own.FindStringSubmatch(strings.ReplaceAll(one.Printed, "\r", "")); match != nil {
			took, _ := strconv.ParseFloat(match[1], 64)
			one.Seconds -= took
		}
		s = append(s, one.Seconds)
	}
	slices.Sort(s)
	return s
}

func median(sorted []float64) float64 { return sorted[len(sorted)/2] }

func row(name string, sorted []float64) {
	fmt.Printf("  %-46s %4.0f ms (%.0f … %.0f)\n", name, median(sorted)*1000, sorted[0]*1000, sorted[len(sorted)-1]*1000)
}

func ratio(name string, ours, theirs []float64, goal float64) {
	fmt.Printf("  %-46s %.2f (goal: at most %.2f)\n", name, median(ours)/median(theirs), goal)
}
