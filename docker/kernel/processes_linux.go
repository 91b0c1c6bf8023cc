package main

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

const prSetChildSubreaper = 36 // linux/prctl.h; the syscall package does not name it.

// adoptOrphans makes this process the parent of every descendant whose own parent ends, so that none escapes endDescendants.
func adoptOrphans() {
	syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0)
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

// children lists the processes whose parent is pid.
func children(pid int) []int {
	entries, _ := os.ReadDir("/proc")
	var pids []int
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
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(pid) {
			pids = append(pids, child)
		}
	}
	return pids
}
