// Package docker tests what docker/setup says when something is missing.
package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

func TestSetupSaysWhatToInstall(t *testing.T) {
	goOf := func(version string) string {
		return `case "$*" in *GOVERSION*) echo ` + version + `;; *CC*) echo some-cc;; esac`
	}
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
