// Package goroot finds Go's own sources, which the engine reads.
package goroot

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Dir is the folder of the Go that the command go in PATH belongs to. It asks once. The error says
// what to do.
var Dir = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv("GOROOT"); dir != "" {
		return dir, nil
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", errors.New("Go's own sources are needed, and there is no go in PATH: install Go from https://go.dev/dl")
	}
	return strings.TrimSpace(string(out)), nil
})

// FS is the folder src of it.
func FS() (fs.FS, error) {
	dir, err := Dir()
	return os.DirFS(filepath.Join(dir, "src")), err
}

// MustFS is FS for tests. It panics where there is none.
func MustFS() fs.FS {
	src, err := FS()
	if err != nil {
		panic(err)
	}
	return src
}
