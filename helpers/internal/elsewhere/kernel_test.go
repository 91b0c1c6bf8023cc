// Package elsewhere tests what starts the course otherwise than docker/start does: an editor that reads the kernelspec, and Codespaces.
package elsewhere

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// An editor starts the kernel from its kernelspec, and knows nothing of docker/start. One that was started from a menu gives it next to no
// environment. A cell that calls a helper runs all the same.
func TestKernelFromNothingButItsSpec(t *testing.T) {
	notebook.NeedsKernel(t)
	venv := filepath.Join(notebook.Root(), ".venv")
	script, err := filepath.Abs("kernel.py")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(venv, "bin", "python"), script, filepath.Join(venv, "share", "jupyter", "kernels"))
	command.Dir = t.TempDir()
	command.Env = []string{} // nil would be this process's
	text, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(text), "and prints") || !strings.HasSuffix(string(text), "ok\n") {
		t.Errorf("%v\n%s", err, text)
	}
}
