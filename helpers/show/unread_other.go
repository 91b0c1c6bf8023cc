//go:build !linux

package show

import "os"

// unread returns how many bytes lie in the pipe f and have not been read, and 0 where f is no pipe. macOS gives that as the pipe's
// size (pipe_stat in xnu's bsd/kern/sys_pipe.c); its FIONREAD would answer 0 at the writing end.
func unread(f *os.File) int64 {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return 0
	}
	return info.Size()
}
