// Package docker tests what docker/setup says when something is missing.
package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// machine is a folder for PATH: the few tools that a shell script needs, and stand-ins for those that the course asks for.
func machine(t *testing.T, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"sh", "dirname", "sed", "cksum", "cat", "date", "mkdir", "rm", "tail", "pwd"} {
		if path, err := exec.LookPath(tool); err == nil {
			os.Symlink(path, filepath.Join(dir, tool))
		}
	}
	for name, script := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func goOf(version string) string {
	return `case "$*" in *GOVERSION*) echo ` + version + `;; *CC*) echo some-cc;; esac`
}

func TestSetupSaysWhatToInstall(t *testing.T) {
	const (
		ok       = "exit 0"
		tooOld   = `case "$*" in *version_info*) exit 1;; esac`
		noVenv   = `case "$*" in *ensurepip*) exit 1;; esac`
		go126    = "go1.26.8"
		language = "go.dev/dl"
	)
	for name, test := range map[string]struct {
		programs map[string]string
		want     string // what the one line names
		how      string // and how it says to get it
	}{
		"no Go":               {map[string]string{"python3": ok}, "Go is missing", language},
		"Go too old":          {map[string]string{"go": goOf("go1.25.3"), "python3": ok}, "go1.25.3 is too old", language},
		"Go of no known form": {map[string]string{"go": goOf("devel"), "python3": ok}, "devel is too old", language},
		"no Python":           {map[string]string{"go": goOf(go126)}, "no Python 3.11", "apt install python3"},
		"Python too old":      {map[string]string{"go": goOf(go126), "python3": tooOld}, "no Python 3.11", "brew install python"},
		"no venv":             {map[string]string{"go": goOf(go126), "python3": noVenv}, "venv is missing", "apt install python3-venv"},
		"a newer Python":      {map[string]string{"go": goOf(go126), "python3": tooOld, "python3.12": noVenv}, "venv is missing", "apt install"},
		"no C compiler":       {map[string]string{"go": goOf(go126), "python3": ok}, "no C compiler (some-cc)", "xcode-select"},
	} {
		t.Run(name, func(t *testing.T) {
			setup := exec.Command("/bin/sh", "setup")
			setup.Env = []string{"PATH=" + machine(t, test.programs)}
			text, err := setup.CombinedOutput()
			if err == nil {
				t.Fatal("it went on")
			}
			if said := string(text); strings.Count(said, "\n") != 1 || !strings.Contains(said, test.want) || !strings.Contains(said, test.how) {
				t.Errorf("want one line with %q and %q, got:\n%s", test.want, test.how, said)
			}
		})
	}
}

// It has been set up, with what is older now, in a folder whose name has a blank.
func TestSetupInAFolderOfSomebodyElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Mein Kurs")
	for _, sub := range []string{"docker", ".venv/bin", ".venv/stamps"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".venv/bin/python"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"setup", "environment"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "docker", name), text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	programs := machine(t, map[string]string{"go": goOf("go1.26.8"), "python3": "exit 0", "some-cc": "exit 0"})
	os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o755) // for the other user
	setup := exec.Command("/bin/sh", filepath.Join(dir, "docker", "setup"))
	setup.Env = []string{"PATH=" + programs}
	if os.Getuid() == 0 { // who may write everywhere
		setup.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	} else {
		os.Chmod(filepath.Join(dir, ".venv"), 0o555)
		defer os.Chmod(filepath.Join(dir, ".venv"), 0o755)
	}
	text, err := setup.CombinedOutput()
	if said := string(text); err == nil || strings.Count(said, "\n") != 1 || !strings.Contains(said, "is not yours to write") {
		t.Errorf("want one line that says so, got %v:\n%s", err, said)
	}
}
