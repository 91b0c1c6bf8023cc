// Package detector runs one cell of notebooks 01-multi-threading, 05-the-gil and 06-shared-memory under Go's race detector, without
// changing how the cells after it are built, as %goflags -race would.
package detector

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// On, as the first line of a cell's main, has the race detector watch the rest of it: it builds the cell once more, with go build -race,
// and becomes that program. When the detector finds a race, it reports both accesses, lets the program go on, and ends it with exit
// status 66.
//
// The build takes one to two seconds once the standard library has been built that way. The program takes 5 to 10 times the memory and 2
// to 20 times the time (https://go.dev/doc/articles/race_detector). Only races that happen in this run are found.
//
// Outside a notebook, or when the build fails, On says so in one line and ends the program with status 1.
func On() {
	if enabled {
		return
	}
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		fail("detector.On works in a notebook's cell; elsewhere, use go run -race")
	}
	program := filepath.Join(dir, "with-race-detector")
	build := exec.Command("go", "build", "-race", "-o", program)
	build.Dir = dir
	if message, err := build.CombinedOutput(); err != nil {
		fail(fmt.Sprintf("the race detector needs a C compiler, and go build -race said: %v\n%s", err, message))
	}
	// By itself the detector has the program wait for a second at its end, in case goroutines that still run meet in a race.
	os.Setenv("GORACE", "atexit_sleep_ms=50 "+os.Getenv("GORACE"))
	fail(fmt.Sprint("could not start the cell again: ", syscall.Exec(program, os.Args, os.Environ())))
}

func fail(sentence string) {
	fmt.Fprintln(os.Stderr, sentence)
	os.Exit(1)
}
