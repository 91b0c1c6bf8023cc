package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	// maxNotebook is far more than a notebook has whose outputs are pictures.
	maxNotebook = 20 << 20
	// maxSource is far more than anybody writes into a cell.
	maxSource = 30_000
	// maxParsed is how much of a notebook's cells that may call a check is parsed. Of what is
	// beyond, the calls are a guess.
	maxParsed = 2 << 20
)

// A notebook is what the grader keeps of one: its code cells.
type notebook struct {
	cells []cell
	title string // the first line of its first text cell
	date  string // when what was given out was recorded, such as "2026-11-30"; it stays in a student's copy

	parsed int // bytes
}

// A cell is a code cell.
type cell struct {
	id, name string // name is that of the metadata's exercise, "" where there is none
	text     string // with line ends as Unix has them; "" where it is long
	long     bool   // it has more than maxSource bytes
	level    int
	calls    []string // the checks that it calls, such as "CheckMutex"
}

// readNotebook reads a notebook as it is saved by JupyterLab, or by an editor that wrote another
// encoding. It keeps little of what it reads, so that a large notebook costs little; the error is a
// sentence.
func readNotebook(from io.Reader) (*notebook, error) {
	in := bufio.NewReader(from)
	begin, _ := in.Peek(4)
	if len(begin) == 0 {
		return nil, errors.New("the file is empty: it was not saved, or not copied whole.")
	}
	for sign, what := range map[string]string{
		"PK": "a zip archive: unpack it", "\x1f\x8b": "a compressed archive: unpack it", "%PDF": "a PDF", "<": "a web page",
	} {
		if bytes.HasPrefix(begin, []byte(sign)) {
			return nil, fmt.Errorf("it is no notebook but %s; JupyterLab's own file is wanted, which ends in .ipynb.", what)
		}
	}
	decode := unicode.UTF8.NewDecoder()
	switch { // UTF-16 without a mark at its beginning
	case bytes.HasPrefix(begin, []byte("{\x00")):
		decode = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case bytes.HasPrefix(begin, []byte("\x00{")):
		decode = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
	nb, err := parse(json.NewDecoder(transform.NewReader(in, unicode.BOMOverride(decode))))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it is no notebook, or not the whole of one: "+
			"JupyterLab's own file is wanted, as it was saved (%w).", err)
	case nb == nil:
		return nil, errors.New("it is no notebook of today's format, nbformat 4: open it in JupyterLab and save it.")
	}
	return nb, nil
}

// parse reads a notebook's JSON piece by piece. It returns nil where there is no list of cells.
func parse(in *json.Decoder) (nb *notebook, err error) {
	if err := begins(in, '{'); err != nil {
		return nil, err
	}
	var found notebook
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return nil, err
		}
		switch key {
		case "cells":
			if err := begins(in, '['); err != nil {
				return nil, err
			}
			nb = &found
			for in.More() {
				if err := nb.add(in); err != nil {
					return nil, err
				}
			}
			if _, err := in.Token(); err != nil {
				return nil, err
			}
		case "metadata":
			var m struct{ Recorded struct{ Date string } }
			if err := tolerant(in.Decode(&m)); err != nil {
				return nil, err
			}
			if day.MatchString(m.Recorded.Date) {
				found.date = m.Recorded.Date
			}
		default:
			if err := in.Decode(new(skipped)); err != nil {
				return nil, err
			}
		}
	}
	_, err = in.Token()
	return nb, err
}

// begins reads the beginning of an object or of a list.
func begins(in *json.Decoder, with json.Delim) error {
	begin, err := in.Token()
	if err == nil && begin != with {
		err = fmt.Errorf("there is %v in the place of %v", begin, with)
	}
	return err
}

var day = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// add reads one cell, and keeps it if it is one of code.
func (nb *notebook) add(in *json.Decoder) error {
	var raw struct {
		ID       string
		Kind     string `json:"cell_type"`
		Metadata struct{ Exercise mark }
		Source   source
	}
	if err := tolerant(in.Decode(&raw)); err != nil {
		return err
	}
	m, s := raw.Metadata.Exercise, raw.Source
	c := cell{id: cut(raw.ID, 100), name: m.Name, level: m.Level, text: s.text, long: s.long}
	switch {
	case raw.Kind == "code" && (c.long || strings.TrimSpace(c.text) != "" || c.id != ""):
		switch {
		case c.long:
			c.calls = s.calls
		case !strings.Contains(c.text, "Check"):
		case nb.parsed > maxParsed:
			c.calls = callsIn([]byte(c.text))
		default:
			nb.parsed += len(c.text)
			c.calls = calls(c.text)
		}
		nb.cells = append(nb.cells, c)
	case raw.Kind == "markdown" && nb.title == "":
		first, _, _ := strings.Cut(strings.TrimSpace(c.text), "\n")
		nb.title = cut(strings.TrimSpace(strings.TrimLeft(first, "# ")), 80)
	}
	return nil
}

// tolerant takes a value of another type than expected, such as a number as a cell's id, for one
// that is not there.
func tolerant(err error) error {
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		return nil
	}
	return err
}

// skipped is JSON that nobody looks at.
type skipped struct{}

func (*skipped) UnmarshalJSON([]byte) error { return nil }

// mark is a cell's metadata "exercise". Whoever wrote something else there has marked nothing.
type mark struct {
	Name  string
	Level int
}

func (m *mark) UnmarshalJSON(text []byte) error {
	type plain mark
	var p plain
	if len(text) < 2000 && tolerant(json.Unmarshal(text, &p)) == nil {
		*m = mark(p)
	}
	return nil
}

// source is a cell's text, which a notebook keeps as a string or as a list of lines.
type source struct {
	text  string
	long  bool
	calls []string // of a long one, as they are not to be found in its text
}

func (s *source) UnmarshalJSON(text []byte) error {
	*s = source{}
	if len(text) <= 6*maxSource { // \u00e4 is six bytes, and ä is one or two
		var lines []string
		var whole string
		if json.Unmarshal(text, &whole) != nil && json.Unmarshal(text, &lines) == nil {
			whole = strings.Join(lines, "")
		}
		s.text = strings.ReplaceAll(strings.ReplaceAll(whole, "\r\n", "\n"), "\r", "\n")
	}
	if len(text) > 6*maxSource || len(s.text) > maxSource {
		s.text, s.long, s.calls = "", true, callsIn(text)
	}
	return nil
}

// cut shortens a text to at most this number of bytes, and says so.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}
