package main

import (
	"bytes"
	"context"
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

	rightMutex = `func add(counter *int, mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	*counter++
}

func main() { exercise.CheckMutex(add) }`
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
	return raw{
		"cell_type": "code", "id": id, "metadata": metadata, "source": strings.SplitAfter(source, "\n"),
		"outputs": []any{}, "execution_count": 1,
	}
}

func text(source string) raw {
	return raw{"cell_type": "markdown", "id": "text", "metadata": raw{}, "source": source}
}

// saved is a notebook of a date, with cells.
func saved(date string, cells ...raw) string {
	nb := raw{"nbformat": 4, "nbformat_minor": 5, "metadata": raw{"recorded": raw{"date": date}}}
	nb["cells"] = append([]raw{}, cells...)
	text, err := json.MarshalIndent(nb, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// handedIn is the notebook that was given out, with answers.
func handedIn(mutex, schedule, prediction string) string {
	return saved("2026-12-01", text("# Exercises"), code("mutex", "mutex", mutex),
		code("lost-update", "lost-update", schedule), code("prediction", "prediction", prediction))
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
	prints := strings.Replace(givenMutex, "\t*", "\tfmt.Println(\"</pre><script>\")\n\t*", 1)
	files := map[string]string{
		"=HYPERLINK(1).ipynb":    handedIn(rightMutex+"\n// </pre><script>alert(1)</script>", givenSchedule, prediction),
		"b c&d;=1+1.ipynb":       "",
		"Zoë <b>/notes/07.ipynb": handedIn(prints, rightSchedule, givenPrediction),
		"longer.ipynb":           handedIn(rightMutex+"\n"+strings.Repeat("// line\n", 2000), givenSchedule, givenPrediction),
		"-1.ipynb":               saved("", code("mutex", "", oldMutex)),
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
		for _, tag := range []string{"<script", "<b>"} {
			if filepath.Ext(name) == ".html" && strings.Contains(string(text), tag) {
				t.Errorf("%s is not escaped:\n%s", name, text)
			}
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
	has("grades.csv", "student,right,of,points,maximum,level 1 (weight 1),level 2 (weight 2),",
		",mutex,lost-update,prediction,problem\n", "\n'=HYPERLINK(1),2,3,3,4,1,1,1,0,1,\n", "\nb c&d;'=1+1,,3,,4,,,?,?,?,",
		"\n'-1,,3,,4,,,?,?,?,3 of the answers were not judged", "Zoë <b>,1,3,1,4,1,0,0,1,0,")
	has("index.html", "students/b%20c&amp;d%3B=1&#43;1.html", "students/=HYPERLINK%281%29.html#mutex",
		"✓", "✗", ">?<", "the file is empty", `href="reasons.html"`, `href="grades.csv"`,
		"Judged by the course of 2026-12-01", "2026, ", `title="of 3 that were judged">2<`)
	has("reasons.html", `href="index.html"`, "students/=HYPERLINK%281%29.html#prediction",
		"so &lt;b&gt;=2&lt;/b&gt; may be last", "…")
	has("students/=HYPERLINK(1).html", `href="../index.html"`, `rel="next"`, "2 of 3 right.", "✓ mutex")
	has("students/-1.html", "an older version of the course (before 30 November 2026)",
		"could not be judged (?), so there is no sum")
	has("students/Zoë <b>.html", "&lt;/pre&gt;&lt;script&gt;", `rel="prev"`)
	has("students/longer.html", "bytes are shown)")
	if page := read("students/longer.html"); len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
	if page := read("reasons.html"); len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
	for _, want := range []string{"b c&d;=1+1: the file is empty", "=HYPERLINK(1): 2 of 3 right"} {
		if !strings.Contains(got.said, want) {
			t.Errorf("no %q in\n%s", want, got.said)
		}
	}
}

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"ada": "ada", "Anna-Lena": "Anna-Lena", "=1": "'=1", " +1": "'+1", "@x": "'@x", "a;-1": "a;'-1",
		"a, =1": "a, '=1", "＝1": "'＝1", "a\x1b[31m\nb": "a[31m b", "\t=1": "'=1",
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
		"weights":         {[]string{"-weights", "1,x", dir, filepath.Join(there, "c")}, 1, `the weight "x" is no number`},
		"no such flag":    {[]string{"-x", dir}, 2, "usage: grade"},
		"beside the rest": {[]string{"-weights", "2,4,0.5", dir}, 0, "written: " + dir + "-grades/index.html"},
	} {
		var out bytes.Buffer
		exit := command(t.Context(), test.args, &out, &out)
		if exit != test.exit || !strings.Contains(out.String(), test.want) {
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
	exit := command(t.Context(), []string{dir, filepath.Join(there, "b")}, &out, &out)
	if exit != 1 || !strings.Contains(out.String(), "`make setup`") {
		t.Errorf("without the commands: %d, %s", exit, &out)
	}
}
