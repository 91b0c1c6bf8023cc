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

func endWithParent() {}

func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// What a process uses is not looked at here: each of these is one file to read on Linux, and a program to start on macOS.

func killFirst(int) {}

func memoryOf(int) uint64 { return 0 }

func memoryHere() uint64 { return memoryLimit * 2 }

func tasksHere() int { return 0 }

func passPiece(to, from *os.File, most int) (int, error) { return copyPiece(to, from, most) }

// endDescendants kills the descendants of this process.
func endDescendants() {
	for _, pid := range descendants(os.Getpid()) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// childrenOf lists all processes by their parents.
func childrenOf() map[int][]int {
	of := map[int][]int{}
	list, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return of
	}
	lines := bufio.NewScanner(bytes.NewReader(list))
	for lines.Scan() {
		var pid, parent int
		if _, err := fmt.Sscan(lines.Text(), &pid, &parent); err == nil {
			of[parent] = append(of[parent], pid)
		}
	}
	return of
}
