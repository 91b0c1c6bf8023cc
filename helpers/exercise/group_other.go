//go:build !linux

package exercise

import "syscall"

// ownGroup lets the child be killed with all it has started. When the cell is interrupted, the child ends by its own limits.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
