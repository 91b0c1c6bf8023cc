//go:build !unix

package engine

import "time"

var started = time.Now()

// Spent is how long this process has run: where nothing tells how long it has used processors.
func Spent() time.Duration { return time.Since(started) }
