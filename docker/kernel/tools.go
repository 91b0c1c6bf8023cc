package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// goCommand is the "go" that GoNB finds. It differs from the real one in four things.
//
// "go get" with nothing to get, which GoNB runs before every cell, ends at once: it takes longer than the build, asks the network,
// and finds nothing that go.mod does not have. GoNB has no setting for this that outlives a restart (%noautoget is a cell's line).
//
// The program of a cell is built so that it runs within bounds (boundBuild).
//
// Where the build cache cannot be written, one in the kernel's temporary folder is used (cacheInstead).
//
// A build that fails for a module that is not there says how a student gets it.
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
	if args, err = boundBuild(args); err != nil {
		return 0, err
	}
	messages, err := build(real, args)
	if err != nil && cacheInstead() {
		messages, err = build(real, args)
	}
	fmt.Fprint(os.Stderr, messages)
	for _, module := range missingModules(messages) {
		fmt.Fprintf(os.Stderr, "\nThis course does not bring %[1]s. With a network, run this line in a cell of its own, then this cell again:\n"+
			"!*go get %[1]s@latest\n", module)
	}
	return exitCode(err)
}

// build runs one build, and returns what it complains of.
func build(real string, args []string) (messages string, err error) {
	var text bytes.Buffer
	command := exec.Command(real, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, &text
	err = command.Run()
	return text.String(), err
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
	os.MkdirAll(dir, 0o755)
	probe, err := os.CreateTemp(dir, "probe-")
	if err == nil {
		probe.Close()
		os.Remove(probe.Name())
		return false
	}
	os.Setenv("GOCACHE", filepath.Join(os.TempDir(), "go-build"))
	return true
}

var missingModule = regexp.MustCompile(`no required module provides package (\S+?);? `)

// missingModules lists the packages that the messages of a build call missing, each once, in order.
func missingModules(messages string) []string {
	var found []string
	for _, match := range missingModule.FindAllStringSubmatch(messages+" ", -1) {
		if !slices.Contains(found, match[1]) {
			found = append(found, match[1])
		}
	}
	return found
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
