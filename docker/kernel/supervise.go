package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Two processes watch over one GoNB:
//
//	JupyterLab ── outer ── inner ── GoNB ── the cell, go build, gopls, what the cell started
//
// JupyterLab ends a kernel by killing its process group, and with it whoever waits there to tidy up. So the inner one lives in
// a session of its own and holds one end of a pipe; when the outer one ends, for whatever reason, the pipe closes, and the inner
// one ends all that is left. The outer one does the same should the inner one be killed.

// innerFlag, as first argument, marks the inner process. What follows it is GoNB's command line.
const innerFlag = "-inner"

// superviseKernel runs command (GoNB and its arguments) and returns its exit code once no process that it started is left.
func superviseKernel(command []string) (int, error) {
	if len(command) > 1 && command[0] == innerFlag {
		return superviseInner(command[1:])
	}
	if len(command) == 0 {
		return 0, errors.New("say what to run: kernel GONB [ARGUMENT...]")
	}
	return superviseOuter(command)
}

func superviseOuter(command []string) (int, error) {
	runtime.LockOSThread() // Linux sends the parent-death signal when the thread ends that made the child.
	server := os.Getppid()
	scratch, err := newScratch()
	if err != nil {
		return 0, err
	}
	defer scratch.remove()
	adoptOrphans()

	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	inner := exec.Command(self, append([]string{innerFlag}, command...)...)
	inner.Env = append(os.Environ(), "TMPDIR="+scratch.dir)
	// An editor may start the kernel with nothing but its kernelspec. Go wants a home, for its caches.
	if os.Getenv("HOME") == "" {
		if account, err := user.Current(); err == nil {
			inner.Env = append(inner.Env, "HOME="+account.HomeDir)
		}
	}
	inner.Stdout, inner.Stderr = os.Stdout, os.Stderr
	inner.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	alive, err := inner.StdinPipe() // Nothing is ever written to it: it tells the inner process that this one lives.
	if err != nil {
		return 0, err
	}
	if err := inner.Start(); err != nil {
		return 0, err
	}

	// JupyterLab interrupts GoNB by message, never by signal. A signal to this process is somebody's wish to end the kernel.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGHUP)
	signal.Ignore(syscall.SIGINT) // Ctrl-C in the terminal of JupyterLab: it asks first, and ends its kernels itself.
	go func() {
		// A killed server gives no signal on macOS, so ask every second. A new parent means that the old one is gone.
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for os.Getppid() == server {
			select {
			case <-tick.C:
			case <-stop:
				alive.Close()
				return
			}
		}
		alive.Close()
	}()

	err = inner.Wait()
	endDescendants()
	if os.Getppid() != server {
		os.Remove(connectionFile(command)) // Else the server does it, and it may want to start the kernel anew with the same file.
	}
	return exitCode(err)
}

// connectionFile is the file from which GoNB learns its addresses and its key, "" where it is given none.
func connectionFile(command []string) string {
	for _, argument := range command {
		if file, ok := strings.CutPrefix(argument, "-kernel="); ok {
			return file
		}
	}
	return ""
}

func superviseInner(command []string) (int, error) {
	runtime.LockOSThread()
	adoptOrphans()
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP) // The pipe alone says when to end.
	gonb := exec.Command(command[0], command[1:]...)
	gonb.Stdout, gonb.Stderr = os.Stdout, os.Stderr
	gonb.SysProcAttr = dieWithParent()
	if err := gonb.Start(); err != nil {
		return 0, err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin) // Returns when the outer process has ended or wants the end.
		gonb.Process.Kill()
	}()
	err := gonb.Wait()
	endDescendants()
	return exitCode(err)
}

// exitCode turns what Wait returned into a code for os.Exit: 128 + the signal's number for a killed process, as a shell does.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

// scratch is the temporary folder of one kernel. All that GoNB, go build and the cells leave in it goes with the kernel.
type scratch struct {
	dir  string
	lock *os.File
}

const scratchPrefix = "gonb-kernel-"

// newScratch makes the folder, and removes those of kernels that could not do so themselves (the power went, say).
func newScratch() (*scratch, error) {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), scratchPrefix+"*"))
	for _, dir := range old {
		if strings.HasSuffix(dir, ".lock") {
			continue
		}
		// A kernel that lives holds the lock. No lock file: it is just being made, or not ours.
		lock, err := os.OpenFile(dir+".lock", os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			(&scratch{dir, lock}).remove()
		} else {
			lock.Close()
		}
	}

	dir, err := os.MkdirTemp("", scratchPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return &scratch{dir, lock}, nil
}

// remove leaves what cannot be removed to the next kernel that starts.
func (s *scratch) remove() {
	os.RemoveAll(s.dir)
	os.Remove(s.lock.Name())
	s.lock.Close()
}
