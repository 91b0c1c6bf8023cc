package supply

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// TestBadges lets `make badges` put in where a fork lives, twice, as a fork may move.
func TestBadges(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Makefile", "README.md"} {
		text, err := os.ReadFile(filepath.Join(notebook.Root(), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) {
		t.Helper()
		command := exec.Command(name, args...)
		command.Dir = dir
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, said)
		}
	}
	run("git", "init", "-q")
	run("git", "remote", "add", "origin", "git@github.com:first/one.git")
	run("make", "badges")
	run("git", "remote", "set-url", "origin", "https://github.com/ada/my-course.git")
	run("make", "badges")
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"[![The pages](https://github.com/ada/my-course/actions/workflows/pages.yml/badge.svg)](https://ada.github.io/my-course/)",
		"https://mybinder.org/v2/gh/ada/my-course/HEAD?urlpath=lab/tree/notebooks/01-multi-threading.ipynb",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s", want)
		}
	}
	for _, left := range []string{"OWNER", "REPOSITORY", "first/one", "first.github"} {
		if strings.Contains(string(text), left) {
			t.Errorf("%s is left", left)
		}
	}
}
