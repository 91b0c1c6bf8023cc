package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/internal/notebook"
)

//go:embed cells.py
var timeCells string

// kernels runs cells on kernels that stay, and asks new ones how fast they start.
type kernels struct {
	command    *exec.Cmd
	orders     io.WriteCloser
	answers    *json.Decoder
	complaints bytes.Buffer // stock GoNB's log is in it, line by line
}

type timed struct {
	Seconds   float64
	Processor float64 // of the kernel and all below it, in steps of 0.01 s
	Printed   string
}

// openKernels starts what runs the kernels that are installed, and those in data.
func openKernels(ctx context.Context, data string) (*kernels, error) {
	k := &kernels{command: exec.CommandContext(ctx, filepath.Join(notebook.Root(), "docker/start"), "python", "-c", timeCells)}
	k.command.Env = append(os.Environ(), "JUPYTER_PATH="+data)
	k.command.Stderr = &k.complaints
	var err error
	if k.orders, err = k.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := k.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	k.answers = json.NewDecoder(out)
	return k, k.command.Start()
}

// close ends all kernels.
func (k *kernels) close() error {
	k.orders.Close()
	return k.command.Wait()
}

func (k *kernels) ask(order any, answer any) error {
	line, err := json.Marshal(order)
	if err != nil {
		return err
	}
	if _, err := k.orders.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := k.answers.Decode(answer); err != nil {
		k.close()
		return fmt.Errorf("%w\n%s", err, &k.complaints)
	}
	return nil
}

// run runs cells, of several kernels in turn.
func (k *kernels) run(cells map[string][]string) (answer map[string][]timed, err error) {
	return answer, k.ask(map[string]any{"kernels": cells}, &answer)
}

// try runs a cell of the course's kernel that may fail.
func (k *kernels) try(cell string) (float64, error) {
	var answer map[string][]timed
	if err := k.ask(map[string]any{"kernels": map[string][]string{"gonb": {cell}}, "may fail": true}, &answer); err != nil {
		return 0, err
	}
	return answer["gonb"][0].Seconds, nil
}

// end ends a kernel, so that the next cell has a new one.
func (k *kernels) end(name string) error {
	var answer struct{}
	return k.ask(map[string]string{"end": name}, &answer)
}

type freshAnswer struct{ Ready, Cell, Tab float64 }

// fresh measures a new kernel: until it is ready, its first cell and, in another new one, its first completion, all in seconds.
func (k *kernels) fresh(name, cell, tab string) (answer freshAnswer, err error) {
	return answer, k.ask(map[string]string{"fresh": name, "cell": cell, "tab": tab}, &answer)
}

// program is the last cell's program, as GoNB gave it to the compiler.
func (k *kernels) program() (string, error) {
	answer, err := k.run(map[string][]string{"gonb": {"!*cat main.go"}})
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(answer["gonb"][0].Printed, "\r", ""), nil
}

var benchLine = regexp.MustCompile(`(?m)^Benchmark[^/\s]*?(?:/(\S+?))?(?:-\d+)?\s+\d+\s+(.*)$`)

// goBench runs a package's benchmarks and returns, by name and unit, what each count of them gave. Times are in seconds.
func goBench(ctx context.Context, pkg, benchtime string, count int) (map[string]map[string][]float64, error) {
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", ".", "-benchtime", benchtime, "-count", strconv.Itoa(count), pkg)
	command.Dir = notebook.Root()
	text, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test -bench %s: %w\n%s", pkg, err, text)
	}
	results := map[string]map[string][]float64{}
	for _, match := range benchLine.FindAllStringSubmatch(string(text), -1) {
		if results[match[1]] == nil {
			results[match[1]] = map[string][]float64{}
		}
		fields := strings.Fields(match[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("go test -bench %s: %w", pkg, err)
			}
			if strings.HasPrefix(fields[i+1], "ns") {
				value /= 1e9
			}
			results[match[1]][fields[i+1]] = append(results[match[1]][fields[i+1]], value)
		}
	}
	return results, nil
}

// seconds is how long each took, but for the first, which warmed up.
func seconds(list []timed) (s []float64) {
	for _, one := range list[1:] {
		s = append(s, one.Seconds)
	}
	return s
}

var ownTime = regexp.MustCompile(`(?m)^own (\d+\.\d+)$`)

// own is what a program took itself, by its own word.
func own(printed string) float64 {
	if match := ownTime.FindStringSubmatch(strings.ReplaceAll(printed, "\r", "")); match != nil {
		took, _ := strconv.ParseFloat(match[1], 64)
		return took
	}
	return 0
}

// lessOwn is seconds, less what each program took itself.
func lessOwn(list []timed) (s []float64) {
	for _, one := range list[1:] {
		s = append(s, one.Seconds-own(one.Printed))
	}
	return s
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// withSpread writes times as median (least … greatest).
func withSpread(list []float64) string {
	unit, factor := "s", 1.0
	for _, step := range []string{"ms", "µs", "ns"} {
		if median(list)*factor < 1 {
			unit, factor = step, factor*1000
		}
	}
	figures := func(x float64) string {
		if x *= factor; x >= 100 {
			return fmt.Sprintf("%.0f", x)
		}
		return fmt.Sprintf("%.3g", x)
	}
	return fmt.Sprintf("%s %s (%s … %s)", figures(median(list)), unit, figures(slices.Min(list)), figures(slices.Max(list)))
}
