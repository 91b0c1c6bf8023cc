package docker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// hostile is the environment of somebody who has set for other work whatever would keep the course from running. Every one of these has kept
// a kernel from starting or a cell from being built.
func hostile(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"zmq.py": "raise ImportError('this is not zmq')\n",
		"goenv": "GOFLAGS=-mod=vendor\nGOOS=plan9\nGOPRIVATE=example.org/a=b\nGOPROXY=https://proxy.example.org\n" +
			"GOCACHE=relative\n",
		"start.py": "raise SystemExit('PYTHONSTARTUP')\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return []string{
		"GOWORK=off", "GO111MODULE=off", "GOOS=windows", "GOARCH=mips", "GOFLAGS=-mod=mod", "GOEXPERIMENT=nosuch", "GOROOT=/nonexistent",
		"GODEBUG=gctrace=1", "CGO_ENABLED=0", "GOTOOLCHAIN=go1.99.0", "GOENV=" + filepath.Join(dir, "goenv"), "TMPDIR=/nonexistent",
		"PYTHONPATH=" + dir, "PYTHONHOME=/nonexistent", "PYTHONSTARTUP=" + filepath.Join(dir, "start.py"), "PIP_TARGET=/nonexistent",
		"PYTHONWARNINGS=error", "PYTHONIOENCODING=ascii", "PYTHON_GIL=0", "PIP_DRY_RUN=1", "JUPYTER_NO_CONFIG=1",
		"GOPATH=relative", "GOCACHE=off", "GOMODCACHE=~/mod", "GOTMPDIR=/nonexistent", "GOCACHEPROG=/nonexistent",
		"GOMAXPROCS=1", "GOMEMLIMIT=1MiB", "GOTRACEBACK=none",
	}
}

func TestEnvironmentOfOthersWork(t *testing.T) {
	command := exec.Command("/bin/sh", "-c", ". ./environment; env")
	command.Env = append(os.Environ(), hostile(t)...)
	command.Env = append(command.Env, "HTTPS_PROXY=http://proxy.example.org:3128", "no_proxy=localhost",
		"PIP_INDEX_URL=https://index.example.org", "GOPROXY=", "PYTHON=/usr/bin/python3")
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got := strings.Split(string(text), "\n")
	for _, setting := range hostile(t) {
		name, _, _ := strings.Cut(setting, "=")
		for _, line := range got {
			if strings.HasPrefix(line, name+"=") && line != "GOTOOLCHAIN=local" && line != "GOENV=off" {
				t.Errorf("%s reaches what the course starts", line)
			}
		}
	}
	for _, want := range []string{
		"HTTPS_PROXY=http://proxy.example.org:3128", "no_proxy=localhost", "PIP_INDEX_URL=https://index.example.org",
		"GOPROXY=https://proxy.example.org", "GOPRIVATE=example.org/a=b", "GOTOOLCHAIN=local", "GOENV=off",
		"PYTHON=/usr/bin/python3", "PIP_USER=0", // pip's own file may have user = true
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no line %s", want)
		}
	}
}

func TestKernelInTheEnvironmentOfOthersWork(t *testing.T) {
	if _, err := os.Stat("../.venv/stamps/kernel"); err != nil || testing.Short() {
		t.Skip("-short, or docker/setup has not run")
	}
	const cell = "import (\n\t\"fmt\"\n\n\t\"example.com/multithreading/helpers/show\"\n)\n\nfunc main() {\n\t_ = show.Bars\n\tfmt.Println(\"it runs\")\n}\n"
	order, err := json.Marshal(
		map[string]any{"kernels": map[string]any{"gonb": []string{cell, "%%script python3\nprint('so does Python')\n"}}})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("./start", "python", "helpers/internal/course/cells.py")
	command.Env = append(os.Environ(), hostile(t)...)
	command.Stdin = strings.NewReader(string(order) + "\n")
	answer, err := command.CombinedOutput()
	if err != nil || strings.Count(string(answer), "it runs") != 1 || strings.Count(string(answer), "so does Python") != 1 {
		t.Errorf("the kernel answered %s, %v", answer, err)
	}
	// And docker/setup finds that all is there.
	setup := exec.Command("./setup", "python", "tools", "kernel")
	setup.Env = append(os.Environ(), hostile(t)...)
	if said, err := setup.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("docker/setup in this environment: %v\n%s", err, said)
	}
}
