package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// goCommand is the "go" that GoNB finds. It differs from the real one in these things.
//
// "go get" with nothing to get, which a line %autoget has GoNB run before every cell, ends at once: it takes longer than the build, asks
// the network, and finds nothing that go.mod does not have.
//
// The program of a cell is built so that it runs within bounds (boundBuild), and mostly without the go command (build).
//
// Where the build cache cannot be written, one in the kernel's temporary folder is used (cacheInstead).
//
// Of a build that fails, the student reads what explain makes of it.
func goCommand(args []string) (int, error) {
	if slices.Equal(args, []string{"get"}) || slices.Equal(args, []string{"get", "-t"}) {
		return 0, nil
	}
	real, err := findAfterSelf("go")
	if err != nil {
		return 0, err
	}
	if len(args) == 0 || args[0] != "build" && args[0] != "test" {
		return 0, syscall.Exec(real, append([]string{"go"}, args...), os.Environ())
	}
	awaitLibraries(args)
	if args, err = boundBuild(args); err != nil {
		return 0, err
	}
	messages, err := build(real, args)
	if err != nil && cacheInstead() {
		messages, err = build(real, args)
	}
	if err == nil {
		fmt.Fprint(os.Stderr, messages)
		return 0, nil
	}
	fmt.Fprint(os.Stderr, explain(messages))
	return exitCode(err)
}

// cacheInstead tells whether Go's build cache cannot be written, and if so makes this process use one in the kernel's temporary folder.
// Go's own message would be that a package "is not in std".
func cacheInstead() bool {
	dir := os.Getenv("GOCACHE")
	if dir == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			caches = os.DevNull
		}
		dir = filepath.Join(caches, "go-build")
	}
	os.MkdirAll(dir, 0o755) // where it cannot be made, nothing can be written there, as is looked at now
	probe, err := os.CreateTemp(dir, "probe-")
	if err == nil {
		probe.Close()
		os.Remove(probe.Name())
		return false
	}
	os.Setenv("GOCACHE", filepath.Join(os.TempDir(), "go-build"))
	return true
}

// findAfterSelf finds a program in PATH that is not this one.
func findAfterSelf(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	selfInfo, err := os.Stat(self)
	if err != nil {
		return "", err
	}
	for _, dir := range strings.Split(os.Getenv("PATH"), string(os.PathListSeparator)) {
		path, err := exec.LookPath(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && !os.SameFile(info, selfInfo) {
			return path, nil
		}
	}
	return "", errors.New("not found in PATH")
}
