// Package os is what a program that computes asks of a system: to print and to end.
package os

import "internal/machine"

var Args = []string{"main"}

var (
	Stdout = &File{1, "/dev/stdout"}
	Stderr = &File{2, "/dev/stderr"}
)

// File is the output or the error output, and nothing else.
type File struct {
	fd   int
	name string
}

func (f *File) Write(b []byte) (n int, err error) { return f.WriteString(string(b)) }

func (f *File) WriteString(s string) (n int, err error) {
	if f.fd == 2 {
		machine.PrintErr(s)
	} else {
		machine.Print(s)
	}
	return len(s), nil
}

func (f *File) Name() string { return f.name }

func (f *File) Fd() uintptr { return uintptr(f.fd) }

func (f *File) Sync() error { return nil }

func Exit(code int) { machine.Exit(code) }

// Getenv knows no variable.
func Getenv(key string) string { return "" }

func LookupEnv(key string) (string, bool) { return "", false }

func Getpid() int { return 1 }
