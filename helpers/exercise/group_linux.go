package exercise

import "syscall"

// ownGroup lets the child be killed with all it has started, and lets it end when the cell is interrupted.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
