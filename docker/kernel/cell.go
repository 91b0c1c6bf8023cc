package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A cell's program runs below a process of this command, which GoNB takes for the program itself:
//
//	GoNB ── kernel (under the name gonb_xxxxxxxx) ── the cell's program, what it started
//
// It passes output on up to a bound, interrupts, and ends with the program all that the program started. Without it, a cell that prints for
// ever fills GoNB's queue (1.5 GB in 15 s) and is seen to stop 40 s after the interrupt; one that eats memory takes the machine with it;
// and a process left behind holds the cell's output open, so that the cell never ends.

const (
	// programSuffix is what the file of a cell's program is called besides the name that GoNB knows.
	programSuffix = ".program"

	// bounded, in the environment, says that the process is below one that holds it in bounds.
	bounded = "GONB_BOUNDED"
	// boundedFlag, as first argument, asks to run what follows it within bounds.
	boundedFlag = "-bounded"

	// What one cell may do. No cell of the course comes near.
	outputLimit  = 500_000 // bytes a stream: JupyterLab shows ten thousand lines at once, not a hundred thousand
	memoryLimit  = 1 << 30 // bytes in use, or half of what there is
	processLimit = 400     // at once; compose.yaml's pids_limit leaves room for as many
	fileLimit    = 1 << 30 // bytes a file: writing more is an error in the program, "file too large"
	openLimit    = 1 << 16 // open files and sockets

	// The first writes of a cell go to GoNB as they come, so that text and pictures keep their order. Whoever writes on and on is passed on
	// in pieces: each piece is a message to JupyterLab, and it can take some fifty a second.
	quickWrites = 500
	pace        = 20 * time.Millisecond

	// interruptGrace is how long an interrupted program may tidy up. GoNB itself kills after 5 s.
	interruptGrace = 3 * time.Second
	// orphanGrace is how long a program's children may outlive it before they are called left behind.
	orphanGrace = 200 * time.Millisecond
)

// boundBuild changes the arguments of GoNB's build of a cell so that the program is written beside the name that GoNB will start, and puts
// this command under that name. Other builds stay as they are.
func boundBuild(args []string) ([]string, error) {
	dir, err := os.Getwd()
	if err != nil || !strings.HasPrefix(filepath.Base(dir), "gonb_") {
		return args, nil
	}
	for i := 1; i < len(args); i++ {
		if args[i-1] != "-o" || filepath.Base(args[i]) != filepath.Base(dir) || filepath.Dir(args[i]) != dir {
			continue
		}
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		if err := os.Symlink(self, args[i]); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		changed := append([]string(nil), args...)
		changed[i] += programSuffix
		return changed, nil
	}
	return args, nil
}

// scriptCommand is the interpreter that GoNB finds in PATH for a cell's script: the real one, within bounds.
func scriptCommand(name string, args []string) (int, error) {
	real, err := findAfterSelf(name)
	if err != nil {
		return 0, err
	}
	if os.Getenv(bounded) != "" {
		return 0, syscall.Exec(real, append([]string{name}, args...), os.Environ())
	}
	return runBounded(real, args...)
}

// environment is the environment of a program in bounds. Whatever it starts finds the real programs, with nothing in between.
func environment() []string {
	var path []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if link, err := os.Readlink(filepath.Join(dir, "gopls")); err != nil || filepath.Base(link) != "kernel" {
			path = append(path, dir)
		}
	}
	return append(os.Environ(), bounded+"=1", "PATH="+strings.Join(path, string(os.PathListSeparator)))
}

// runBounded runs a program with this process's input and environment, and returns its exit code once nothing that it started is left. A
// program that a signal has ended takes this process with it in the same way, so that GoNB tells which.
func runBounded(path string, args ...string) (int, error) {
	runtime.LockOSThread() // Linux sends the parent-death signal when the thread ends that made the child.
	adoptOrphans()
	limit(syscall.RLIMIT_FSIZE, fileLimit)
	limit(syscall.RLIMIT_NOFILE, openLimit)

	program := exec.Command(path, args...)
	program.Env = environment()
	program.Stdin = os.Stdin
	program.SysProcAttr = dieWithParent()
	valve := valve{quick: quickWrites, pace: pace}
	var streams []*stream
	for name, to := range map[string]*os.File{"standard output": os.Stdout, "standard error": os.Stderr} {
		from, write, err := os.Pipe()
		if err != nil {
			return 0, err
		}
		s := &stream{name: name, from: from, program: write, to: to, valve: &valve}
		streams = append(streams, s)
		if to == os.Stdout {
			program.Stdout = write
		} else {
			program.Stderr = write
		}
	}
	var pid int
	pictures, err := newPictures(func() {
		endGroup(pid)
		valve.say(fmt.Sprintf("This cell was ended: it showed more than %d MB of pictures. Show fewer or smaller ones.", pictureLimit>>20))
	})
	if err != nil {
		return 0, err
	}
	if pictures != nil {
		program.Env = append(program.Env, pictures.environment()...)
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	if err := program.Start(); err != nil {
		return 0, err
	}
	var copying sync.WaitGroup
	for _, s := range streams {
		s.program.Close()
		copying.Go(s.pass)
	}
	pid = program.Process.Pid
	if pictures != nil {
		pictures.start()
	}
	killFirst(pid)
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		if why := watch(pid, ended); why != "" {
			endGroup(pid)
			valve.say(why)
		}
	})
	go func() {
		for {
			select {
			case <-interrupts:
				program.Process.Signal(os.Interrupt)
				time.AfterFunc(interruptGrace, func() {
					select {
					case <-ended:
					default:
						endGroup(pid)
					}
				})
			case <-ended:
				return
			}
		}
	}()

	err = program.Wait()
	close(ended)
	watching.Wait()
	if childrenLeft(orphanGrace) {
		endGroup(pid) // All at once, however fast they multiply; then those that have left the group.
		endDescendants()
		valve.say("A process that this cell had started was still running, and has been ended with the cell. Wait for it in the cell (cmd.Wait).")
	}
	copying.Wait()
	if pictures != nil {
		pictures.end()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			endBy(status.Signal())
		}
	}
	return exitCode(err)
}

// limit lowers a limit of this process and of what it starts.
func limit(resource int, to uint64) {
	var now syscall.Rlimit
	if syscall.Getrlimit(resource, &now) == nil {
		now.Max = min(now.Max, to)
		now.Cur = min(now.Cur, now.Max)
		syscall.Setrlimit(resource, &now)
	}
}

// endGroup kills the program's process group: the program, and all of its children that have not left the group.
func endGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }

// endBy ends this process by a signal, where that is a quiet end.
func endBy(s syscall.Signal) {
	switch s {
	case syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP:
		signal.Reset(s)
		syscall.Kill(os.Getpid(), s)
		time.Sleep(time.Second) // It comes at once.
	}
}

// childrenLeft waits until this process has no children left, and tells whether it still has some after so long.
func childrenLeft(grace time.Duration) bool {
	for end := time.Now().Add(grace); ; {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.ECHILD {
			return false
		}
		if pid > 0 {
			continue
		}
		if time.Now().After(end) {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// A valve counts what all streams of a cell write. It is locked while a piece is passed on, so that the other stream's waits its turn.
type valve struct {
	sync.Mutex
	quick  int           // the number of writes that go at once,
	pace   time.Duration // and then one in this time
	writes int
	since  time.Time // when writes was counted last
}

// rest waits when there have been many writes.
func (v *valve) rest() {
	earned := int(time.Since(v.since) / v.pace)
	v.writes, v.since = max(0, v.writes-earned), v.since.Add(time.Duration(earned)*v.pace)
	if v.writes++; v.writes > v.quick {
		time.Sleep(v.pace)
	}
}

// say tells the student something, in a line of its own.
func (v *valve) say(sentence string) {
	v.Lock()
	defer v.Unlock()
	fmt.Fprintf(os.Stderr, "\n%s\n", sentence)
}

// A stream is a program's standard output or standard error.
type stream struct {
	name          string
	from, program *os.File // the two ends of the pipe
	to            *os.File
	valve         *valve
	held          []byte // of standard error: the beginning of a line whose end has not come yet
	traces        traces // of standard error
}

// pass passes on what the program writes, up to outputLimit, and reads the rest so that the program goes on.
func (s *stream) pass() {
	for left := outputLimit; left > 0; {
		if !waitReadable(s.from) {
			s.finish()
			return
		}
		s.valve.Lock()
		pass := passPiece
		if s.to == os.Stderr {
			pass = s.passLines
		}
		n, err := pass(s.to, s.from, left)
		s.valve.rest()
		s.valve.Unlock()
		if err != nil {
			s.finish() // The program has closed its end, or GoNB has ended.
			return
		}
		left -= n
	}
	s.finish()
	s.valve.say(fmt.Sprintf("This cell has written more than %d KB to its %s. The rest is left out. "+
		"If it does not end by itself, end it with the button ■ (Interrupt the kernel).", outputLimit/1000, s.name))
	io.Copy(io.Discard, s.from)
}

// finish passes on what has been held back.
func (s *stream) finish() {
	s.valve.Lock()
	defer s.valve.Unlock()
	text := ""
	if len(s.held) > 0 {
		text = s.traces.line(string(s.held))
		s.held = nil
	}
	io.WriteString(s.to, text+s.traces.end()) // if it fails, GoNB has gone, and nobody reads
}

// waitReadable waits until there is something to read, and tells whether there is: not where all writers have gone.
func waitReadable(pipe *os.File) bool {
	poll := []unix.PollFd{{Fd: int32(pipe.Fd()), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(poll, -1); err != unix.EINTR {
			return err == nil && poll[0].Revents&unix.POLLIN != 0
		}
	}
}

// lineGrace is how long the beginning of a line waits for the rest of it.
var lineGrace = 30 * time.Millisecond

// passLines copies what it can read at once, but not more than most bytes, and not the beginning of a line whose end is
// just coming. A stack trace is written in pieces of a few letters, and GoNB, which puts the cell's line in the place of
// the program's, looks at each piece by itself. It returns how much it has passed on.
func (s *stream) passLines(to, from *os.File, most int) (int, error) {
	piece := make([]byte, min(most, 32<<10))
	n, err := from.Read(piece)
	s.held = append(s.held, piece[:n]...)
	whole := bytes.LastIndexAny(s.held, "\r\n") + 1
	if rest := len(s.held) - whole; rest > 4<<10 || rest > 0 && !moreWithin(from, lineGrace) {
		whole = len(s.held)
	}
	var shown strings.Builder
	for line := range bytes.Lines(s.held[:whole]) {
		shown.WriteString(s.traces.line(string(line)))
	}
	io.WriteString(to, shown.String()) // as in finish
	s.held = append([]byte(nil), s.held[whole:]...)
	return shown.Len(), err
}

// moreWithin waits so long until there is something to read, and tells whether there is.
func moreWithin(pipe *os.File, grace time.Duration) bool {
	poll := []unix.PollFd{{Fd: int32(pipe.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(poll, int(grace.Milliseconds()))
	return err == nil && n > 0 && poll[0].Revents&unix.POLLIN != 0
}

// copyPiece copies what it can read at once, but not more than most bytes.
func copyPiece(to, from *os.File, most int) (int, error) {
	piece := make([]byte, min(most, 32<<10))
	n, err := from.Read(piece)
	to.Write(piece[:n]) // as in finish
	return n, err
}

// watch looks at the program until it ends or uses more than it may, and says the latter in a sentence.
func watch(pid int, ended <-chan struct{}) string {
	memory := min(memoryLimit, memoryHere()/2)
	tick := time.NewTicker(50 * time.Millisecond) // A program can fill some 4 GB a second.
	defer tick.Stop()
	tasks := tasksHere()
	for {
		select {
		case <-ended:
			return ""
		case <-tick.C:
		}
		if memoryOf(pid) > memory {
			return fmt.Sprintf("This cell was ended: it used more than %d MB of memory, and would have taken all there is. "+
				"Look for what grows without end, or make the numbers smaller.", memory>>20)
		}
		// To look at every process there is takes milliseconds; the number of all tasks tells when it is worth it.
		if now := tasksHere(); now > tasks+processLimit {
			if len(descendants(os.Getpid())) > processLimit {
				return fmt.Sprintf("This cell was ended: it had started more than %d processes. "+
					"Look for a loop that starts them without end, or wait for some (cmd.Wait) before you start more.", processLimit)
			}
			tasks = now
		}
	}
}
