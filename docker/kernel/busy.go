package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// awaitSetup waits while docker/setup, behind a Lab that has just been opened, is at the step of this name: what is asked for is being
// built already. A step that has not begun is not waited for: the caller builds then what it needs, and the step will find it.
func awaitSetup(step string) { awaitStep(stamps(), step) }

func awaitStep(stamps, step string) {
	busy := filepath.Join(stamps, step+".busy")
	for waited := time.Duration(0); waited < 3*time.Minute; waited += 200 * time.Millisecond {
		number, err := os.ReadFile(busy)
		if err != nil {
			return
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(number)))
		if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			return // ended in the middle
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// exploreCommand is the "explore" that a cell finds: the real one, which docker/setup may still be building.
func exploreCommand(args []string) error {
	awaitSetup("explore")
	real, err := findAfterSelf("explore")
	if err != nil {
		return fmt.Errorf("%w: run make setup in the course's folder", err)
	}
	return syscall.Exec(real, append([]string{"explore"}, args...), os.Environ())
}

// stamps is docker/setup's folder, beside the one that this program is in.
func stamps() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(filepath.Dir(self)), "stamps")
}

// awaitLibraries waits for what a build of these arguments asks for that docker/setup builds once: with the race detector, or with SIMD.
func awaitLibraries(args []string) {
	if slices.Contains(args, "-race") || slices.Contains(strings.Fields(os.Getenv("GOFLAGS")), "-race") {
		awaitSetup("race")
	}
	if strings.Contains(os.Getenv("GOEXPERIMENT"), "simd") {
		awaitSetup("simd")
	}
}
