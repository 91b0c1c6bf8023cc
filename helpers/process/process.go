// Package process asks the operating system what notebooks 02-processes-and-threads and 03-what-for
// measure: how much memory a process takes, and what the limits of a container leave. It also
// starts this very program once more, as a child.
//
// Limits are those of Linux' control groups, version 2. Where there are none, as on macOS, nothing
// is limited.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// Self returns the command that runs this program once more, with these arguments. It is not yet
// started, and what it prints goes nowhere until its Stdout is set.
func Self(args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0] // Start says what is wrong with it
	}
	return exec.Command(program, args...)
}

// Memory returns how much memory a process takes, in KB of 1,024 bytes. On Linux, what several
// processes share is divided among them (the proportional set size); elsewhere each counts all of
// it (the resident set size). When it is the calling process, Go's memory that is not in use is
// given back before. Where the system does not tell, as for a process that has ended, the program
// ends with a sentence: what a cell computes of it would be wrong.
func Memory(pid int) (kilobytes float64) {
	if pid == os.Getpid() {
		debug.FreeOSMemory()
	}
	text, err := read(fmt.Sprintf("proc/%d/smaps_rollup", pid))
	_, found, _ := strings.Cut(text, "\nPss:")
	if err != nil || found == "" {
		var output []byte
		output, err = exec.Command("ps", "-o", "rss=", "-p", fmt.Sprint(pid)).Output()
		found = string(output)
	}
	if err == nil {
		_, err = fmt.Sscan(found, &kilobytes)
	}
	if err != nil {
		fmt.Printf("How much memory process %d takes is not known: %v\n", pid, err)
		exit(1)
	}
	return kilobytes
}

// Allowed returns how many of the threads or processes that one wants may be made: all of them, or
// about half of those that the container's limit (pids.max) leaves, and at least 1.
func Allowed(want int) int {
	var most, now int
	limit, err := read("sys/fs/cgroup/pids.max") // a number, or "max"
	if err != nil {
		return want
	}
	used, err := read("sys/fs/cgroup/pids.current")
	if err != nil {
		return want
	}
	if _, err := fmt.Sscan(limit+" "+used, &most, &now); err != nil { // no limit
		return want
	}
	return max(1, min(want, (most-now)/2+1))
}

// FreeMemory returns how many bytes can still be had, and whether that is known: what the machine
// has left (MemAvailable) or, where that is less, what the container's limit (memory.max) leaves.
func FreeMemory() (bytes int, known bool) {
	var kilobytes, most, used int
	if scan("proc/meminfo", "MemAvailable:", &kilobytes) {
		bytes, known = kilobytes<<10, true
	}
	if scan("sys/fs/cgroup/memory.max", "", &most) && scan("sys/fs/cgroup/memory.stat", "anon ", &used) {
		if left := max(most-used, 0); !known || left < bytes {
			bytes, known = left, true
		}
	}
	return bytes, known
}

// CPULimit returns how many cores' time the container's limit (cpu.max) gives this process, and
// whether there is a limit. It is the least of its control group's and of those that this one is
// in.
func CPULimit() (cores float64, limited bool) {
	groups, err := read("proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	_, group, _ := strings.Cut("\n"+groups, "\n0::")
	group, _, _ = strings.Cut(group, "\n")
	for group = path.Join("/", group); ; group = path.Dir(group) {
		var quota, period float64 // microseconds; where there is no limit the quota is "max"
		if text, err := read("sys/fs/cgroup" + path.Join(group, "cpu.max")); err == nil {
			if _, err := fmt.Sscan(text, &quota, &period); err == nil && period > 0 {
				if of := quota / period; !limited || of < cores {
					cores, limited = of, true
				}
			}
		}
		if group == "/" {
			return cores, limited
		}
	}
}

// CPUTime returns for how long this process has had cores until now, all cores together.
func CPUTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // neither argument can be wrong
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// scan reads the number behind a word of a file, and reports whether there is one.
func scan(file, word string, n *int) bool {
	text, err := read(file)
	if err != nil {
		return false
	}
	_, after, found := strings.Cut(text, word)
	if !found {
		return false
	}
	_, err = fmt.Sscan(after, n)
	return err == nil
}

func read(file string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, file))
	return string(text), err
}

// Tests have another root, and do not end.
var (
	root = "/"
	exit = os.Exit
)
