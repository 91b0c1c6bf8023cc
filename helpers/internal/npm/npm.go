// Package npm gets packages of JavaScript, each as a package-lock.json pins it.
package npm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"example.com/multithreading/helpers/internal/notebook"
)

// ErrMissing says that there is no npm on this machine.
var ErrMissing = errors.New("no npm: install it (Debian: apt install npm)")

// Packages gives the folder node_modules of what pins, a folder of the course with a
// package-lock.json, asks for. It is kept in .venv under a name of its own, and asks for a network
// the first time only. No script of a package runs.
func Packages(ctx context.Context, pins, name string) (string, error) {
	dir := filepath.Join(notebook.Root(), ".venv", name)
	modules := filepath.Join(dir, "node_modules")
	lock, err := os.ReadFile(filepath.Join(notebook.Root(), pins, "package-lock.json"))
	if err != nil {
		return "", err
	}
	if had, err := os.ReadFile(filepath.Join(dir, "installed-lock.json")); err == nil && string(had) == string(lock) {
		return modules, nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return "", ErrMissing
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(notebook.Root(), pins, name))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return "", err
		}
	}
	command := exec.CommandContext(ctx, "npm", "ci", "--cache", filepath.Join(notebook.Root(), ".venv", "npm-cache"),
		"--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, output)
	}
	return modules, os.WriteFile(filepath.Join(dir, "installed-lock.json"), lock, 0o644)
}
