package lessons

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"example.com/multithreading/helpers/internal/notebook"
)

func init() {
	expectations["07-exercises"] = map[string]check{
		"start-and-wait":  starts("task 1 runs in the goroutine that has called, not in one of its own", 0),
		"lost-update":     starts("the counter ends at 2, so nothing is lost", 1),
		"schedule":        starts("the counter ends at 3. Wanted is 2.", 1),
		"mutex":           starts("Two goroutines add once each: the counter begins at 0 and ends at 1, not at 2", 1),
		"atomic":          starts("Two goroutines add once each: the counter begins at 0 and ends at 1, not at 2", 1),
		"prediction":      starts("Put yours in the place of predict.Unanswered", 0),
		"check-then-act":  starts("Two buyers, one ticket: 1 ticket for 2 buyers, and 2 were sold", 1),
		"no-sharing":      starts("several goroutines write sum", 1),
		"pool":            starts("only 1 task is running, and 2 tasks are waiting", 1),
		"first-error":     starts("task 1 has failed, and the context of task 2 is not cancelled", 1),
		"deadlock":        starts("Anna pays Ben 10 while Ben pays Anna 30: nobody can go on, a deadlock", 1),
		"philosophers":    starts("All of 3: nobody can go on, a deadlock", 1),
		"buffer":          starts("two consumers: Pop from a buffer that is empty", 1),
		"readers-writers": starts("a writer waits, and a reader who came later is let in first", 1),
		"limiter":         starts("That is too late: after 0s it is free to go", 1),
		"word-count":      starts("One goroutine takes 7.1s; two that share the work take about half", 1),
		"stack":           starts("Two goroutines push: 2 was pushed, and is lost", 1),
		"lock":            starts("Two goroutines come once each: B comes in while A is in", 1),
		"own-schedule":    starts("it ends as it does when nobody is disturbed", 1),
	}
}

// starts wants the cell's starting point to fail with these words, n pictures and one hint.
func starts(with string, n int) check {
	return func(t *testing.T, cell notebook.Cell) {
		t.Helper()
		says(t, cell, "✗ "+cell.ID()+": ", with, "Hint 1 of ")
		if strings.Contains(cell.Printed(), "Hint 2") || strings.Contains(cell.Printed(), "✓") {
			t.Error("more than one hint, or it passes")
		}
		drawn(t, cell, n)
	}
}

// An exercise is a pair of cells in the teacher's notebook.
type exercise struct {
	name, call      string
	minutes, level  int
	start, solution notebook.Cell
}

// exercises reads the marks in the teacher's notebook.
func exercises(t *testing.T, nb *notebook.Notebook) (list []exercise) {
	t.Helper()
	cells := nb.Cells()
	for i, cell := range cells {
		mark, _ := cell.Metadata()["exercise"].(map[string]any)
		if mark == nil || mark["solution"] == true {
			continue
		}
		e := exercise{name: fmt.Sprint(mark["name"]), call: fmt.Sprint(mark["check"]), start: cell}
		fmt.Sscan(fmt.Sprint(mark["minutes"]), &e.minutes)
		fmt.Sscan(fmt.Sprint(mark["level"]), &e.level)
		if i+1 == len(cells) {
			t.Fatalf("%s has no solution", e.name)
		}
		e.solution = cells[i+1]
		list = append(list, e)
	}
	return list
}

func teachers(t *testing.T) *notebook.Notebook {
	t.Helper()
	return read(t, filepath.Join(notebook.Root(), "notebooks", "instructor", "07-exercises.ipynb"))
}

func TestExercisesAreMarked(t *testing.T) {
	nb := teachers(t)
	list := exercises(t, nb)
	number := map[int]string{18: "Eighteen", 19: "Nineteen", 20: "Twenty", 21: "Twenty-one", 22: "Twenty-two"}[len(list)]
	if first := nb.Cells()[0].Source(); !strings.Contains(first, number+" exercises, ") || number == "" {
		t.Errorf("there are %d exercises, and the notebook begins with %q", len(list), first)
	}
	minutes, solutions := 0, 0
	for _, e := range list {
		if e.start.ID() != e.name || !strings.HasPrefix(e.call, "exercise.Check") || e.minutes < 1 || e.level < 1 || e.level > 3 {
			t.Errorf("%s: %+v", e.start.ID(), e)
		}
		mark, _ := e.solution.Metadata()["exercise"].(map[string]any)
		if mark["name"] != e.name || mark["solution"] != true || !e.solution.Tagged(notebook.SolutionTag) {
			t.Errorf("%s: the cell after it is not marked as its solution", e.name)
		}
		for _, cell := range []notebook.Cell{e.start, e.solution} {
			// Nothing else is in main; but the program of own-schedule stands there, below the check.
			main := "func main() {\n\t" + e.call + "\n"
			if _, below, found := strings.Cut(cell.Source(), main); !found || (below != "}") != (e.name == "own-schedule") {
				t.Errorf("%s: its main is not\n%s}", cell.ID(), main)
			}
			if formatted, err := cell.Formatted(); err != nil || formatted != cell.Source() {
				t.Errorf("%s is not as gofmt would have it: %v\n%s", cell.ID(), err, formatted)
			}
		}
		minutes += e.minutes
	}
	for i, cell := range nb.Cells() {
		if cell.Tagged(notebook.SolutionTag) && cell.Kind() == "code" {
			solutions++
		}
		if mark, _ := cell.Metadata()["exercise"].(map[string]any); mark != nil && mark["solution"] != true {
			task := nb.Cells()[i-1].Source()
			for _, want := range []string{fmt.Sprintf("**Level** %v", mark["level"]), fmt.Sprintf("**%v minutes**", mark["minutes"]), ".ipynb#"} {
				if !strings.Contains(task, want) {
					t.Errorf("the text before %s does not say %q", cell.ID(), want)
				}
			}
		}
	}
	if solutions != len(list) {
		t.Errorf("%d solutions of %d exercises", solutions, len(list))
	}
	if promised := regexp.MustCompile(`\*\*Minutes\*\*: (\d+)`).FindStringSubmatch(nb.Cells()[1].Source()); promised == nil || promised[1] != fmt.Sprint(minutes) {
		t.Errorf("the exercises take %d minutes, the frame says %v", minutes, promised)
	}
}

// What the teacher's notebook shows: each starting point fails, each solution passes.
func checkTeachers(t *testing.T, nb *notebook.Notebook) {
	for _, e := range exercises(t, nb) {
		t.Run(e.name, func(t *testing.T) {
			expected := expectations["07-exercises"][e.name]
			if expected == nil {
				t.Fatal("no expectation for this exercise")
			}
			expected(t, e.start)
			if printed := e.solution.Printed(); !strings.HasPrefix(printed, "✓ "+e.name+": ") || e.solution.Error() != "" {
				t.Errorf("the solution does not pass: %s\n%s\n%s", printed, e.solution.Complained(), e.solution.Error())
			}
		})
	}
}

func TestSolutionsPassAsRecorded(t *testing.T) {
	checkTeachers(t, teachers(t))
}

func TestSolutionsPassLive(t *testing.T) {
	notebook.NeedsKernel(t)
	for _, path := range notebook.Teachers() {
		nb, err := notebook.Run(t.Context(), 60, path)
		if nb == nil {
			t.Fatal(err)
		}
		checkTeachers(t, nb)
	}
}

func TestStudentsEditionIsMadeOfTheTeachers(t *testing.T) {
	notebook.NeedsKernel(t)
	for _, path := range notebook.Teachers() {
		student := notebook.StudentsPath(path)
		made, err := notebook.StudentsEdition(t.Context(), path, read(t, student))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), filepath.Base(path))
		if err := made.Write(file); err != nil {
			t.Fatal(err)
		}
		want, _ := os.ReadFile(file)
		if got, _ := os.ReadFile(student); !bytes.Equal(got, want) {
			t.Errorf("%s is not what is made of the teacher's notebook: make editions", filepath.Base(student))
		}
	}
}

// Neither the student's file, with all its metadata and outputs, nor its page has a solution.
func TestStudentsEditionHasNoSolution(t *testing.T) {
	notebook.NeedsKernel(t)
	student := filepath.Join(notebook.Root(), "notebooks", "07-exercises.ipynb")
	file, err := os.ReadFile(student)
	if err != nil {
		t.Fatal(err)
	}
	page, err := exec.CommandContext(t.Context(), filepath.Join(notebook.Root(), "docker", "start"),
		"jupyter", "nbconvert", "--log-level=ERROR", "--to=html", "--stdout", student).Output()
	if err != nil {
		t.Fatal(err)
	}
	document, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	all := read(t, student)
	var text strings.Builder
	for _, cell := range all.Cells() {
		text.WriteString(cell.Source() + "\n" + cell.Printed() + "\n")
		if strings.Contains(cell.ID(), notebook.SolutionTag) || strings.Contains(fmt.Sprint(cell.Metadata()), notebook.SolutionTag) {
			t.Errorf("cell %s is marked as a solution", cell.ID())
		}
	}
	// The same text in JSON, in HTML and in a cell: only what all three have, which is neither space nor the ends of JSON's lines.
	bare := func(text string) string {
		return regexp.MustCompile(`\\n",\s*"|\\[nt]|[\s\\]`).ReplaceAllString(text, "")
	}
	contents := map[string]string{"the file": bare(string(file)), "its cells": bare(text.String()), "its page": bare(document.Text())}
	for _, e := range exercises(t, teachers(t)) {
		program := func(cell notebook.Cell) string { // what stands between the imports and main
			_, program, _ := strings.Cut(cell.Source(), "\n\n")
			if strings.HasPrefix(cell.Source(), "import (") {
				_, program, _ = strings.Cut(cell.Source(), "\n)\n")
			}
			program, _, _ = strings.Cut(program, "func main()")
			return bare(program)
		}
		for where, content := range contents {
			if strings.Contains(content, program(e.solution)) {
				t.Errorf("%s: %s has the solution", e.name, where)
			}
			if !strings.Contains(content, program(e.start)) || program(e.start) == "" { // so that it would be found
				t.Errorf("%s: %s has not even the starting point", e.name, where)
			}
		}
	}
}
