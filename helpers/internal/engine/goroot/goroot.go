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

// FS is the folder src of the Go that the command go in PATH belongs to. It asks once. The error
// says what to do.
var FS = sync.OnceValues(func() (fs.FS, error) {
	dir := os.Getenv("GOROOT")
	if dir == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			return nil, errors.New("Go's own sources are needed, and there is no go in PATH: install Go from https://go.dev/dl")
		}
		dir = strings.TrimSpace(string(out))
	}
	return os.DirFS(filepath.Join(dir, "src")), nil
})

// MustFS is FS for tests. It panics where there is none.
func MustFS() fs.FS {
	src, err := FS()
	if err != nil {
		panic(err)
	}
	return src
}
