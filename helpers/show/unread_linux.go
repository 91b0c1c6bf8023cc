package show

import (
	"os"
	"syscall"
	"unsafe"
)

// unread returns how many bytes lie in the pipe f and have not been read, and 0 where f is no pipe. It asks the system directly
// because the package with the ready-made call, golang.org/x/sys/unix, would be built into every cell.
func unread(f *os.File) int64 {
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return 0
	}
	var n int32 // a C int
	// TIOCINQ is Linux' other name for FIONREAD, which pipes understand.
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCINQ, uintptr(unsafe.Pointer(&n)))
	if errno != 0 {
		return 0
	}
	return int64(n)
}
