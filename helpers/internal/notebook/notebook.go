// Package notebook reads, runs and writes the course's notebooks for its tests, and for `make record` and `make handouts`. What a
// notebook is and how one is run is nbformat's and nbclient's business; this package only looks at the JSON and calls them.
package notebook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A Notebook is the JSON of a notebook, format 4.5, with every field that it had when it was read.
type Notebook struct{ raw map[string]any }

// A Cell is one cell of a Notebook. Changing it changes the notebook.
type Cell struct{ raw map[string]any }

// An Output is one output of a code cell, with what this course looks at.
type Output struct {
	Type  string // "stream", "display_data", "execute_result" or "error"
	Name  string // of a stream: "stdout" or "stderr"
	Text  string // of a stream; of an error its message and traceback
	HTML  string // of the others, if there is any
	Plain string
}

// Root is the folder of this checkout: the one above the current folder, or the current one, that has the course's go.mod.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(text, []byte("module example.com/multithreading\n")) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			panic("not inside a checkout of the course")
		}
		dir = filepath.Dir(dir)
	}
}

// Paths lists the course's notebooks, in order.
func Paths() []string {
	paths, err := filepath.Glob(filepath.Join(Root(), "notebooks", "[0-9]*.ipynb"))
	if err != nil {
		panic(err)
	}
	return paths
}

// Read reads a notebook.
func Read(path string) (*Notebook, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	nb, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not a notebook: %w", path, err)
	}
	return nb, nil
}

func parse(text []byte) (*Notebook, error) {
	nb := &Notebook{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&nb.raw); err != nil {
		return nil, err
	}
	if _, ok := nb.raw["cells"].([]any); !ok {
		return nil, errors.New("it has no cells")
	}
	return nb, nil
}

// OfText makes a notebook of one text cell, with this id.
func OfText(id, markdown string) *Notebook {
	cell := map[string]any{"cell_type": "markdown", "id": id, "metadata": map[string]any{}, "source": markdown}
	return &Notebook{map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{cell}}}
}

// Write writes a notebook as nbformat does: keys sorted, one space a level, a line break at the end.
func (nb *Notebook) Write(path string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(nb.raw); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}

// Metadata is the notebook's own metadata.
func (nb *Notebook) Metadata() map[string]any { return nb.raw["metadata"].(map[string]any) }

// Cells lists the cells in order.
func (nb *Notebook) Cells() []Cell {
	var cells []Cell
	for _, raw := range nb.raw["cells"].([]any) {
		cells = append(cells, Cell{raw.(map[string]any)})
	}
	return cells
}

// Code lists the code cells in order.
func (nb *Notebook) Code() []Cell {
	return slices.DeleteFunc(nb.Cells(), func(c Cell) bool { return c.Kind() != "code" })
}

// Find is the code cell with an id.
func (nb *Notebook) Find(id string) (Cell, error) {
	for _, cell := range nb.Code() {
		if cell.ID() == id {
			return cell, nil
		}
	}
	return Cell{}, fmt.Errorf("there is no code cell %q", id)
}

// Needed lists the cells that must run before a cell, in order.
func (nb *Notebook) Needed(cell Cell) (cells []Cell, err error) {
	for _, id := range cell.Needs() {
		need, err := nb.Find(id)
		if err != nil {
			return nil, fmt.Errorf("cell %s needs another: %w", cell.ID(), err)
		}
		cells = append(cells, need)
	}
	return cells, nil
}

// With is a notebook with the same metadata and only these cells, none of which it shares with nb.
func (nb *Notebook) With(cells ...Cell) *Notebook {
	var list []any
	for _, cell := range cells {
		list = append(list, cell.raw)
	}
	part := maps.Clone(nb.raw)
	part["cells"] = list
	text, err := json.Marshal(part)
	if err != nil {
		panic(err)
	}
	copy := &Notebook{}
	if err := json.Unmarshal(text, &copy.raw); err != nil {
		panic(err)
	}
	return copy
}

// WithoutOutputs is a copy in which no cell has run.
func (nb *Notebook) WithoutOutputs() *Notebook {
	bare := nb.With(nb.Cells()...)
	for _, cell := range bare.Code() {
		cell.raw["outputs"], cell.raw["execution_count"] = []any{}, nil
	}
	return bare
}

// MarshalJSON is the notebook in the format of its file.
func (nb *Notebook) MarshalJSON() ([]byte, error) { return json.Marshal(nb.raw) }

// ID is the cell's id, "" where it has none.
func (c Cell) ID() string { return text(c.raw["id"]) }

// Kind is "code", "markdown" or "raw".
func (c Cell) Kind() string { return text(c.raw["cell_type"]) }

// Source is the cell's text.
func (c Cell) Source() string { return text(c.raw["source"]) }

// SetSource replaces the cell's text.
func (c Cell) SetSource(source string) { c.raw["source"] = source }

// Metadata is the cell's metadata.
func (c Cell) Metadata() map[string]any { return c.raw["metadata"].(map[string]any) }

// Unit is the lesson's unit that the cell stands for, and whether it stands for one.
func (c Cell) Unit() (int, bool) {
	lesson, ok := c.Metadata()["lesson"].(map[string]any)
	if !ok {
		return 0, false
	}
	var unit int
	_, err := fmt.Sscan(fmt.Sprint(lesson["unit"]), &unit)
	return unit, err == nil
}

// Folded reports whether the cell's source is closed when a notebook is opened, as JupyterLab's menu *Collapse
// Selected Code* leaves it.
func (c Cell) Folded() bool {
	jupyter, _ := c.Metadata()["jupyter"].(map[string]any)
	return jupyter["source_hidden"] == true
}

// Needs lists the ids of cells that must run before this one: its metadata's "needs".
func (c Cell) Needs() []string {
	var ids []string
	list, _ := c.Metadata()["needs"].([]any)
	for _, id := range list {
		ids = append(ids, text(id))
	}
	return ids
}

// Tagged tells whether the cell has a tag.
func (c Cell) Tagged(tag string) bool {
	tags, _ := c.Metadata()["tags"].([]any)
	return slices.Contains(tags, any(tag))
}

// Outputs lists what the cell put out.
func (c Cell) Outputs() []Output {
	var outputs []Output
	list, _ := c.raw["outputs"].([]any)
	for _, item := range list {
		raw := item.(map[string]any)
		output := Output{Type: text(raw["output_type"]), Name: text(raw["name"]), Text: text(raw["text"])}
		if data, ok := raw["data"].(map[string]any); ok {
			output.HTML, output.Plain = text(data["text/html"]), text(data["text/plain"])
		}
		if output.Type == "error" {
			output.Text = text(raw["evalue"]) + "\n"
			lines, _ := raw["traceback"].([]any)
			for _, line := range lines {
				output.Text += text(line) + "\n"
			}
		}
		outputs = append(outputs, output)
	}
	return outputs
}

// Printed is all that the cell shows as text: what it wrote to its standard output, and the text of each figure.
func (c Cell) Printed() string { return c.text("stdout") }

// Complained is all that the cell wrote to its standard error.
func (c Cell) Complained() string { return c.text("stderr") }

func (c Cell) text(name string) string {
	var all strings.Builder
	for _, output := range c.Outputs() {
		switch {
		case output.Type == "stream" && output.Name == name:
			all.WriteString(output.Text)
		case output.Type == "display_data" && name == "stdout":
			all.WriteString(output.Plain)
		}
	}
	return all.String()
}

// Error is the text of the cell's error, "" where it ended well.
func (c Cell) Error() string {
	for _, output := range c.Outputs() {
		if output.Type == "error" {
			return output.Text
		}
	}
	return ""
}

// IsGo tells whether the cell is a program in Go, as against shell lines or another language's script.
func (c Cell) IsGo() bool {
	source := c.Source()
	if c.Kind() != "code" || strings.HasPrefix(source, "%%script") || strings.HasPrefix(source, "%%bash") || strings.HasPrefix(source, "%%writefile") {
		return false
	}
	for _, line := range strings.Split(source, "\n") {
		if line != "" && !isMagic(line) {
			return true
		}
	}
	return false
}

func isMagic(line string) bool { return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!") }

// Formatted is the cell's text as gofmt would have it. Magic lines stay as they are, and what stands between them is formatted by itself.
func (c Cell) Formatted() (string, error) {
	if !c.IsGo() {
		return c.Source(), nil
	}
	var out, part []string
	flush := func() error {
		source := strings.Join(part, "\n")
		part = nil
		if strings.TrimSpace(source) == "" {
			return nil
		}
		formatted, err := format.Source([]byte(source))
		out = append(out, string(formatted))
		return err
	}
	for _, line := range strings.Split(c.Source(), "\n") {
		if !isMagic(line) {
			part = append(part, line)
			continue
		}
		if err := flush(); err != nil {
			return "", err
		}
		out = append(out, line)
	}
	err := flush()
	return strings.Join(out, "\n"), err
}

// Execute runs notebooks one after another on the real kernel, in place: each file gets its outputs. A cell that fails does not end the
// run; ask it for its Error. The time limit is for one cell.
func Execute(ctx context.Context, secondsPerCell int, paths ...string) error {
	args := append([]string{
		"jupyter", "execute", "--inplace", "--allow-errors", "--NbClientApp.log_level=ERROR", fmt.Sprintf("--timeout=%d", secondsPerCell),
		"--NotebookClient.record_timing=False",
	}, paths...)
	command := exec.CommandContext(ctx, filepath.Join(Root(), "docker", "start"), args...)
	command.Env = append(os.Environ(), "GOPROXY=off") // What a cell would fetch fails: a notebook runs without a network.
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("jupyter execute: %w\n%s", err, output)
	}
	return nil
}

// text joins what nbformat keeps as a string or as a list of lines.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		var all strings.Builder
		for _, line := range value {
			all.WriteString(text(line))
		}
		return all.String()
	}
	return ""
}
