package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// adds is an answer that is right if and only if the condition is true, with what it needs beside
// it.
func adds(condition, beside string) string {
	return `func add(counter *int, mu *sync.Mutex) {
	if ` + condition + ` {
		mu.Lock()
		defer mu.Unlock()
	}
	*counter++
}

func main() { exercise.CheckMutex(add) }

` + beside
}

// hostileAnswers lists answers to the exercise mutex that must not count, by what they do: those of
// testdata/hostile.txtar, and some that are made. mark is a file that whoever can start a process
// or write a file makes.
func hostileAnswers(t *testing.T, mark string) map[string]string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/hostile.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{
		"deep":       adds(strings.Repeat("(", 9000)+"false"+strings.Repeat(")", 9000), ""),
		"deep-types": adds("false", "type t "+strings.Repeat("[]", 9000)+"int"),
		"many-types": adds("false", manyTypes()),
		"many-names": adds("false", "func f() { _ = "+manyNames()+" }"),
		"long-cell":  adds("false", "// "+strings.Repeat("x", maxSource)),
	}
	for _, f := range archive.Files {
		all[strings.TrimSuffix(f.Name, ".go")] = strings.ReplaceAll(string(f.Data), "MARK", mark)
	}
	return all
}

// manyTypes is twice as large with each line.
func manyTypes() string {
	s := "type t0 struct{ a, b int }\n"
	for i := range 60 {
		s += fmt.Sprintf("type t%d struct{ a, b t%d }\n", i+1, i)
	}
	return s + "var _ t60"
}

// manyNames are packages that goimports looks for.
func manyNames() string {
	var s []string
	for i := range 400 {
		s = append(s, fmt.Sprintf("nowhere%d.Nothing", i))
	}
	return strings.Join(s, " + ")
}

// A class in which all but a few are hostile. Nothing that they do counts, nothing reaches this
// machine, and nothing costs the others a point.
func TestHostile(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	files := map[string]string{}
	for name, answer := range hostileAnswers(t, mark) {
		cells := []raw{code("mutex", "mutex", answer), code("s", "", rightSchedule), code("p", "", givenPrediction)}
		files[name+".ipynb"] = saved("", cells...)
	}
	for _, name := range []string{"aa-honest", "mm-honest", "zz-honest"} {
		files[name+".ipynb"] = handedIn(rightMutex, rightSchedule, givenPrediction)
	}
	begin := time.Now()
	got := grade(t, folder(t, files), givenClass(t))
	t.Logf("%d students in %.0f s", len(got.lines), time.Since(begin).Seconds())
	if len(got.lines) != len(files) {
		t.Errorf("%d students, want %d", len(got.lines), len(files))
	}
	for _, student := range slices.Sorted(maps.Keys(got.lines)) {
		line := got.lines[student]
		_, says, _ := strings.Cut(got.part(student, "mutex"), "<pre>")
		t.Logf("%s: %s %.150q", student, line["mutex"], says)
		if honest := strings.HasSuffix(student, "-honest"); honest != (line["mutex"] == "1") {
			t.Errorf("%s: mutex %s\n%s", student, line["mutex"], got.part(student, "mutex"))
		}
		part := got.part(student, "mutex")
		if strings.Contains(part, "came to no verdict") || strings.Contains(part, ": .<") {
			t.Errorf("%s is not told why:\n%s", student, part)
		}
		if line["lost-update"] != "1" {
			t.Errorf("%s: lost-update %s\n%s", student, line["lost-update"], got.part(student, "lost-update"))
		}
	}
	for _, student := range []string{"loops", "waits", "recursion", "goroutines", "panics"} {
		if mark := got.lines[student]["mutex"]; mark != "0" {
			t.Errorf("%s: %s, want 0\n%s", student, mark, got.part(student, "mutex"))
		}
	}
	if _, err := os.Lstat(mark); err == nil {
		t.Error("somebody reached this machine")
	}
}

// What a command does that does not do what it should: here they stand in for explore, which ends
// by itself.
func TestBadCommand(t *testing.T) {
	for name, test := range map[string]struct {
		script    string
		undecided bool
		says      string
	}{
		"no end":         {"sleep 100 & exec sleep 100", false, "its check was ended, as it had no end after 200ms."},
		"ended":          {"kill -9 $$", false, "its check was ended by the system"},
		"says nothing":   {"echo 'a fault' >&2; exit 2", true, "came to no verdict (exit status 2: a fault)."},
		"of another":     {`echo '{"Exercise": "atomic", "Right": true}'`, true, "came to no verdict"},
		"says too much":  {`echo '{"Exercise": "mutex", "Right": true, "X": "'; yes | head -c 2000000`, true, "no verdict"},
		"as it should":   {`echo '{"Exercise": "mutex", "Right": true, "Says": "right."}'; exit 0`, false, "right."},
		"prints for all": {"yes", false, "no end"},
	} {
		needsTools(t)
		j, err := newReferee(".", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		j.explore = filepath.Join(t.TempDir(), "explore")
		if strings.Contains(test.says, "no end") { // the others have theirs, however busy the machine is
			j.patience = 200 * time.Millisecond
		}
		if err := os.WriteFile(j.explore, []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		v := j.judge(t.Context(), "mutex", program{text: "package main\n"})
		if v.Undecided != test.undecided || !strings.Contains(v.Says, test.says) ||
			v.Right != (name == "as it should") || v.Exercise != "mutex" {
			t.Errorf("%s: %+v", name, v)
		}
		if left, err := os.ReadDir(j.dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v %v is left", name, err, left)
		}
	}
}

// Programs that several hand in are judged once.
func TestJudgedOnce(t *testing.T) {
	needsTools(t)
	j, err := newReferee(".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	j.explore = filepath.Join(t.TempDir(), "explore")
	script := `#!/bin/sh
echo x >>LOG
echo '{"Exercise": "mutex", "Right": true}'
`
	script = strings.ReplaceAll(script, "LOG", log)
	if err := os.WriteFile(j.explore, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	var right atomic.Int32
	done := make(chan bool)
	for range 5 {
		go func() {
			if j.judge(t.Context(), "mutex", program{text: "package main\n"}).Right {
				right.Add(1)
			}
			done <- true
		}()
	}
	for range 5 {
		<-done
	}
	if text, err := os.ReadFile(log); err != nil || string(text) != "x\n" || right.Load() != 5 {
		t.Errorf("%v, asked %q, right %d", err, text, right.Load())
	}
}

// Ctrl-C ends what runs and writes nothing.
func TestInterrupted(t *testing.T) {
	needsTools(t)
	answers := hostileAnswers(t, "mark")
	dir := folder(t, map[string]string{"a.ipynb": handedIn(answers["counts"], answers["doubles"], answers["goroutines"])})
	command := exec.Command(os.Args[0], dir)
	command.Env = append(os.Environ(), asCommand+"=1", "TMPDIR="+t.TempDir())
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // somewhere on its way: whenever it is, all of this must hold
	command.Process.Signal(os.Interrupt)
	err := command.Wait()
	if _, there := os.Lstat(dir + "-grades"); (err == nil) != (there == nil) {
		t.Errorf("it ends with %v, and of its grades: %v\n%s", err, there, &said)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".grades-*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// However large what is handed in, the teacher's own process stays small and quick.
func TestLarge(t *testing.T) {
	needsTools(t)
	fill := func(begin, piece, end string, cells int) string {
		var b strings.Builder
		b.WriteString(begin)
		for i := 0; i < cells && b.Len()+len(piece)+len(end) < maxNotebook; i++ {
			b.WriteString(piece)
		}
		b.WriteString(end)
		return b.String()
	}
	begin, end := `{"nbformat": 4, "cells": [`, `{"cell_type": "code", "id": "z", "source": []}]}`
	// of is a notebook that is full of one cell.
	of := func(cell string) string { return fill(begin, cell, end, 100_000) }
	cell := func(source string) string { return `{"cell_type": "code", "id": "a", "source": "` + source + `"},` }
	const check = `func main() { exercise.CheckMutex(add) }\n`
	for name, text := range map[string]string{
		"100,000 cells": of(cell(check + strings.Repeat("var x = 1; ", 9))),
		"plain cells":   of(cell(strings.Repeat("x := 1; ", 18))),
		"tiny cells":    fill(begin, `{"cell_type":"code","id":"a"},`, end, maxNotebook),
		"large cells":   of(cell(check + strings.Repeat(`func f() { a + b }\n`, 1000))),
		"deep cells":    of(cell("func main() { exercise.CheckMutex(" + strings.Repeat("(", 29_000) + ") }")),
		"unresolved":    of(cell("func main() { exercise.CheckMutex(zzz)" + strings.Repeat(";a.B(c)", 4000) + "}")),
		"declarations":  fill(begin, cell(strings.Repeat("var a,b,c,d,e,f int;", 1000)), cell(check)+end, 100_000),
		"one cell":      begin + cell(strings.Repeat("exercise.CheckMutex(", 1_000_000)) + end,
		"one list":      begin + `{"cell_type": "code", "source": [` + strings.Repeat(`"",`, 6_000_000) + `""]},` + end,
		"one output":    begin + `{"cell_type": "code", "outputs": [` + strings.Repeat(`{},`, 6_000_000) + `0]},` + end,
		"many keys":     `{"x": [` + strings.Repeat(`1,`, 9_000_000) + `1], "cells": []}`,
		"UTF-16":        utf16le(fill(begin, cell(check), end, 90_000)),
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"a.ipynb": text})
			command := exec.Command(os.Args[0], dir)
			command.Env = append(os.Environ(), asCommand+"=measured")
			began := time.Now()
			said, err := command.CombinedOutput()
			took := time.Since(began)
			most, used := 0, 0
			if figures := figures.FindSubmatch(said); figures != nil {
				fmt.Sscan(string(figures[1]), &used)
				fmt.Sscan(string(figures[2]), &most)
			}
			first, _, _ := strings.Cut(string(said), "\n")
			t.Logf("%.1f s, of the processor's %.1f s by the grader itself, at most %d MB: %s",
				took.Seconds(), float64(used)/1000, most>>10, first)
			if err != nil || runtime.GOOS == "linux" && (most == 0 || most>>10 > 200 || used > 5000) {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// figures are what the process took of the processor's time, and how much memory at most, as Linux
// tells it.
var figures = regexp.MustCompile(`(?s)used (\d+) ms.*VmHWM:\s+(\d+) kB`)
