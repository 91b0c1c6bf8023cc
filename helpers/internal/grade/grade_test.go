package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/tools/txtar"
)

// asCommand in the environment makes the test's own binary the command.
const asCommand = "GRADE_IS_TESTED"

func TestMain(m *testing.M) {
	switch os.Getenv(asCommand) {
	case "1":
		main()
	case "measured":
		code := command(context.Background(), os.Args[1:], os.Stdout, os.Stderr)
		var used syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &used)
		fmt.Printf("used %d ms\n", time.Duration(used.Utime.Nano()+used.Stime.Nano()).Milliseconds())
		status, _ := os.ReadFile("/proc/self/status")
		os.Stdout.Write(status)
		os.Exit(code)
	}
	code := m.Run()
	if dir, err := tools(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// tools builds the commands that grade calls, of the sources as they are.
var tools = sync.OnceValues(func() (string, error) {
	if testing.Short() {
		return "", nil
	}
	dir, err := os.MkdirTemp("", "grade-tools-")
	if err == nil {
		build := exec.Command("go", "build", "-o", dir+"/", "../explore", "golang.org/x/tools/cmd/goimports")
		if said, failed := build.CombinedOutput(); failed != nil {
			err = fmt.Errorf("%w: %s", failed, said)
		}
	}
	return dir, err
})

// needsTools puts those commands first in PATH.
func needsTools(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("not with -short: it explores programs")
	}
	dir, err := tools()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// What was given out: three exercises.
const (
	givenMutex = `import (
	"sync"

	"example.com/multithreading/helpers/exercise"
)

// addLocked adds 1 to the counter. Several goroutines call it at once.
func addLocked(counter *int, mu *sync.Mutex) {
	*counter++
}

func main() {
	exercise.CheckMutex(addLocked)
}`
	givenSchedule = `import "example.com/multithreading/helpers/exercise"

const schedule = "AABB"

func main() {
	exercise.CheckLostUpdate(schedule)
}`
	givenPrediction = `import (
	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/predict"
)

const (
	least   = predict.Unanswered
	because = ""
)

func main() {
	exercise.CheckPrediction(least, because)
}`

	rightMutex    = "func add(counter *int, mu *sync.Mutex) {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\t*counter++\n}\n\nfunc main() { exercise.CheckMutex(add) }"
	rightSchedule = "%%\nexercise.CheckLostUpdate(\"A B:2 A\")"
)

// raw is a cell of a notebook as JupyterLab saves it.
type raw map[string]any

// code is a code cell. Of name, the metadata have the exercise.
func code(id, name, source string) raw {
	metadata := raw{}
	if name != "" {
		metadata["exercise"] = raw{"name": name, "level": 1, "minutes": 5, "check": "exercise.CheckNothing()"}
	}
	return raw{"cell_type": "code", "id": id, "metadata": metadata, "source": strings.SplitAfter(source, "\n"), "outputs": []any{}, "execution_count": 1}
}

func text(source string) raw {
	return raw{"cell_type": "markdown", "id": "text", "metadata": raw{}, "source": source}
}

// saved is a notebook of a date, with cells.
func saved(date string, cells ...raw) string {
	text, err := json.MarshalIndent(raw{"nbformat": 4, "nbformat_minor": 5, "metadata": raw{"recorded": raw{"date": date}}, "cells": append([]raw{}, cells...)}, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// handedIn is the notebook that was given out, with answers.
func handedIn(mutex, schedule, prediction string) string {
	return saved("2026-12-01", text("# Exercises"), code("mutex", "mutex", mutex), code("lost-update", "lost-update", schedule), code("prediction", "prediction", prediction))
}

func givenClass(t *testing.T) *class {
	t.Helper()
	path := filepath.Join(t.TempDir(), "07.ipynb")
	given := handedIn(givenMutex, givenSchedule, givenPrediction)
	if err := os.WriteFile(path, []byte(given), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := newClass(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.exercises) != 3 || c.exercises[2].check != "CheckPrediction" {
		t.Fatalf("%+v", c.exercises)
	}
	c.exercises[2].level = 2
	return c
}

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) (dir string) {
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

// graded is what came out: a line a student of the table, by the names of its columns, with the
// student's page as "page".
type graded struct {
	out   string
	said  string
	lines map[string]map[string]string
}

// grade grades a folder, held against what was given out; nil stands for the course's own notebook.
func grade(t *testing.T, dir string, given *class) graded {
	t.Helper()
	needsTools(t)
	var said bytes.Buffer
	g := grading{dir: dir, out: filepath.Join(t.TempDir(), "grades"), says: &said}
	if err := g.prepare("1,2,3"); err != nil {
		t.Fatal(err)
	}
	if given != nil {
		g.class = given
	}
	if err := g.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return readGrades(t, g.out, said.String())
}

func readGrades(t *testing.T, out, said string) graded {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "grades.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := graded{out, said, map[string]map[string]string{}}
	for _, line := range lines[1:] {
		of := map[string]string{}
		for i, head := range lines[0] {
			of[head] = line[i]
		}
		name := strings.NewReplacer("'=", "=", "'-", "-").Replace(line[0])
		page, err := os.ReadFile(filepath.Join(out, "students", name+".html"))
		if err != nil {
			t.Error(err)
		}
		of["page"] = string(page)
		all.lines[name] = of
	}
	return all
}

// part is the part of a student's page that is about one exercise.
func (g graded) part(student, exercise string) string {
	_, part, _ := strings.Cut(g.lines[student]["page"], `<h2 id="`+exercise+`">`)
	part, _, _ = strings.Cut(part, "<h2")
	return part
}

func TestGoLines(t *testing.T) {
	for cell, want := range map[string]string{
		"func f() {}": "func f() {}",
		"%goflags -race\n!ls \\\n  -l\nvar a = 1":                  "\n\n\nvar a = 1",
		"var a = 1\n%%\nf(a)":                                      "var a = 1\nfunc main() {\nf(a)\n}",
		"%main\nf()\n!ls":                                          "func main() {\nf()\n\n}",
		"%exec\tf 1\nfunc f() {}":                                  "func main() { f() }\nfunc f() {}",
		"package main\n\nvar s = `\npackage main\n%%\n!ls`":        "\n\nvar s = `\npackage main\n%%\n!ls`",
		"/*\n%%\n*/\nvar ok = a &&\n!b":                            "/*\n%%\n*/\nvar ok = a &&\n!b",
		"var all = []bool{\n!a,\n!b,\n}\n!ls":                      "var all = []bool{\n!a,\n!b,\n}\n",
		"func f() {\ni++\n!ls\n}":                                  "func f() {\ni++\n\n}",
		"// it's `\n!ls\nvar s = \"\\\"`\"\n!ls\nvar r = '`'\n!ls": "// it's `\n\nvar s = \"\\\"`\"\n\nvar r = '`'\n",
		"//gonb:%%\nf()":                                           "func main() {\nf()\n}",
	} {
		lines, err := goLines(cell)
		if got := strings.Join(lines, "\n"); err != nil || got != want {
			t.Errorf("%q: %v\n%q, want\n%q", cell, err, got, want)
		}
	}
	if _, err := goLines("%%bash\nls"); err == nil || !strings.Contains(err.Error(), "it begins with %%bash") {
		t.Error(err)
	}
}

func TestCalls(t *testing.T) {
	for cell, want := range map[string]string{
		rightMutex:    "CheckMutex",
		rightSchedule: "CheckLostUpdate",
		"import e \"example.com/multithreading/helpers/exercise\"\nfunc main() { e.CheckMutex(nil) }":  "CheckMutex",
		"import . \"example.com/multithreading/helpers/exercise\"\nfunc main() { CheckMutex(nil) }":    "CheckMutex",
		"import exercise \"fmt\"\nfunc main() { exercise.CheckMutex(nil) }":                            "",
		"func main() {\n\t// exercise.CheckMutex(nil)\n\tfmt.Println(\"exercise.CheckMutex(nil)\")\n}": "",
		"func run() { (exercise.CheckAtomic)(nil) }\nfunc main() { run(); exercise.CheckMutex(nil) }":  "CheckAtomic CheckMutex",
		"func add( {\nfunc main() { exercise.CheckMutex(add) }":                                        "CheckMutex",
		"%%bash\necho exercise.CheckMutex":                                                             "",
	} {
		if got := strings.Join(calls(cell), " "); got != want {
			t.Errorf("%q, want %q, in\n%s", got, want, cell)
		}
	}
}

// What a cell lacks is taken of the cells above, the nearest first, and each line of the file is
// known to be of which line of the cell.
func TestCompose(t *testing.T) {
	above := []cell{
		{text: "import m \"math\"\n\nconst (\n\tone = 1 + iota*m.MaxInt8\n\ttwo\n)\n\nfunc next() int { return 0 }"},
		{text: "%goflags -race\ntype pair struct{ a, b int }\n\nfunc (p *pair) sum() int { return p.a + next() }\n\nfunc (own) M() {}\n\nfunc main() {}"},
		{text: "func next() int { return two }\n\nvar next2, unused = 1, missing"},
		{text: "func broken( {"},
	}
	c := cell{text: "!ls\nimport \"os\"; import (\n\t\"fmt\"\n)\ntype own struct{}\n\nvar p = &pair{1, 2}\nfunc main() { fmt.Println(p.sum(), strings.ToUpper(\"a\")); exercise.CheckMutex(nil) }"}
	for _, methods := range []bool{false, true} {
		p, err := compose(c, above, methods)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parsed(p.text)
		if err != nil {
			t.Fatalf("%v\n%s", err, p.text)
		}
		if got := strings.Join(slices.Sorted(maps.Keys(f.imports())), " "); got != "exercise fmt m os" {
			t.Errorf("imports %s\n%s", got, p.text)
		}
		for _, want := range []string{"type pair struct", "sum() int", "return two", "iota*m.MaxInt8"} {
			if strings.Count(p.text, want) != 1 || strings.Count(p.added, want) != 1 {
				t.Errorf("%q is to be there once:\n%s", want, p.text)
			}
		}
		for _, not := range []string{"return 0", "unused", "broken", "!ls"} {
			if strings.Contains(p.text, not) {
				t.Errorf("%q is there:\n%s", not, p.text)
			}
		}
		if strings.Contains(p.text, "func (own) M()") != methods {
			t.Errorf("a method of the cell's own type, asked for: %v\n%s", methods, p.text)
		}
		lines := strings.Split(p.text, "\n")
		for i, of := range p.lines {
			if own := strings.Split(c.text, "\n"); of > 0 && strings.HasPrefix(own[of-1], "var") && own[of-1] != lines[i] {
				t.Errorf("line %d is said to be the cell's line %d: %q", i+1, of, lines[i])
			}
		}
		if p.lines[8] != 7 || len(p.lines) != 10 {
			t.Errorf("%v", p.lines)
		}
	}
	for want, c := range map[string]cell{"has more than": {long: true}, "is empty": {text: " \n"}, "no Go program": {text: "%%sh\nls"}} {
		if _, err := compose(c, nil, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestReason(t *testing.T) {
	for cell, want := range map[string]string{
		"func main() { exercise.CheckPrediction(2, `a \"b\"`) }":                                                  "a \"b\"",
		"const because = \"one \" + (two)\nvar two = \"2\"\nfunc main() { exercise.CheckPrediction(2, because) }": "one 2",
		"func main() {\n\tbecause := \"here\"\n\texercise.CheckPrediction(2, because)\n}":                         "here",
		"func main() { exercise.CheckPrediction(2, because()) }":                                                  "because()",
		"const a = a\nfunc main() { exercise.CheckPrediction(2, a) }":                                             "a",
		"func main() { exercise.CheckMutex(nil) }":                                                                "",
	} {
		if got := reason(clause + cell); got != want {
			t.Errorf("%q, want %q, of\n%s", got, want, cell)
		}
	}
}

func utf16le(s string) string {
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(s)))
	return b.String()
}

// Whatever an editor made of the file, it is read; what cannot be read is said in a sentence.
func TestReadNotebook(t *testing.T) {
	good := handedIn(rightMutex, rightSchedule, givenPrediction+"\n// ä 中")
	for name, text := range map[string]string{
		"as it is":                   good,
		"a byte order mark":          "\ufeff" + good,
		"CR LF":                      strings.ReplaceAll(good, "\n", "\r\n"),
		"CR LF in cells":             strings.ReplaceAll(good, `\n`, `\r\n`),
		"UTF-16":                     utf16le("\ufeff" + good),
		"UTF-16, without its mark":   utf16le(good),
		"ids that are numbers":       strings.ReplaceAll(good, `"id": "mutex"`, `"id": 17`),
		"metadata that are none":     strings.ReplaceAll(good, `"level": 1`, `"level": [[{"x": 1}]]`),
		"another list before":        `{"worksheets": [{"cells": [1]}], "signature": {"a": [null]},` + good[1:],
		"more than a notebook needs": good + "\n\n{}",
	} {
		nb, err := readNotebook(strings.NewReader(text))
		if err != nil || len(nb.cells) != 3 || nb.cells[0].text != rightMutex || !strings.HasSuffix(nb.cells[2].text, "ä 中") || nb.date != "2026-12-01" || nb.title != "Exercises" ||
			!slices.Equal(nb.cells[0].calls, []string{"CheckMutex"}) {
			t.Errorf("%s: %v, %+v", name, err, nb)
		}
	}
	for text, want := range map[string]string{
		"": "is empty", "PK\x03\x04...": "zip archive: unpack it", "\x1f\x8b\x08": "compressed", "%PDF-1.4": "a PDF", "<html>": "a web page",
		"{": "not the whole of one", good[:len(good)/2]: "not the whole of one", "[]": "no notebook", "{}": "nbformat 4", "hello": "no notebook",
		`{"cells": {}}`: "no notebook", strings.Repeat("[", 1_000_000): "no notebook", `{"cells": [` + strings.Repeat("[", 1_000_000): "no notebook",
	} {
		if _, err := readNotebook(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
	long := code("long", "", strings.Repeat("x", maxSource)+"\nexercise.CheckMutex(nil)")
	if nb, err := readNotebook(strings.NewReader(saved("", long))); err != nil || !nb.cells[0].long || !slices.Equal(nb.cells[0].calls, []string{"CheckMutex"}) {
		t.Errorf("%v, %+v", err, nb)
	}
}

// What is handed in wrongly is told in a sentence, and stops nobody else.
func TestRead(t *testing.T) {
	good := handedIn(rightMutex, rightSchedule, givenPrediction)
	other := saved("", text("# Multi-threading\n\nin Go"), code("a", "", "func main() {}"))
	long := strings.Repeat("ä", 120)
	dir := folder(t, map[string]string{
		"hal [late]/a.ipynb": good, "hal [late]/._a.ipynb": "", long + "1.ipynb": good, long + "2.ipynb": good, "ada.ipynb": good,
		"ben/07-exercises.ipynb": good, "ben/01-multi-threading.ipynb": other, "ben/.ipynb_checkpoints/07-exercises-checkpoint.ipynb": good,
		".ipynb_checkpoints/ada-checkpoint.ipynb": good, "__MACOSX/ada.ipynb": good, "cleo.txt": "hello", "dan.ipynb": "{", "eve.ipynb": other,
		"fay/a.ipynb": good, "fay/b/b.ipynb": good, "gus/readme": "", "ADA/x.ipynb": good, "zoe.ipynb": "", "zip.zip": "PK\x03\x04", "zip/x.ipynb": "PK\x03\x04",
		"ivy/a.ipynb": other, "ivy/b.ipynb": "{", "jo.ipynb": saved(""), "kim.ipynb.txt": good, "odd\u202e\x1b[31m.ipynb": good,
		"home/lea/notebooks/07-exercises.ipynb": good, "home/lea/notebooks/01.ipynb": other, "home/max/notebooks/deep/07.ipynb": good, "home/ned/.bashrc": "",
		"big.ipynb": `{"cells": [` + strings.Repeat(" ", maxNotebook) + `]}`,
	})
	secret := filepath.Join(t.TempDir(), "secret.ipynb")
	os.WriteFile(secret, []byte(good), 0o644)
	for link, target := range map[string]string{"out.ipynb": secret, "folder": filepath.Dir(secret), "ben/z": "/", "ben/z.ipynb": secret, "in.ipynb": "ada.ipynb", "lost.ipynb": "nowhere"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		"ADA": "", "ada.ipynb": "", "ben": "", "big": "more than 20 MB", "cleo.txt": "no notebook", "dan": "not the whole", "eve": `another notebook ("Multi-threading")`,
		"hal [late]": "", "fay": "2 notebooks with exercises, and one is wanted: leave the one that counts, of a.ipynb, b/b.ipynb", "gus": "no notebook in it", "out": "a link", "in": "a link",
		"folder": "a link", "lost": "a link", "zoe": "is empty", "zip.zip": "zip archive", "zip": "x.ipynb: it is no notebook but a zip", "ivy": "2 notebooks, and none", "jo": "no cells with code",
		"kim.ipynb.txt": "", "odd[31m": "", "lea": "", "max": "", "ned": "no notebook in it",
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

// Which cell is the answer.
func TestAnswers(t *testing.T) {
	c := givenClass(t)
	other := "// once more\n" + rightMutex
	old := "import \"example.com/multithreading/helpers/scheduler\"\n\nfunc add(counter *scheduler.Int, mu *scheduler.Mutex) {}\n\nfunc main() { exercise.CheckMutex(add) }"
	for name, test := range map[string]struct {
		cells   []raw
		want    string // the attempts, the best first
		note    string
		missing string
	}{
		"as it was given out":       {[]raw{code("mutex", "mutex", givenMutex+"  \n")}, givenMutex + "  \n", "as it was given out", ""},
		"changed":                   {[]raw{code("mutex", "mutex", rightMutex)}, rightMutex, "", ""},
		"no ids, no metadata":       {[]raw{code("a", "", givenSchedule), code("b", "", rightMutex)}, rightMutex, "", ""},
		"the metadata of another":   {[]raw{code("lost-update", "lost-update", rightMutex), code("mutex", "mutex", givenSchedule)}, rightMutex, "", ""},
		"no call, but its id":       {[]raw{code("a", "mutex", "func b() {}"), code("mutex", "", "func add() {}")}, "func add() {}", "", ""},
		"no call, but its name":     {[]raw{code("a", "mutex", "func add() {}")}, "func add() {}", "", ""},
		"empty":                     {[]raw{code("mutex", "mutex", " ")}, " ", "", ""},
		"not there":                 {[]raw{code("a", "", "func add() {}")}, "", "", "no cell calls exercise.CheckMutex"},
		"a copy of the answer":      {[]raw{code("a", "mutex", rightMutex), code("mutex", "mutex", givenMutex)}, rightMutex, "There are 2 cells for this exercise: the one that the student has changed was judged.", ""},
		"a copy of what was given":  {[]raw{code("mutex", "mutex", rightMutex), code("a", "mutex", givenMutex)}, rightMutex, "There are 2 cells", ""},
		"two untouched":             {[]raw{code("mutex", "mutex", givenMutex), code("a", "mutex", givenMutex)}, givenMutex, "as it was given out", ""},
		"two answers":               {[]raw{code("mutex", "mutex", rightMutex), code("a", "mutex", givenMutex), code("b", "mutex", other)}, other + rightMutex, "There are 3 cells for this exercise, of which the student has changed 2", ""},
		"many answers":              {slices.Repeat([]raw{code("a", "", rightMutex)}, 9), rightMutex + rightMutex + rightMutex, "The last 3 were judged", ""},
		"of an older course":        {[]raw{code("mutex", "mutex", old)}, "", "", "an older version of the course (its notebook is of 2026-11-29)"},
		"an old one beside":         {[]raw{code("mutex", "mutex", rightMutex), code("a", "mutex", old)}, rightMutex, "There are 2 cells", ""},
		"the old word in a comment": {[]raw{code("mutex", "mutex", "// scheduler.Int\n"+rightMutex)}, "// scheduler.Int\n" + rightMutex, "", ""},
	} {
		nb, err := readNotebook(strings.NewReader(saved("2026-11-29", test.cells...)))
		if err != nil {
			t.Fatal(err)
		}
		a := c.answers(nb)[0]
		got := ""
		for _, attempt := range a.attempts {
			got += attempt.cell.text
		}
		if got != test.want || !strings.Contains(a.note, test.note) || (test.note == "") != (a.note == "") || (test.missing == "") != (a.missing == "") && name != "not there" || !strings.Contains(a.missing, test.missing) && name != "not there" {
			t.Errorf("%s: %q, %q, %q", name, got, a.note, a.missing)
		}
		if name == "not there" && !strings.Contains(a.missing, "not in this notebook, which is of an older version of the course (2026-11-29)") {
			t.Errorf("%s: %q", name, a.missing)
		}
	}
}

// A known is an answer to the exercise mutex, of testdata/answers.txtar: the cells of a notebook,
// what the table is to say, and what the page.
type known struct {
	name  string
	cells []raw
	mark  string
	says  []string
}

func knownAnswers(t *testing.T) (all []known) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/answers.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		kind, name, _ := strings.Cut(strings.TrimSuffix(f.Name, ".go"), "/")
		mark, ok := map[string]string{"right": "1", "wrong": "0", "unknown": "?"}[kind]
		if !ok {
			t.Fatalf("%s is neither right nor wrong nor unknown", f.Name)
		}
		one := known{name: name, mark: mark}
		says, cells, _ := strings.Cut(string(f.Data), "// cell ")
		for line := range strings.Lines(says) {
			one.says = append(one.says, strings.TrimSpace(strings.TrimPrefix(line, "// says: ")))
		}
		for _, cell := range strings.Split(cells, "// cell ") {
			head, source, _ := strings.Cut(cell, "\n")
			id, exercise, _ := strings.Cut(head, " ")
			one.cells = append(one.cells, code(id, exercise, strings.TrimSuffix(source, "\n")))
		}
		all = append(all, one)
	}
	return all
}

// Answers of all styles have the verdict that they have in the notebook, by the real command.
func TestVerdicts(t *testing.T) {
	class := knownAnswers(t)
	files := map[string]string{}
	for _, one := range class {
		cells := append(one.cells, code("s", "", rightSchedule), code("p", "", givenPrediction))
		files[one.name+".ipynb"] = saved("2026-12-01", cells...)
	}
	got := grade(t, folder(t, files), givenClass(t))
	for _, one := range class {
		line, part := got.lines[one.name], got.part(one.name, "mutex")
		unknown := one.mark == "?"
		if line["mutex"] != one.mark || unknown != (line["right"] == "") || unknown != (line["points"] == "") {
			t.Errorf("%s: mutex %q, right %q, points %q; want %s\n%s",
				one.name, line["mutex"], line["right"], line["points"], one.mark, part)
		}
		for _, want := range one.says {
			if !strings.Contains(html.UnescapeString(part), want) {
				t.Errorf("%s: no %q in\n%s", one.name, want, part)
			}
		}
		wrong := line["prediction"] == "0" && line["maximum"] == "4" && line["of"] == "3"
		if one.name != "gone" && line["lost-update"] != "1" || !wrong {
			t.Errorf("%s: %v", one.name, line)
		}
	}
	line := got.lines["right"]
	if line["right"] != "2" || line["points"] != "2" || line["level 1 (weight 1)"] != "2" ||
		line["level 2 (weight 2)"] != "0" {
		t.Errorf("%v", line)
	}
}

// The pages lead to each other, and nothing that a student wrote is more than text in them.
func TestReport(t *testing.T) {
	because := "Each reads before the other writes, so <b>=2</b> may be last; " + strings.Repeat("long ", 2000)
	prediction := "func main() { exercise.CheckPrediction(2, `" + because + "`) }"
	files := map[string]string{
		"=HYPERLINK(1).ipynb":    handedIn(strings.Replace(rightMutex, "add", "alert_1", 2)+"\n// </pre><script>alert(1)</script>", givenSchedule, prediction),
		"b c&d;=1+1.ipynb":       "",
		"Zoë <b>/notes/07.ipynb": handedIn("func main() {\n\tfmt.Println(\"</pre><script>alert(2)</script>\")\n\texercise.CheckMutex(func(n *int, m *sync.Mutex) { fmt.Println(\"</pre><script>\"); *n++ })\n}", rightSchedule, givenPrediction),
		"longer.ipynb":           handedIn(rightMutex+"\n"+strings.Repeat("// line\n", 2000), givenSchedule, givenPrediction),
		"-1.ipynb":               saved("", code("mutex", "", old())),
	}
	got := grade(t, folder(t, files), givenClass(t))
	if len(got.lines) != 5 || got.lines["=HYPERLINK(1)"] == nil {
		t.Errorf("%v", slices.Sorted(maps.Keys(got.lines)))
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(got.out, name))
		if err != nil {
			t.Error(err)
		}
		if filepath.Ext(name) == ".html" && (strings.Contains(string(text), "<script") || strings.Contains(string(text), "<b>")) {
			t.Errorf("%s is not escaped:\n%s", name, text)
		}
		return string(text)
	}
	has := func(name string, wants ...string) {
		t.Helper()
		for text := read(name); len(wants) > 0; wants = wants[1:] {
			if !strings.Contains(text, wants[0]) {
				t.Errorf("%s lacks %q:\n%.5000s", name, wants[0], text)
			}
		}
	}
	has("grades.csv", "student,right,of,points,maximum,level 1 (weight 1),level 2 (weight 2),mutex,lost-update,prediction,problem\n",
		"\n'=HYPERLINK(1),2,3,3,4,1,1,1,0,1,\n", "\nb c&d;'=1+1,,3,,4,,,?,?,?,", "\n'-1,,3,,4,,,?,?,?,3 of the answers were not judged", "Zoë <b>,1,3,1,4,1,0,0,1,0,")
	has("index.html", "students/b%20c&amp;d%3B=1&#43;1.html", "students/=HYPERLINK%281%29.html#mutex", "✓", "✗", ">?<", "the file is empty", `href="reasons.html"`, `href="grades.csv"`,
		"Judged by the course of 2026-12-01", "2026, ", `title="of 3 that were judged">2<`)
	has("reasons.html", `href="index.html"`, "students/=HYPERLINK%281%29.html#prediction", "so &lt;b&gt;=2&lt;/b&gt; may be last", "…")
	has("students/=HYPERLINK(1).html", `href="../index.html"`, `rel="next"`, "2 of 3 right.", "✓ mutex")
	has("students/-1.html", "an older version of the course (before 30 November 2026)", "could not be judged (?), so there is no sum")
	has("students/Zoë <b>.html", "&lt;/pre&gt;&lt;script&gt;", `rel="prev"`)
	has("students/longer.html", "bytes are shown)")
	if page := read("students/longer.html"); len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
	if page := read("reasons.html"); len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
	if !strings.Contains(got.said, "b c&d;=1+1: the file is empty") || !strings.Contains(got.said, "=HYPERLINK(1): 2 of 3 right") {
		t.Error(got.said)
	}
}

// old is an exercise of the course before 30 November 2026.
func old() string {
	return "import (\n\t\"example.com/multithreading/helpers/exercise\"\n\t\"example.com/multithreading/helpers/scheduler\"\n)\n\nfunc add(c *scheduler.Int, mu *scheduler.Mutex) {\n\tc.Store(c.Load() + 1)\n}\n\nfunc main() {\n\texercise.CheckMutex(add)\n}"
}

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"ada": "ada", "Anna-Lena": "Anna-Lena", "=1": "'=1", " +1": "'+1", "@x": "'@x", "a;-1": "a;'-1", "a, =1": "a, '=1", "＝1": "'＝1", "a\x1b[31m\nb": "a[31m b", "\t=1": "'=1",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What a teacher may get wrong is said in a sentence, and nothing is written.
func TestCommand(t *testing.T) {
	needsTools(t)
	dir := folder(t, map[string]string{"ada.ipynb": ""})
	there := t.TempDir()
	for name, test := range map[string]struct {
		args []string
		exit int
		want string
	}{
		"no folder":       {nil, 1, `"" is no folder`},
		"no such folder":  {[]string{filepath.Join(dir, "x")}, 1, "is no folder: say where the notebooks of the class are"},
		"a file":          {[]string{filepath.Join(dir, "ada.ipynb")}, 1, "is no folder"},
		"empty":           {[]string{t.TempDir(), filepath.Join(there, "a")}, 1, "has nothing in it"},
		"there already":   {[]string{dir, there}, 1, "is there already: delete it"},
		"weights":         {[]string{"-weights", "1,x", dir}, 1, `the weight "x" is no number`},
		"no such flag":    {[]string{"-x", dir}, 2, "usage: grade"},
		"beside the rest": {[]string{"-weights", "2,4,0.5", dir}, 0, "written: " + filepath.Join(dir+"-grades", "index.html")},
	} {
		var out bytes.Buffer
		if exit := command(t.Context(), test.args, &out, &out); exit != test.exit || !strings.Contains(out.String(), test.want) {
			t.Errorf("%s: %d, %s", name, exit, &out)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir+"-grades", "grades.csv"))
	if err != nil || !strings.Contains(string(text), "level 3 (weight 0.5)") {
		t.Errorf("%v\n%s", err, text)
	}
	if left, err := os.ReadDir(there); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	t.Setenv("PATH", t.TempDir())
	var out bytes.Buffer
	if exit := command(t.Context(), []string{dir, filepath.Join(there, "b")}, &out, &out); exit != 1 || !strings.Contains(out.String(), "`make setup`") {
		t.Errorf("without the commands: %d, %s", exit, &out)
	}
}
