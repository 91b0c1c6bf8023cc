// Package python runs real CPython for notebook 05-the-gil. The Python source stands in the cell.
//
//	python.Run(`print("hello")`) // prints what Python prints
//
// A Python that is not on the machine gives one line that says so, and the program goes on. An interrupt ends the Python program and then this
// one.
package python

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// MaxTime is how long a Python program may take; then it is ended, and that is an error.
const MaxTime = time.Minute

// An Interpreter is a CPython on this machine.
type Interpreter struct {
	Name    string // the command, such as "python3.13"
	Version string // in full, such as "3.13.0", or "3.14.0 free-threaded"

	file string
}

// Find looks for the command python followed by version on the PATH: "3" for the machine's usual Python, "3.9" for a certain one,
// "3.14t" for a free-threaded one. What pyenv has installed is found too, when pyenv's commands are on the PATH.
//
// The error is one line, for printing: the command is not there, does not work, or is not CPython.
func Find(version string) (Interpreter, error) {
	name := "python" + version
	if _, err := exec.LookPath(name); err != nil {
		return Interpreter{}, fmt.Errorf("%s is not on this machine", name)
	}
	const ask = `
import sys, sysconfig
free = " free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print(sys.implementation.name, sys.executable, sys.version.split()[0] + free, sep="\n")
`
	command := exec.Command(name, "-c", ask)
	command.Env = append(os.Environ(), pyenv()...)
	answer, err := command.Output()
	lines := strings.Split(strings.TrimSpace(string(answer)), "\n")
	switch {
	case err != nil || len(lines) != 3:
		// pyenv has a command for each version that any of its Pythons has, and most of them only say that they are not for use.
		return Interpreter{}, fmt.Errorf("%s does not work on this machine", name)
	case lines[0] != "cpython":
		return Interpreter{}, fmt.Errorf("%s is %s on this machine, not CPython", name, lines[0])
	}
	return Interpreter{Name: name, Version: lines[2], file: lines[1]}, nil
}

// pyenv returns the setting with which pyenv's commands find every Python that it has installed, not only the one that is chosen.
var pyenv = sync.OnceValue(func() []string {
	versions, err := exec.Command("pyenv", "versions", "--bare").Output()
	if err != nil {
		return nil
	}
	return []string{"PYENV_VERSION=" + strings.Join(strings.Fields(string(versions)), ":")}
})

// Output runs source as a program of its own, with the arguments in sys.argv[1:], and returns what it printed. When the program fails, the
// error is one line, the last of what Python said.
func (i Interpreter) Output(source string, arguments ...string) (string, error) {
	var output, complaints bytes.Buffer
	err := i.run(&output, &complaints, source, arguments)
	if said := strings.TrimSpace(complaints.String()); err != nil && said != "" {
		err = fmt.Errorf("%s: %s", i.Name, said[strings.LastIndex(said, "\n")+1:])
	}
	return output.String(), err
}

// run writes the source into a file, because a process that multiprocessing starts reads the program once more.
func (i Interpreter) run(output, complaints io.Writer, source string, arguments []string) error {
	if i.file == "" {
		return errors.New("no Python: python.Find has not found this one")
	}
	dir, err := os.MkdirTemp("", "python-cell-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "cell.py")
	if err := os.WriteFile(program, []byte(source), 0o600); err != nil {
		return err
	}
	// A student who interrupts the cell means Python too, which would otherwise go on alone.
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	timeout, cancel := context.WithTimeout(interrupted, MaxTime)
	defer cancel()
	command := exec.CommandContext(timeout, i.file, append([]string{"-u", program}, arguments...)...)
	command.Stdout, command.Stderr = output, complaints
	// A KeyboardInterrupt lets Python end the processes that it has started itself. Who has not ended after a second is killed.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = time.Second
	err = command.Run()
	if interrupted.Err() != nil {
		os.RemoveAll(dir)
		os.Exit(1)
	}
	if timeout.Err() != nil {
		return fmt.Errorf("%s was ended after %v", i.Name, MaxTime)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", i.Name, err)
	}
	return nil
}

// Output is [Interpreter.Output] of the machine's usual python3.
func Output(source string, arguments ...string) (string, error) {
	usual, err := Find("3")
	if err != nil {
		return "", err
	}
	return usual.Output(source, arguments...)
}

// Run runs source with the machine's usual python3, and reports whether that went well. What it prints, and
// what it complains of, appears at once. An error is printed as one line.
func Run(source string) bool {
	usual, err := Find("3")
	if err == nil {
		err = usual.run(os.Stdout, os.Stderr, source, nil)
	}
	if err != nil {
		fmt.Println(err)
	}
	return err == nil
}
