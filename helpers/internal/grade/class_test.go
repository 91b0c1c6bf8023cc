package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/judge"
	course "example.com/multithreading/helpers/internal/notebook"
)

// The teacher's solutions are right, each by itself, what a student is given is not, and of that
// the notebook says the same.
func TestSolutions(t *testing.T) {
	needsTools(t)
	c, err := newClass(givenOut(course.Root()))
	if err != nil {
		t.Fatal(err)
	}
	j, err := newReferee(course.Root(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	solved := solutions(t)
	nb, err := course.Read(givenOut(course.Root()))
	if err != nil {
		t.Fatal(err)
	}
	verdict := func(e exercise, text string) judge.Verdict {
		p, err := compose(cell{text: text}, nil, false)
		if err != nil {
			t.Fatal(err)
		}
		return j.judge(t.Context(), e.name, p)
	}
	for _, e := range c.exercises {
		if v := verdict(e, solved[e.name]); !v.Right {
			t.Errorf("the solution of %s: %+v", e.name, v)
		}
		v := verdict(e, e.given)
		if v.Right || v.Undecided {
			t.Errorf("%s as it is given out: %+v", e.name, v)
		}
		given, err := nb.Find(e.id)
		if err != nil {
			t.Fatal(err)
		}
		if printed := given.Printed(); !strings.Contains(printed, "✗ "+e.name+": "+v.Says) {
			t.Errorf("%s: the grade says %q, and the notebook\n%s", e.name, v.Says, printed)
		}
	}
	if len(solved) != len(c.exercises) || len(solved) < 19 {
		t.Errorf("%d solutions for %d exercises", len(solved), len(c.exercises))
	}
}

// solutions are those of the teacher's notebook, by the names of the exercises.
func solutions(t *testing.T) map[string]string {
	t.Helper()
	nb, err := course.Read(filepath.Join(course.Root(), "notebooks", "instructor", "07-exercises.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, cell := range nb.Code() {
		if m, _ := cell.Metadata()["exercise"].(map[string]any); m["solution"] == true {
			all[fmt.Sprint(m["name"])] = cell.Source()
		}
	}
	return all
}

// judged are the answers of the judge's own tests, by exercise.
func judged(t *testing.T, kind string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(course.Root(), "helpers/internal/judge/testdata/answers/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no answers: %v", err)
	}
	all := map[string][]string{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, f := range archive.Files {
			if strings.HasPrefix(f.Name, kind+"/") {
				all[name] = append(all[name], string(f.Data))
			}
		}
	}
	return all
}

// A whole class, as it hands in what was given out: all that may be wrong with it in one run. want
// is what the table is to say of each student: how many are right, or nothing where there is no
// sum.
func wholeClass(t *testing.T) (dir string, want map[string]string) {
	t.Helper()
	text, err := os.ReadFile(givenOut(course.Root()))
	if err != nil {
		t.Fatal(err)
	}
	c, err := newClass(givenOut(course.Root()))
	if err != nil {
		t.Fatal(err)
	}
	right, wrong, solved := judged(t, "right"), judged(t, "wrong"), solutions(t)
	all := fmt.Sprint(len(c.exercises))
	// with is the notebook with some answers in it; change may change each of its cells, or take it
	// out.
	with := func(answer func(e exercise, i int) string, change func(raw) raw) string {
		var nb raw
		if err := json.Unmarshal(text, &nb); err != nil {
			t.Fatal(err)
		}
		var cells []any
		for _, one := range nb["cells"].([]any) {
			cell := raw(one.(map[string]any))
			if i := slices.IndexFunc(c.exercises, func(e exercise) bool { return e.id == cell["id"] }); i >= 0 {
				if source := answer(c.exercises[i], i); source != "" {
					cell["source"] = strings.SplitAfter(source, "\n")
				}
			}
			if change != nil {
				cell = change(cell)
			}
			if cell != nil {
				cells = append(cells, cell)
			}
		}
		nb["cells"] = cells
		text, err := json.MarshalIndent(nb, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	nth := func(of map[string][]string, n int) func(e exercise, i int) string {
		return func(e exercise, i int) string {
			if len(of[e.name]) == 0 {
				return ""
			}
			return of[e.name][(n+i)%len(of[e.name])]
		}
	}
	solution := func(e exercise, _ int) string { return solved[e.name] }
	rightOf := func(n int) func(e exercise, i int) string {
		return func(e exercise, i int) string {
			if source := nth(right, n)(e, i); source != "" {
				return source
			}
			return solved[e.name]
		}
	}
	untouched := func(exercise, int) string { return "" }
	files, want := map[string]string{}, map[string]string{}
	add := func(student, file, text, right string) {
		files[file], want[student] = text, right
	}
	for i := range 8 {
		name := fmt.Sprintf("right%d", i)
		add(name, name+".ipynb", with(rightOf(i*3), nil), all)
	}
	for i := range 5 {
		name := fmt.Sprintf("wrong%d", i)
		add(name, name+"/07-exercises.ipynb", with(nth(wrong, i*3), nil), "0")
	}
	add("untouched", "untouched.ipynb", with(untouched, nil), "0")
	add("half", "half.ipynb", with(func(e exercise, i int) string {
		if i%2 == 0 {
			return solved[e.name]
		}
		return ""
	}, nil), fmt.Sprint((len(c.exercises)+1)/2))
	add("empty", "empty.ipynb", "", "")
	add("zip.zip", "zip.zip", "PK\x03\x04", "")
	add("two", "two/a.ipynb", with(solution, nil), "")
	add("two", "two/b.ipynb", with(untouched, nil), "")
	lesson, err := os.ReadFile(filepath.Join(course.Root(), "notebooks", "01-multi-threading.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	add("another", "another.ipynb", string(lesson), "")
	add("no-cells", "no-cells.ipynb", saved("2026-11-30"), "")
	add("mark", "mark.ipynb", "\ufeff"+with(solution, nil), all)
	add("crlf", "crlf.ipynb", strings.ReplaceAll(strings.ReplaceAll(with(solution, nil), "\n", "\r\n"), `\n`, `\r\n`), all)
	add("utf16", "utf16.ipynb", utf16le("\ufeff"+with(solution, nil)), all)
	add("bare", "bare.ipynb", with(solution, func(cell raw) raw {
		delete(cell, "id")
		cell["metadata"] = raw{}
		return cell
	}), all)
	add("older", "older.ipynb", saved("2026-11-20", code("mutex", "mutex", oldMutex)), "")
	var copies []raw
	for _, e := range c.exercises {
		copies = append(copies, code(e.id, e.name, e.given), code("copy-of-"+e.id, e.name, solved[e.name]))
	}
	add("copies", "copies.ipynb", saved("2026-11-30", copies...), all)
	add("collected", "home/collected/notebooks/07-exercises.ipynb", with(solution, nil), all)
	files["home/collected/notebooks/01-multi-threading.ipynb"] = string(lesson)
	var burdens []raw
	hostile := hostileAnswers(t, filepath.Join(t.TempDir(), "mark"))
	names := slices.Sorted(maps.Keys(hostile))
	for i, e := range c.exercises {
		burdens = append(burdens, code(e.id, e.name, strings.ReplaceAll(hostile[names[i%len(names)]], "CheckMutex", e.check)))
	}
	add("hostile", "hostile.ipynb", saved("2026-11-30", burdens...), "")
	add("loops", "loops.ipynb", with(func(e exercise, _ int) string {
		return strings.Replace(e.given, "func main() {", "func main() {\n\tfor i := 0; ; i++ {\n\t}", 1)
	}, nil), "0")
	source := "func main() { exercise.CheckMutex(nil) }" + strings.Repeat(" ", 50)
	cell := `{"cell_type": "code", "id": "a", "source": "` + source + `"},`
	cells := strings.Repeat(cell, (maxNotebook-1000)/len(cell))
	add("large", "large.ipynb", `{"nbformat": 4, "cells": [`+cells+`{"cell_type": "code", "source": ""}]}`, "")
	if len(want) < 30 {
		t.Fatalf("a class of %d", len(want))
	}
	return folder(t, files), want
}

func TestClass(t *testing.T) {
	dir, want := wholeClass(t)
	needsTools(t)
	begin := time.Now()
	got := grade(t, dir, nil)
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used); err != nil {
		t.Fatal(err)
	}
	check(t, got, want, time.Since(begin))
	t.Logf("the processors' time: %d s", (used.Utime.Nano()+used.Stime.Nano())/1e9)
}

// The same in the course's image, without a network, as README says.
func TestClassInImage(t *testing.T) {
	image := os.Getenv("COURSE_IMAGE")
	if image == "" {
		t.Skip("no COURSE_IMAGE: `make test-image` builds and names one")
	}
	dir, want := wholeClass(t)
	out := t.TempDir()
	if err := os.Chmod(out, 0o777); err != nil { // the image's user is another
		t.Fatal(err)
	}
	begin := time.Now()
	command := exec.CommandContext(t.Context(), "docker", "run", "--rm", "--network=none",
		"-v", dir+":/class:ro", "-v", out+":/out", image, "grade", "/class", "/out/grades")
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	check(t, readGrades(t, filepath.Join(out, "grades"), string(said)), want, time.Since(begin))
}

func check(t *testing.T, got graded, want map[string]string, took time.Duration) {
	t.Helper()
	t.Logf("a class of %d in %.0f s\n%s", len(want), took.Seconds(), got.said)
	if len(got.lines) != len(want) || took > 10*time.Minute {
		t.Errorf("%d students in %v, want %d in less than 10 minutes", len(got.lines), took, len(want))
	}
	for _, student := range slices.Sorted(maps.Keys(want)) {
		line := got.lines[student]
		if right := line["right"]; right == want[student] && (right == "") == (line["points"] == "") {
			continue
		}
		t.Errorf("%s: %q right, want %q, %s", student, line["right"], want[student], line["problem"])
		for part := range strings.SplitSeq(line["page"], "<h2 ") {
			sign := map[string]string{"0": "✓", line["of"]: "✗"}[want[student]] // of what is not as it should be
			if sign != "" && strings.Contains(part, ">"+sign) || strings.Contains(part, ">?") {
				t.Logf("%s: %.600s", student, part)
			}
		}
	}
}

// The command finds its course by where it is, as in the image, and needs nothing else of it.
func TestFromElsewhere(t *testing.T) {
	needsTools(t)
	place := t.TempDir()
	text, err := os.ReadFile(givenOut(course.Root()))
	if err != nil {
		t.Fatal(err)
	}
	file := givenOut(place)
	program := filepath.Join(place, ".venv", "bin", "grade")
	for _, dir := range []string{filepath.Dir(file), filepath.Dir(program)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	dir := folder(t, map[string]string{"ada.ipynb": saved("", code("", "", rightMutex))})
	command := exec.Command(program, "class", "out")
	command.Dir = filepath.Dir(dir)
	if said, err := command.CombinedOutput(); err != nil || !strings.Contains(string(said), "were not judged") {
		t.Errorf("%v\n%s", err, said)
	}
	if got := readGrades(t, filepath.Join(filepath.Dir(dir), "out"), ""); got.lines["ada"]["mutex"] != "1" {
		t.Errorf("%v", got.lines)
	}
}
