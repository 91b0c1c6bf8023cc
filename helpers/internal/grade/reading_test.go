package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16le(s string) string {
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(s)))
	return b.String()
}

// Whatever an editor made of the file, it is read.
func TestReadNotebook(t *testing.T) {
	good := handedIn(rightMutex, rightSchedule, givenPrediction+"\n// ä 中")
	for name, text := range map[string]string{
		"as it is":                 good,
		"a byte order mark":        "\ufeff" + good,
		"CR LF":                    strings.ReplaceAll(good, "\n", "\r\n"),
		"CR LF in cells":           strings.ReplaceAll(good, `\n`, `\r\n`),
		"UTF-16":                   utf16le("\ufeff" + good),
		"UTF-16, without its mark": utf16le(good),
		"ids that are numbers":     strings.ReplaceAll(good, `"id": "mutex"`, `"id": 17`),
		"metadata that are none":   strings.ReplaceAll(good, `"level": 1`, `"level": [[{"x": 1}]]`),
		"other lists before":       `{"worksheets": [{"cells": [1]}], "signature": {"a": [null]},` + good[1:],
		"more behind it":           good + "\n\n{}",
	} {
		nb, err := readNotebook(strings.NewReader(text))
		if err != nil || len(nb.cells) != 3 {
			t.Errorf("%s: %v, %+v", name, err, nb)
			continue
		}
		first, last := nb.cells[0], nb.cells[2]
		if first.text != rightMutex || !strings.HasSuffix(last.text, "ä 中") ||
			nb.date != "2026-12-01" || nb.title != "Exercises" || !slices.Equal(first.calls, []string{"CheckMutex"}) {
			t.Errorf("%s: %+v", name, nb)
		}
	}
	long := code("long", "", strings.Repeat("x", maxSource)+"\nexercise.CheckMutex(nil)")
	nb, err := readNotebook(strings.NewReader(saved("", long)))
	if err != nil || !nb.cells[0].long || !slices.Equal(nb.cells[0].calls, []string{"CheckMutex"}) {
		t.Errorf("%v, %+v", err, nb)
	}
}

// What cannot be read is said in a sentence.
func TestNoNotebook(t *testing.T) {
	good := handedIn(rightMutex, rightSchedule, givenPrediction)
	deep := strings.Repeat("[", 1_000_000)
	for text, want := range map[string]string{
		"":                   "is empty",
		"PK\x03\x04...":      "zip archive: unpack it",
		"\x1f\x8b\x08":       "compressed",
		"%PDF-1.4":           "a PDF",
		"<html>":             "a web page",
		"{":                  "not the whole of one",
		good[:len(good)/2]:   "not the whole of one",
		"[]":                 "no notebook",
		"{}":                 "nbformat 4",
		"hello":              "no notebook",
		`{"cells": {}}`:      "no notebook",
		deep:                 "no notebook",
		`{"cells": [` + deep: "no notebook",
	} {
		_, err := readNotebook(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
}

// What is handed in wrongly is told in a sentence, and stops nobody else.
func TestRead(t *testing.T) {
	good := handedIn(rightMutex, rightSchedule, givenPrediction)
	other := saved("", text("# Multi-threading\n\nin Go"), code("a", "", "func main() {}"))
	long := strings.Repeat("ä", 120)
	dir := folder(t, map[string]string{
		".ipynb_checkpoints/ada-checkpoint.ipynb": good,
		"__MACOSX/ada.ipynb":                      good,
		"ADA/x.ipynb":                             good,
		"ada.ipynb":                               good,
		"ben/.ipynb_checkpoints/07-exercises-checkpoint.ipynb": good,
		"ben/01-multi-threading.ipynb":                         other,
		"ben/07-exercises.ipynb":                               good,
		"big.ipynb":                                            `{"cells": [` + strings.Repeat(" ", maxNotebook) + `]}`,
		"cleo.txt":                                             "hello",
		"dan.ipynb":                                            "{",
		"eve.ipynb":                                            other,
		"fay/a.ipynb":                                          good,
		"fay/b/b.ipynb":                                        good,
		"gus/readme":                                           "",
		"hal [late]/._a.ipynb":                                 "",
		"hal [late]/a.ipynb":                                   good,
		"home/lea/notebooks/01.ipynb":                          other,
		"home/lea/notebooks/07-exercises.ipynb":                good,
		"home/max/notebooks/deep/07.ipynb":                     good,
		"home/ned/.bashrc":                                     "",
		"ivy/a.ipynb":                                          other,
		"ivy/b.ipynb":                                          "{",
		"jo.ipynb":                                             saved(""),
		"kim.ipynb.txt":                                        good,
		"odd\u202e\x1b[31m.ipynb":                              good,
		"zip.zip":                                              "PK\x03\x04",
		"zip/x.ipynb":                                          "PK\x03\x04",
		"zoe.ipynb":                                            "",
		long + "1.ipynb":                                       good,
		long + "2.ipynb":                                       good,
	})
	secret := filepath.Join(t.TempDir(), "secret.ipynb")
	if err := os.WriteFile(secret, []byte(good), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{
		"out.ipynb": secret, "folder": filepath.Dir(secret), "ben/z": "/", "ben/z.ipynb": secret,
		"in.ipynb": "ada.ipynb", "lost.ipynb": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{ // of each student what is said, or nothing where the notebook is read
		"ADA":           "",
		"ada.ipynb":     "",
		"ben":           "",
		"big":           "more than 20 MB",
		"cleo.txt":      "no notebook",
		"dan":           "not the whole",
		"eve":           `another notebook ("Multi-threading")`,
		"fay":           "2 notebooks with exercises, and one is wanted: leave the one that counts, of a.ipynb, b/b.ipynb",
		"folder":        "a link",
		"gus":           "no notebook in it",
		"hal [late]":    "",
		"in":            "a link",
		"ivy":           "2 notebooks, and none",
		"jo":            "no cells with code",
		"kim.ipynb.txt": "",
		"lea":           "",
		"lost":          "a link",
		"max":           "",
		"ned":           "no notebook in it",
		"odd[31m":       "",
		"out":           "a link",
		"zip":           "x.ipynb: it is no notebook but a zip",
		"zip.zip":       "zip archive",
		"zoe":           "is empty",
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	all, err := entries(root)
	if err != nil {
		t.Fatal(err)
	}
	c := givenClass(t)
	longs := 0
	for _, e := range all {
		nb, err := c.read(root, e)
		says, ok := want[e.student]
		if strings.HasPrefix(e.student, "ää") && len(e.student) < 250 {
			longs, ok = longs+1, true
		}
		delete(want, e.student)
		if !ok || (says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", e.student, err, says)
		}
		if err == nil && (len(nb.cells) != 3 || nb.cells[0].text != rightMutex) {
			t.Errorf("%s: %+v", e.student, nb)
		}
	}
	if len(want) > 0 || longs != 2 {
		t.Errorf("left out: %v, of long names %d", want, 2-longs)
	}
}
