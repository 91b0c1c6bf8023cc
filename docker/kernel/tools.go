package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// goCommand is the "go" that GoNB finds. It differs from the real one in three things.
//
// "go get" with nothing to get, which GoNB runs before every cell, ends at once: it takes longer than the build, asks the network,
// and finds nothing that go.mod does not have. GoNB has no setting for this that outlives a restart (%noautoget is a cell's line).
//
// The program of a cell is built so that it runs within bounds (boundBuild).
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
	var messages bytes.Buffer
	build := exec.Command(real, args...)
	build.Stdin, build.Stdout = os.Stdin, os.Stdout
	build.Stderr = io.MultiWriter(os.Stderr, &messages)
	err = build.Run()
	for _, module := range missingModules(messages.String()) {
		fmt.Fprintf(os.Stderr, "\nThis course does not bring %[1]s. With a network, run this line in a cell of its own, then this cell again:\n"+
			"!*go get %[1]s@latest\n", module)
	}
	return exitCode(err)
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
