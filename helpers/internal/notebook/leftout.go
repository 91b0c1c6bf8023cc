package notebook

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// LeftOut skips a test for want of something, and says what to install. `go test` keeps that to itself, so it also goes to a file that
// `make test` prints. In CI nothing may be left out, and the test fails.
func LeftOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal("CI leaves nothing out: ", why)
	}
	if list, err := os.OpenFile(filepath.Join(Root(), ".venv", "left-out"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
		fmt.Fprintf(list, "%s: %s\n", t.Name(), why)
		list.Close()
	}
	t.Skip("left out: ", why)
}

// NeedsKernel skips a test that runs cells where the kernel is not installed, or where a quick run was asked for with -short.
func NeedsKernel(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: runs no kernel")
	}
	if _, err := os.Stat(filepath.Join(Root(), ".venv", "stamps", "kernel")); err != nil {
		LeftOut(t, "the kernel is not installed: `make test` installs it")
	}
}

// NeedsCompat skips a test where `make compat` has not installed what it asks for, and returns its folder.
func NeedsCompat(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(Root(), ".venv", "compat", name)
	if _, err := os.Stat(filepath.Join(dir, "key")); err != nil {
		LeftOut(t, name+" is not installed: `make compat` installs it")
	}
	return dir
}
