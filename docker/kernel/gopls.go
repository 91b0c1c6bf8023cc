package main

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// goplsCommand is the "gopls" that GoNB finds. Asked to listen, as GoNB asks, it becomes command completion. Asked for anything else, it
// becomes the real one, within bounds: at low priority, on one core and in bounded memory. Completion may wait; a cell may not.
func goplsCommand(args []string) error {
	if len(args) > 0 && args[0] == "-listen" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		if self, err = filepath.EvalSymlinks(self); err != nil {
			return err
		}
		return syscall.Exec(filepath.Join(filepath.Dir(self), "completion"), append([]string{"completion"}, args...), os.Environ())
	}
	if os.Getenv("COURSE_SETUP") == "" { // in docker/setup itself, that is the step that asks
		awaitSetup("gopls")
		awaitSetup("completion")
	}
	real, err := findAfterSelf("gopls")
	if err != nil {
		return err
	}
	os.Setenv("GOMAXPROCS", "1")
	os.Setenv("GOGC", "25") // Two thirds of the memory for a sixth more work.
	os.Setenv("GOMEMLIMIT", "200MiB")
	runtime.LockOSThread() // Linux gives a priority to a thread, and the thread that calls Exec is the one that goes on.
	syscall.Setpriority(syscall.PRIO_PROCESS, 0, 5)
	endWithParent()
	limitData(1 << 30) // GOMEMLIMIT is a wish; this is the end.
	return syscall.Exec(real, append([]string{"gopls"}, args...), os.Environ())
}

// limitData ends this process, and what it becomes, when it wants more than this number of bytes of memory of its own.
func limitData(bytes uint64) {
	syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: bytes, Max: bytes})
}
