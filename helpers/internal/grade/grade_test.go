package grade

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// Two exercises: one whose interleavings are tried, one that is plain Go.
var two = []exerciseCell{
	{name: "mutex", check: "exercise.CheckMutex(add)", id: "mutex-answer"},
	{name: "start-and-wait", check: "exercise.CheckStartAndWait(startAll)", id: "start-and-wait-answer"},
}

const (
	rightMutex = `import (
	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/scheduler"
)

func add(counter *scheduler.Int, mu *scheduler.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	counter.Store(counter.Load() + 1)
}

func main() { exercise.CheckMutex(add) }`

	// As GoNB takes it: what is used is imported, %% begins main.
	rightStart = `%goflags -race
!echo started by a student >&2
func startAll(tasks []func()) {
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(task)
	}
	wg.Wait()
}

%%
exercise.CheckStartAndWait(startAll)`

	wrongMutex = `func add(counter *scheduler.Int, mu *scheduler.Mutex) {
	counter.Store(counter.Load() + 1)
}`
	wrongStart = `func startAll(tasks []func()) {
	for _, task := range tasks {
		go task()
	}
}`
)

// tableOfSums is right with what the notebook's check tries, and adds nothing.
const tableOfSums = `func total(parts []func() int) int {
	return map[int]int{1: 10, 3: 33, 8: 108, 20: 20}[len(parts)]
}`

// handedIn is a notebook as a student saves it, with these answers to the two exercises.
func handedIn(mutex, start string) string {
	cell := func(id, name, source string) map[string]any {
		return map[string]any{
			"cell_type": "code", "id": id, "metadata": map[string]any{"exercise": map[string]any{"name": name, "check": "print(1)", "minutes": 1}},
			"source": strings.SplitAfter(source, "\n"), "outputs": []any{}, "execution_count": 1,
		}
	}
	text, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": []any{
		map[string]any{"cell_type": "markdown", "id": "a-text", "metadata": map[string]any{}, "source": "text"},
		cell("a-copy", "mutex", "func add( {"),
		cell("mutex-answer", "mutex", mutex),
		cell("start-and-wait-answer", "start-and-wait", start),
		map[string]any{"cell_type": "code", "id": "another", "metadata": map[string]any{}, "source": "not for the grader", "outputs": []any{}, "execution_count": nil},
	}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// class writes files into a new folder.
func class(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "class")
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestProgram(t *testing.T) {
	got, err := answer{Source: rightStart}.program()
	if err != nil || !strings.HasPrefix(got, "package main") || strings.Contains(got, "echo") || strings.Contains(got, "CheckStart") || !strings.Contains(got, "wg.Go(task)") {
		t.Errorf("%v\n%s", err, got)
	}
	got, err = answer{Source: "type T struct{}\n\nfunc (T) init() {}\n\nfunc init() { println(1) }\n\nfunc main() { println(2) }"}.program()
	if err != nil || strings.Contains(got, "println") || !strings.Contains(got, "func (T) init()") {
		t.Errorf("main and init of the student's: %v\n%s", err, got)
	}
	if _, err := (answer{Source: "//lines of a page\n//line by line\nvar a int"}).program(); err != nil {
		t.Errorf("a comment that is an order to nobody: %v", err)
	}
	for source, want := range map[string]string{
		"":                                       "empty",
		" \n":                                    "empty",
		strings.Repeat("a", maxSource+1):         "more than",
		"func add( {":                            "not Go",
		"import \"unsafe\"\n\n//go:linkname a b": "//go:linkname: an answer needs no orders",
		"/*line x.go:1*/ var a int":              "an answer needs no orders",
		"//line x.go:1\nvar a int":               "an answer needs no orders",
	} {
		if _, err := (answer{Source: source}).program(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", source, err, want)
		}
	}
}

func TestPermitted(t *testing.T) {
	if err := permitted([]byte("package main\n\nimport (\n\t\"fmt\"\n\tm \"sync\"\n)\n")); err != nil {
		t.Error(err)
	}
	for _, path := range []string{
		"C", "unsafe", "os", "os/exec", "os/signal", "io/ioutil", "io/fs", "syscall", "reflect", "net", "net/http", "plugin", "testing", "embed", "runtime/debug",
		"path/filepath", "golang.org/x/sys/unix", "example.com/multithreading/helpers/python", "example.com/multithreading/helpers/outside",
	} {
		if err := permitted([]byte("package main\n\nimport . \"" + path + "\"\n")); err == nil || !strings.Contains(err.Error(), `"`+path+`"`) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What is handed in wrongly is told in a sentence, and stops nobody else.
func TestCollect(t *testing.T) {
	good := handedIn(rightMutex, rightStart)
	long := strings.Repeat("ä", 120)
	dir := class(t, map[string]string{
		"hal [late]/a.ipynb": good, "hal [late]/._a.ipynb": "", long + "1.ipynb": good, long + "2.ipynb": good,
		"ada.ipynb": good, "ben/07-exercises.ipynb": good, "ben/notes.txt": "", ".ipynb_checkpoints/ada-checkpoint.ipynb": good,
		"cleo.txt": "", "dan.ipynb": "{", "eve.ipynb": "[]", "fay/a.ipynb": good, "fay/b.ipynb": good, "gus/readme": "", "ADA/x.ipynb": good,
		"big.ipynb": `{"cells": [` + strings.Repeat(" ", maxNotebook) + `]}`, "deep.ipynb": strings.Repeat("[", 1_000_000),
	})
	secret := filepath.Join(t.TempDir(), "secret.ipynb")
	os.WriteFile(secret, []byte(good), 0o644)
	for link, target := range map[string]string{"out.ipynb": secret, "folder": filepath.Dir(secret), "ben/z": "/", "in.ipynb": "ada.ipynb"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := collect(dir, two)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"ADA": "", "ada.ipynb": "", "ben": "", "big": "more than 20 MB", "cleo.txt": "not a notebook", "dan": "not a notebook", "deep": "not a notebook", "eve": "not a notebook",
		"hal [late]": "", strings.Repeat("ä", 100) + "… (15)": "", strings.Repeat("ä", 100) + "… (16)": "",
		"fay": "2 notebooks", "gus": "0 notebooks", "out": "a link", "in": "a link", "folder": "a link",
	}
	for _, s := range all {
		says, ok := want[s.student]
		delete(want, s.student)
		if !ok || (says == "") != (s.problem == "") || !strings.Contains(s.problem, says) {
			t.Errorf("%s: %q, want %q", s.student, s.problem, says)
		}
		if s.problem == "" && (len(s.answers) != 2 || s.answers[0].Source != rightMutex || s.answers[1].Source != rightStart || s.answers[0].Check != two[0].check) {
			t.Errorf("%s: %q", s.student, s.answers)
		}
	}
	if len(want) > 0 {
		t.Errorf("left out: %v", want)
	}
	if _, err := collect(t.TempDir(), two); err == nil || !strings.Contains(err.Error(), "nothing in it") {
		t.Error(err)
	}
}

// The cell of the exercise counts, and where the student lost it, a copy.
func TestAnswersOfCopies(t *testing.T) {
	text := strings.Replace(handedIn("func add() {}", ""), `"mutex-answer"`, `"lost"`, 1)
	all, err := answers([]byte(text), two)
	if err != nil || all[0].Source != "func add( {" || all[1].Source != "" {
		t.Errorf("%v %q", err, all)
	}
}

func TestWithoutEngine(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	out := filepath.Join(t.TempDir(), "grades")
	g := Grading{Dir: class(t, map[string]string{"ada.ipynb": handedIn(rightMutex, rightStart)}), Out: out, Image: "multithreading", Says: io.Discard, exercises: two}
	err := g.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "needs Docker") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want a sentence", err)
	}
	if _, err := os.Lstat(out); err == nil {
		t.Error("it wrote grades")
	}
}

// A folder that is there may hold what the teacher has written into it.
func TestKeepsFormerGrades(t *testing.T) {
	g := Grading{Dir: t.TempDir(), Out: t.TempDir(), Says: io.Discard, exercises: two}
	if err := g.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Error(err)
	}
}

func TestReport(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new", "grades")
	g := Grading{Out: out, exercises: two}
	err := g.report([]student{
		{Name: "=HYPERLINK(1)", Results: []result{{Exercise: "mutex", Right: true}, {Exercise: "start-and-wait", Says: "<script>alert(1)</script>"}}, Answers: []answer{{Exercise: "mutex", Source: "</pre><b>"}}},
		{Name: "carl", Results: []result{{Exercise: "mutex", NotJudged: true, Says: "it was not judged: busy"}, {Exercise: "start-and-wait", Right: true}}},
		{Name: "b c&d", Problem: "a\x1b[31m link\nof two lines"},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(out, "grades.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) != 4 {
		t.Fatal(err, lines)
	}
	for i, want := range [][]string{{"student", "mutex", "start-and-wait", "right", "problem"}, {"'=HYPERLINK(1)", "1", "0", "1", ""}, {"carl", "?", "1", "1", ""}, {"b c&d", "0", "0", "0", "a[31m link of two lines"}} {
		if !slices.Equal(lines[i], want) {
			t.Errorf("%q, want %q", lines[i], want)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "students", "=HYPERLINK(1).html"))
	if err != nil || strings.Contains(string(page), "<script>") || strings.Contains(string(page), "</pre><b>") || !strings.Contains(string(page), "✓ mutex") {
		t.Errorf("%v\n%s", err, page)
	}
	if page, err := os.ReadFile(filepath.Join(out, "students", "carl.html")); err != nil || !strings.Contains(string(page), "? mutex") || !strings.Contains(string(page), "1 of 2 right, 1 not judged") {
		t.Errorf("%v\n%s", err, page)
	}
	index, _ := os.ReadFile(filepath.Join(out, "index.html"))
	for _, want := range []string{"students/b%20c&amp;d.html", "students/=HYPERLINK%281%29.html", "✓", "✗", "<td>?</td>"} {
		if !strings.Contains(string(index), want) {
			t.Errorf("the index lacks %q:\n%s", want, index)
		}
	}
}

// What runs in the container, here without one, with answers that harm nothing.
func TestInside(t *testing.T) {
	notebook.NeedsKernel(t)
	t.Setenv("PATH", filepath.Join(notebook.Root(), ".venv", "bin")+":"+os.Getenv("PATH"))
	tests := []struct {
		name   string
		answer answer
		want   string // "" where it is right
	}{
		{"a right one", answer{"mutex", two[0].check, rightMutex}, ""},
		{"a right one with lines for GoNB", answer{"start-and-wait", two[1].check, rightStart}, ""},
		{"no lock", answer{"mutex", two[0].check, wrongMutex}, "the counter ends at"},
		{"no wait", answer{"start-and-wait", two[1].check, wrongStart}, "had ended"},
		{"two locks", answer{"start-and-wait", two[1].check, "func startAll([]func()) {\n\tvar mu sync.Mutex\n\tmu.Lock()\n\tmu.Lock()\n}"}, "waits for a mutex at  mu.Lock()"},
		{"another name", answer{"mutex", two[0].check, "func add2() {}"}, "undefined: add"},
		{"other arguments", answer{"mutex", two[0].check, "func add(n int) {}"}, "does not build"},
		{"not Go", answer{"mutex", two[0].check, "func add( {"}, "not Go"},
		{"a file", answer{"mutex", two[0].check, "func add(*scheduler.Int, *scheduler.Mutex) { os.ReadFile(\"/etc/passwd\") }"}, `imports "os"`},
		{"missing", answer{"mutex", two[0].check, ""}, "is not there"},
		{"made for the inputs of the notebook", answer{"no-sharing", "exercise.CheckNoSharing(total)", tableOfSums}, "the sum is"},
	}
	v, err := version(notebook.Root())
	if err != nil {
		t.Fatal(err)
	}
	o := order{Token: "the token", Version: v, Seed: 1}
	for _, test := range tests {
		o.Answers = append(o.Answers, test.answer)
	}
	in, _ := json.Marshal(o)
	var out bytes.Buffer
	if err := Inside(notebook.Root(), bytes.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	if err := Inside(notebook.Root(), strings.NewReader(`{"Token": "the token", "Version": "another"}`), io.Discard); err == nil || !strings.Contains(err.Error(), "`make image`") {
		t.Errorf("checks of another version: %v", err)
	}
	results := json.NewDecoder(&out)
	for _, test := range tests {
		var r result
		if err := results.Decode(&r); err != nil {
			t.Fatal(err)
		}
		right := test.want == ""
		if r.Right != right || !right && !strings.Contains(r.Says, test.want) || r.Token != o.Token || r.Exercise != test.answer.Exercise {
			t.Errorf("%s: %+v, want %q", test.name, r, test.want)
		}
	}
}

// The teacher's solutions are right, each by itself, and what a student is given is not.
func TestSolutions(t *testing.T) {
	notebook.NeedsKernel(t)
	t.Setenv("PATH", filepath.Join(notebook.Root(), ".venv", "bin")+":"+os.Getenv("PATH"))
	list, err := exercises(TeachersNotebook())
	if err != nil {
		t.Fatal(err)
	}
	nb, err := notebook.Read(TeachersNotebook())
	if err != nil {
		t.Fatal(err)
	}
	b := builder{course: notebook.Root()}
	if err := b.flags(); err != nil {
		t.Fatal(err)
	}
	graded := 0
	for _, e := range list {
		for _, cell := range nb.Code() {
			if m := markOf(cell.Metadata()["exercise"]); m.Name == e.name {
				r := b.grade(answer{e.name, e.check, cell.Source()}, 1, false)
				if r.Right != m.Solution {
					t.Errorf("%s: %+v", cell.ID(), r)
				}
				// What is told of a cell that was left as it was is what the notebook tells.
				if printed := cell.Printed(); !m.Solution && !strings.Contains(printed, strings.TrimSuffix(strings.SplitN(r.Says, "\n", 2)[0], ".")) && e.name != "no-sharing" {
					t.Errorf("%s: %q, and the notebook says\n%s", cell.ID(), r.Says, printed)
				}
				graded++
			}
		}
	}
	if graded != 2*len(list) {
		t.Errorf("%d cells for %d exercises: want what is given and a solution for each", graded, len(list))
	}
}
