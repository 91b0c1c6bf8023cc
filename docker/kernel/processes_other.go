//go:build !linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// macOS has neither subreapers nor parent-death signals. Processes are found by their parent while GoNB lives, and by their
// group afterwards; one that has left both escapes.

func adoptOrphans() {}

func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// endDescendants kills the descendants of this process, and those that were in a group with one of its descendants.
func endDescendants() {
	list, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return
	}
	childrenOf := map[int][]int{}
	lines := bufio.NewScanner(bytes.NewReader(list))
	for lines.Scan() {
		var pid, parent int
		if _, err := fmt.Sscan(lines.Text(), &pid, &parent); err == nil {
			childrenOf[parent] = append(childrenOf[parent], pid)
		}
	}
	for todo := childrenOf[os.Getpid()]; len(todo) > 0; todo = todo[1:] {
		todo = append(todo, childrenOf[todo[0]]...)
		syscall.Kill(todo[0], syscall.SIGKILL)
	}
}
