//go:build unix

package engine

import (
	"syscall"
	"time"
)

// Spent is how long this process has used processors. What bounds a look is measured by it, so that a
// machine that is busy with much else finds what one finds that is not.
func Spent() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return time.Since(started)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

var started = time.Now()
