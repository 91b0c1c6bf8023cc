package docker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cellText is a notebook of one code cell with an output, as text.
func cellText(source string) string {
	cell := map[string]any{
		"cell_type": "code", "id": "one", "metadata": map[string]any{}, "source": []string{source}, "execution_count": 7,
		"outputs": []any{map[string]any{"output_type": "stream", "name": "stdout", "text": []string{"the answer\n"}}},
	}
	text, _ := json.Marshal(map[string]any{"cells": []any{cell}, "metadata": map[string]any{}, "nbformat": 4, "nbformat_minor": 5})
	return string(text)
}

func TestCopies(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	originals, copies := t.TempDir(), filepath.Join(t.TempDir(), "work", "notebooks")
	write := func(folder, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	copied := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(copies, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	start := func() (said string) {
		t.Helper()
		text, err := exec.Command(python, "jupyter/copies.py", originals, copies).CombinedOutput()
		if err != nil {
			t.Fatal(err, string(text))
		}
		return string(text)
	}
	write(originals, "a.ipynb", cellText("first"))
	write(originals, "b.ipynb", cellText("first"))
	write(originals, "glossary.md", "words")
	os.Mkdir(filepath.Join(originals, "instructor"), 0o755)

	if said := start(); said != "" {
		t.Errorf("the first start says %q", said)
	}
	if text := copied("a.ipynb"); strings.Contains(text, "the answer") || strings.Contains(text, "7") || !strings.Contains(text, "first") {
		t.Errorf("the copy: %s", text)
	}
	if _, err := os.Stat(filepath.Join(copies, "instructor")); err == nil {
		t.Error("folders are copied too")
	}

	// A student runs a, which leaves its text as it was, and changes b and the glossary. Then the course has new ones.
	write(copies, "a.ipynb", cellText("first"))
	write(copies, "b.ipynb", cellText("mine"))
	write(copies, "glossary.md", "my words")
	write(copies, "own.ipynb", cellText("own"))
	if start(); !strings.Contains(copied("a.ipynb"), "the answer") {
		t.Error("what the student has run is gone, with no newer notebook to take its place")
	}
	for _, name := range []string{"a.ipynb", "b.ipynb"} {
		write(originals, name, cellText("second"))
	}
	if said := start(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "b.ipynb is as you left it") {
		t.Errorf("said of newer notebooks: %q", said)
	}
	if text := copied("a.ipynb"); !strings.Contains(text, "second") || strings.Contains(text, "the answer") {
		t.Errorf("the copy that nobody had changed is no new one: %s", text)
	}
	if !strings.Contains(copied("b.ipynb"), "mine") || copied("glossary.md") != "my words" || !strings.Contains(copied("own.ipynb"), "own") {
		t.Error("what the student changed is gone")
	}
	if text := copied("b (new).ipynb"); !strings.Contains(text, "second") || strings.Contains(text, "the answer") {
		t.Errorf("beside the changed copy lies no new one: %s", text)
	}
	if said := start(); said != "" {
		t.Errorf("it is said again: %q", said)
	}
	// The next one takes the place of the new one, but not where the student works in that by now.
	write(originals, "b.ipynb", cellText("third"))
	if start(); !strings.Contains(copied("b (new).ipynb"), "third") {
		t.Error("the new one is not the newest")
	}
	write(copies, "b (new).ipynb", cellText("mine too"))
	write(originals, "b.ipynb", cellText("fourth"))
	if start(); !strings.Contains(copied("b (new).ipynb"), "mine too") || !strings.Contains(copied("b (new 2).ipynb"), "fourth") || !strings.Contains(copied("b.ipynb"), "mine") {
		t.Error("what the student changed in the new one is gone, or there is no newer one")
	}
	write(originals, "b.ipynb", cellText("second"))

	// Deleting or renaming one resets it. What is no notebook any more is left alone.
	os.Rename(filepath.Join(copies, "b.ipynb"), filepath.Join(copies, "mine.ipynb"))
	write(copies, "a.ipynb", "not a notebook")
	if start(); !strings.Contains(copied("b.ipynb"), "second") || !strings.Contains(copied("mine.ipynb"), "mine") ||
		copied("a.ipynb") != "not a notebook" {
		t.Error("no new copy beside the renamed one, or a file of the student's is changed")
	}

	// A folder of a notebook's name, and a list of what was put there that is none, lose nothing either.
	os.Remove(filepath.Join(copies, "a.ipynb"))
	os.Mkdir(filepath.Join(copies, "a.ipynb"), 0o755)
	for _, list := range []string{"7", "[1]", "not JSON", "[]"} {
		write(copies, ".copies.json", list)
		if start(); !strings.Contains(copied("b.ipynb"), "second") || !strings.Contains(copied("a (new).ipynb"), "second") ||
			!strings.Contains(copied("mine.ipynb"), "mine") {
			t.Errorf("after the list was %q something is missing or changed", list)
		}
	}
}
