package main

import (
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

// goCommand is the "go" that GoNB finds. It differs from the real one in these things.
//
// "go get" with nothing to get, which GoNB runs before every cell, ends at once: it takes longer than the build, asks the network,
// and finds nothing that go.mod does not have. GoNB has no setting for this that outlives a restart (%noautoget is a cell's line).
//
// The program of a cell is built so that it runs within bounds (boundBuild), and mostly without the go command (build).
//
// Where the build cache cannot be written, one in the kernel's temporary folder is used (cacheInstead).
//
// A build that fails for a module that is not there says how a student gets it, and one that fails for fmt.println says what is wrong.
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
	if err == nil {
		return 0, nil
	}
	for _, module := range missingModules(messages) {
		fmt.Fprintf(os.Stderr, "\nThis course does not bring %[1]s. With a network, run this line in a cell of its own, then this cell again:\n"+
			"!*go get %[1]s@latest\n", module)
	}
	if cell, readErr := os.ReadFile("main.go"); readErr == nil {
		for _, name := range smallNames(messages, string(cell)) {
			fmt.Fprintf(os.Stderr, "\nWhat a package offers begins with a capital letter, as in fmt.Println; %s does not.\n", name)
		}
	}
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

// missingModules lists the packages that the messages of a build call missing, each once, in order.
func missingModules(messages string) []string {
	var found []string
	missingModule := regexp.MustCompile(`no required module provides package (\S+?);? `) // compiled here: this program starts four times a cell
	for _, match := range missingModule.FindAllStringSubmatch(messages+" ", -1) {
		if !slices.Contains(found, match[1]) {
			found = append(found, match[1])
		}
	}
	return found
}

// smallNames finds where the cell says fmt.println for fmt.Println, once each. goimports takes such a name for none of the
// package's and removes the import, so that the compiler complains of the package, here one of those that beginners use.
func smallNames(messages, cell string) (found []string) {
	undefined := regexp.MustCompile(`(?m): undefined: (atomic|bufio|bytes|context|errors|fmt|log|maps|math|os|rand|runtime|slices|sort|strconv|strings|sync|time)$`)
	for _, match := range undefined.FindAllStringSubmatch(messages, -1) {
		for _, name := range regexp.MustCompile(`\b`+match[1]+`\.[a-z]\w*`).FindAllString(cell, -1) {
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
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
