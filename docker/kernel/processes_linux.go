package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const prSetChildSubreaper = 36 // linux/prctl.h; the syscall package does not name it.

// adoptOrphans makes this process the parent of every descendant whose own parent ends, so that none escapes endDescendants.
func adoptOrphans() {
	syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0)
}

// endWithParent has this process, and what it becomes, end when its parent does.
func endWithParent() {
	unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0)
}

func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// endDescendants kills this process's children until it has none. The children of a killed one become its own, so the last
// process of a tree goes too, whatever group or session it has moved to.
func endDescendants() {
	for {
		for _, pid := range children(os.Getpid()) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		if _, err := syscall.Wait4(-1, nil, 0, nil); err == syscall.ECHILD {
			return
		}
	}
}

// childrenOf lists all processes by their parents.
func childrenOf() map[int][]int {
	entries, _ := os.ReadDir("/proc")
	of := map[int][]int{}
	for _, entry := range entries {
		child, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + entry.Name() + "/stat")
		if err != nil {
			continue
		}
		// "PID (NAME) STATE PARENT ...": the name may hold spaces and brackets.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 1 {
			parent, _ := strconv.Atoi(string(fields[1]))
			of[parent] = append(of[parent], child)
		}
	}
	return of
}

// killFirst lets the system choose this process, and what it starts, when memory runs out, before JupyterLab and GoNB.
func killFirst(pid int) {
	os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte("1000"), 0) // a wish: its limits hold without it
}

// memoryOf is the memory that a process uses, in bytes; 0 where that cannot be told.
func memoryOf(pid int) uint64 {
	var total, resident uint64
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fmt.Sscan(string(text), &total, &resident)
	return resident * uint64(os.Getpagesize())
}

// memoryHere is the memory of the machine or of the container, in bytes.
func memoryHere() uint64 {
	var kilobytes uint64
	text, _ := os.ReadFile("/proc/meminfo")
	fmt.Sscanf(string(text), "MemTotal: %d kB", &kilobytes)
	here := kilobytes << 10
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} { // version 2, version 1
		text, _ := os.ReadFile(file)
		if most, err := strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 64); err == nil { // "max": no limit
			here = min(here, most)
		}
	}
	return here
}

// tasksHere is the number of all threads of all processes.
func tasksHere() int {
	var load float64
	var running, all int
	text, _ := os.ReadFile("/proc/loadavg")
	fmt.Sscanf(string(text), "%g %g %g %d/%d", &load, &load, &load, &running, &all)
	return all
}

// passPiece copies what is in one pipe, but not more than most bytes, to another. It takes it from the first pipe only when it has been
// read from the second: a program that asks whether its output has been read, as the helper show does before a picture, must not be told
// so by a process in between.
func passPiece(to, from *os.File, most int) (int, error) {
	n, err := unix.Tee(int(from.Fd()), int(to.Fd()), most, 0)
	if err == unix.EINVAL { // Whoever started this process gave it no pipe.
		return copyPiece(to, from, most)
	}
	if err != nil || n == 0 {
		return 0, io.EOF
	}
	for pause := 20 * time.Microsecond; ; pause = min(2*pause, time.Millisecond) {
		if unread, err := unix.IoctlGetInt(int(to.Fd()), unix.TIOCINQ); err != nil || unread == 0 {
			break
		}
		time.Sleep(pause)
	}
	_, err = io.CopyN(io.Discard, from, n)
	return int(n), err
}
