package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const lesson = `{"cells": [
{"cell_type": "markdown", "id": "m1", "source": ["# A lesson\n", "\n", "## Web server\n", "text"]},
{"cell_type": "code", "id": "web-server", "metadata": {}, "source": ["var (\n", "\thits, misses int\n", ")\n", "\n", "func serve() {}\n", "%%\n", "local := 1\n"]},
{"cell_type": "markdown", "id": "m2", "source": "## Clients"},
{"cell_type": "code", "id": "clients", "metadata": {"needs": ["web-server"]}, "source": "func serve() {}\nfunc ask() { serve() }"},
{"cell_type": "markdown", "id": "m3", "source": "## Mixed up"},
{"cell_type": "code", "id": "mixed-up", "metadata": {"needs": ["web-server", "clients"]}, "source": "%%\nask()\nhits++"}
]}`

func TestACellSaysWhichOnesItNeeds(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "lesson.ipynb")
	if err := os.WriteFile(name, []byte(lesson), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("main.go", []byte("package main\n\nvar (\n\thits int\n)\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const server, clients = `- a cell below the heading "Web server", which declares `, `- a cell below the heading "Clients", which declares `
	for name, test := range map[string]struct {
		cell, messages string
		lines          []string // that name a cell, or none where the messages stay
	}{
		"one":               {"mixed-up", "./main.go:7:1: undefined: ask\n", []string{clients + "ask"}},
		"two":               {"mixed-up", "./main.go:7:1: undefined: misses\n./main.go:8:1: undefined: hits\n./main.go:9:1: undefined: ask\n", []string{server + "hits, misses", clients + "ask"}},
		"what is needed":    {"clients", "./main.go:7:1: undefined: serve\n", []string{server + "serve"}},
		"unknown cell":      {"", "./main.go:7:1: undefined: ask\n./main.go:7:1: too many errors\n", []string{clients + "ask"}},
		"unused for that":   {"mixed-up", "./main.go:7:1: undefined: ask\n./main.go:6:1: declared and not used: x\n", []string{clients + "ask"}},
		"in no cell":        {"mixed-up", "./main.go:7:1: undefined: asc\n", nil},
		"a local variable":  {"mixed-up", "./main.go:7:1: undefined: local\n", nil},
		"other faults, too": {"mixed-up", "./main.go:7:1: undefined: ask\n./main.go:8:1: missing return\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GONB_CELL_ID", test.cell)
			t.Setenv("GONB_DIR", dir)
			t.Setenv("JPY_SESSION_NAME", "")
			got := explain(test.messages)
			var lines []string
			for line := range strings.Lines(got) {
				if strings.HasPrefix(line, "- ") {
					lines = append(lines, strings.TrimSpace(line))
				}
			}
			if !slices.Equal(lines, test.lines) || (len(lines) > 0) != strings.Contains(got, "Run first") {
				t.Errorf("it names %q, want %q:\n%s", lines, test.lines, got)
			}
		})
	}
}

// Who imports what is not there is told what is, and reads nothing of GoNB's names.
func TestAnImportThatIsNotThere(t *testing.T) {
	course := course(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("go.work", []byte("go 1.26\n\nuse .\nuse "+course+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const helpers = "example.com/multithreading/helpers"
	for message, wants := range map[string][]string{
		"main.go:3:8: no required module provides package " + helpers + "/races; to add it:\n\tgo get " + helpers + "/races\n": {
			"there is no package " + helpers + "/races", helpers + " has: ", " race, "},
		"main.go:3:8: no required module provides package example.com/multithreading/race; to add it:\n\tgo get x\n": {
			helpers + " has: ", " race, "},
		"main.go:3:8: package helpers/race is not in std (/usr/local/go/src/helpers/race)\n": {"import \"" + helpers + "/race\""},
		"main.go:3:8: package race is not in std (/usr/local/go/src/race)\n":                 {"import \"" + helpers + "/race\""},
		"main.go:3:8: package fmtt is not in std (/usr/local/go/src/fmtt)\n":                 {"has no package fmtt", "math/rand"},
		"package gonb_9f50c0f1\n\tmain.go:3:8: use of internal package " + helpers + "/internal/lab not allowed\n": {
			"main.go:3:8: use of internal package"},
	} {
		got := explain(message)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%q is explained as\n%s\nwithout %q", message, got, want)
			}
		}
		for _, not := range []string{"go get", "gonb_", "/usr/local"} {
			if strings.Contains(got, not) {
				t.Errorf("%q is explained as\n%s", message, got)
			}
		}
	}
}
