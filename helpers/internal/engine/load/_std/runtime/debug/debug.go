// Package debug is the part of runtime/debug that changes nothing for a program that is explored.
package debug

func SetMaxStack(bytes int) int { return 1_000_000_000 }

func SetGCPercent(percent int) int { return 100 }

func SetMaxThreads(threads int) int { return 10_000 }

func SetMemoryLimit(limit int64) int64 { return 1<<63 - 1 }

func SetPanicOnFault(enabled bool) bool { return false }

func SetTraceback(level string) {}

func FreeOSMemory() {}
