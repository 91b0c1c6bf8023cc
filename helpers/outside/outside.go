// Package outside runs one piece of work, again and again, in another process, so that notebook 04-alternatives can time it beside work of
// its own: in Python, or in a copy of the cell that is built with GOEXPERIMENT=simd.
//
//	func main() {
//		outside.Serve(product) // in a copy, this line stays and works; in the cell, it does nothing
//		simd, err := outside.Copy("GOMAXPROCS=1")
//		numpy, err := outside.Numpy(1000, "OPENBLAS_NUM_THREADS=1")
//		...
//		simd.Work()
//		numpy.Work()
//	}
//
// The work must not print to the standard output: the answers go through it. A process ends with the program that started it.
package outside

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// A Process is ready to do its work. Each of its calls is for one goroutine at a time.
type Process struct {
	name    string
	command *exec.Cmd
	orders  io.WriteCloser // a line for each piece of work
	answers *bufio.Reader  // a line for each that is done
	errors  bytes.Buffer   // what it wrote to the standard error; to be read after it has ended
}

const serving = "MULTITHREADING_OUTSIDE" // set in the environment of a copy

// Serve does work each time it is ordered to, and ends the program with the one that started it. That is in a copy; in the cell itself
// Serve returns at once.
func Serve(work func()) {
	if os.Getenv(serving) == "" {
		return
	}
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); fmt.Println("done") {
		work()
	}
	os.Exit(0)
}

// Copy builds the cell once more, with GOEXPERIMENT=simd, and starts it with the given variables added to its environment. There the call
// of [Serve] does the work. The build takes about a second once the libraries have been built that way, and half a minute before.
//
// Outside a notebook, when the build fails (as with a Go whose experiment has changed) and on processors for which Go has no such instructions
// yet, Copy returns an error of one line.
func Copy(env ...string) (*Process, error) {
	program, err := build()
	if err != nil {
		return nil, err
	}
	return start("the copy of this cell", exec.Command(program), append(env, serving+"=1"))
}

// build is done once for all copies.
var build = sync.OnceValues(func() (program string, err error) {
	if runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("Go's SIMD experiment has instructions for amd64 only, and this is %s", runtime.GOARCH)
	}
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		return "", errors.New("outside.Copy works in a notebook's cell; elsewhere, use GOEXPERIMENT=simd go run")
	}
	program = filepath.Join(dir, "with-simd")
	build := exec.Command("go", "build", "-o", program)
	build.Dir = dir
	build.Env = append(os.Environ(), "GOEXPERIMENT=simd")
	message, err := build.CombinedOutput()
	// The cell itself has been built, so this is not the student's fault.
	if strings.Contains(string(message), "archsimd") || strings.Contains(string(message), "unknown GOEXPERIMENT") {
		return "", fmt.Errorf(
			"Go's SIMD experiment is not the same in each version, and in %s it is not the one that this library was written for",
			runtime.Version())
	}
	if err != nil {
		return "", fmt.Errorf("GOEXPERIMENT=simd go build said: %v %s", err, oneLine(message))
	}
	return program, nil
})

// Python starts python3 with source, which defines the function work, and with the given variables added to its environment. Python's
// state stays from one piece of work to the next. Without python3, or when source cannot be run (as without numpy), Python returns an
// error of one line.
func Python(source string, env ...string) (*Process, error) {
	const serve = `
import sys
for order in sys.stdin:
    work()
    print("done", flush=True)
`
	return start("python3", exec.Command("python3", "-c", source+"\n"+serve), env)
}

// Numpy is [Python] with the product of two random matrices of n × n float32 as its work.
func Numpy(n int, env ...string) (*Process, error) {
	return Python(fmt.Sprintf(`
import numpy as np
a, b = np.random.rand(2, %d, %[1]d).astype(np.float32)
def work(): a @ b
`, n), env...)
}

// start returns a process that has done its work once: so what it needs is there, and its first piece of work is not a slow one.
func start(name string, command *exec.Cmd, env []string) (*Process, error) {
	p := &Process{name: name, command: command}
	command.Env = append(os.Environ(), env...)
	command.Stderr = &p.errors
	orders, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.orders, p.answers = orders, bufio.NewReader(answers)
	if err := command.Start(); err != nil {
		return nil, err
	}
	return p, p.work()
}

// work returns an error of one line when the process has ended, or answers what it should not; then the process is over.
func (p *Process) work() error {
	fmt.Fprintln(p.orders) // An error shows in the answer.
	answer, err := p.answers.ReadString('\n')
	if err == nil && answer == "done\n" {
		return nil
	}
	p.command.Process.Kill()
	p.Close()
	if err == nil {
		return fmt.Errorf("%s printed %q: the work must print nothing", p.name, strings.TrimSpace(answer))
	}
	return fmt.Errorf("%s ended: %s", p.name, oneLine(p.errors.Bytes()))
}

// oneLine is the last line of a message, where compilers and interpreters say what is wrong.
func oneLine(message []byte) string {
	lines := strings.Split(strings.TrimSpace(string(message)), "\n")
	return lines[len(lines)-1]
}

// Work has the process do its work once, and waits until that is done. It panics when the process has ended.
func (p *Process) Work() {
	if err := p.work(); err != nil {
		panic(err)
	}
}

// Close ends the process and waits until it has ended.
func (p *Process) Close() {
	p.orders.Close()
	p.command.Wait()
}
