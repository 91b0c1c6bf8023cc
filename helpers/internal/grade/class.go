package main

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// An exercise is what the notebook that was given out says of one.
type exercise struct {
	name, check string // such as "mutex" and "CheckMutex"
	id          string // of its cell
	level       int
	given       string // the cell
}

// A class is what the submissions are held against.
type class struct {
	exercises []exercise
	date      string // when the notebook that was given out was recorded
}

// newClass reads the notebook that was given out.
func newClass(path string) (*class, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	nb, err := readNotebook(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c := &class{date: nb.date}
	for _, cell := range nb.cells {
		if cell.name != "" && len(cell.calls) == 1 {
			c.exercises = append(c.exercises, exercise{cell.name, cell.calls[0], cell.id, max(cell.level, 1), cell.text})
		}
	}
	if len(c.exercises) == 0 {
		return nil, fmt.Errorf("%s has no cell that is marked as an exercise", path)
	}
	return c, nil
}

// givenOut is the notebook that was given out, in the course's folder.
func givenOut(course string) string { return filepath.Join(course, "notebooks", "07-exercises.ipynb") }

func (c *class) isExercise(cell cell) bool {
	return slices.ContainsFunc(c.exercises, func(e exercise) bool {
		return slices.Contains(cell.calls, e.check) || e.marks(cell)
	})
}

// marks tells whether a cell has the id or the name of the exercise.
func (e exercise) marks(cell cell) bool { return cell.id == e.id || cell.name == e.name }

// An answer is what a student has written for one exercise.
type answer struct {
	exercise string
	attempts []attempt // most have one
	note     string    // what the teacher should know of the choice
	missing  string    // why there is none, in a sentence
}

// An attempt is a cell that may be the answer.
type attempt struct {
	cell  cell
	above []cell
}

// maxAttempts is how many changed cells for one exercise are judged: the last ones. The first that
// is right counts.
const maxAttempts = 3

// answers finds the cells of the exercises: those that call the check, wherever they come from and
// whatever they are called; where no cell does, one with the exercise's id or name. What the
// metadata say of the check counts for nothing.
func (c *class) answers(nb *notebook) (all []answer) {
	for _, e := range c.exercises {
		all = append(all, c.answer(nb, e))
	}
	return all
}

func (c *class) answer(nb *notebook, e exercise) answer {
	a := answer{exercise: e.name}
	var found []int
	for i, cell := range nb.cells {
		if slices.Contains(cell.calls, e.check) {
			found = append(found, i)
		}
	}
	if found == nil {
		// The one with the id before all others with the name.
		for _, is := range []func(cell) bool{func(cell cell) bool { return cell.id == e.id }, e.marks} {
			if i := slices.IndexFunc(nb.cells, is); i >= 0 && found == nil && !c.callsAnother(nb.cells[i]) {
				found = []int{i}
			}
		}
	}
	if found == nil {
		a.missing = fmt.Sprintf("no cell calls exercise.%s, and none has this exercise's name: "+
			"it has been deleted, or was never there.", e.check)
		if c.older(nb) {
			a.missing = fmt.Sprintf("it is not in this notebook, "+
				"which is of an older version of the course (%s).", nb.date)
		}
		return a
	}
	changed := slices.DeleteFunc(slices.Clone(found), func(i int) bool {
		return same(nb.cells[i].text, e.given) && !nb.cells[i].long
	})
	today := slices.DeleteFunc(slices.Clone(changed), func(i int) bool { return written(nb.cells[i].text) })
	chosen := found[:1]
	switch {
	case len(today) > 0:
		chosen = today
	case len(changed) > 0:
		a.missing = c.what(nb)
		return a
	default:
		a.note = "The cell is as it was given out."
	}
	switch {
	case len(found) > 1 && len(chosen) == 1 && len(changed) > 0:
		a.note = fmt.Sprintf("There are %d cells for this exercise: "+
			"the one that the student has changed was judged.", len(found))
	case len(chosen) > 1:
		a.note = fmt.Sprintf("There are %d cells for this exercise, of which the student has changed %d: "+
			"one that is right counts, else the last.", len(found), len(chosen))
		if len(chosen) > maxAttempts {
			chosen = chosen[len(chosen)-maxAttempts:]
			a.note += fmt.Sprintf(" The last %d were judged.", maxAttempts)
		}
	}
	for _, i := range slices.Backward(chosen) {
		a.attempts = append(a.attempts, attempt{nb.cells[i], nb.cells[:i]})
	}
	return a
}

// callsAnother tells whether a cell calls the check of some exercise.
func (c *class) callsAnother(cell cell) bool {
	return slices.ContainsFunc(c.exercises, func(e exercise) bool { return slices.Contains(cell.calls, e.check) })
}

// same tells whether two cells differ in nothing but space at the ends of lines.
func same(a, b string) bool { return trimmed(a) == trimmed(b) }

var endings = regexp.MustCompile(`[ \t]+(\n|$)`)

func trimmed(s string) string { return strings.TrimSpace(endings.ReplaceAllString(s, "$1")) }

// oldObjects is what exercises were written on before 30 November 2026, when checks began to
// explore ordinary Go.
var oldObjects = regexp.MustCompile(`\bscheduler\.[A-Z]|/helpers/scheduler"|\.Money\.(Load|Store)\(`)

// written tells whether a cell is written for an older version of the course.
func written(text string) bool {
	if !oldObjects.MatchString(text) {
		return false
	}
	f, err := parsedCell(text)
	if err != nil {
		return true
	}
	found := strings.Contains(f.imports()["scheduler"], "/helpers/scheduler\"")
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok { // not what stands in a comment or a text
			found = found || oldObjects.MatchString(f.of(s)+"(")
		}
		return !found
	})
	return found
}

// what says that an exercise is that of an older course, which, and what has changed.
func (c *class) what(nb *notebook) string {
	which := "before 30 November 2026"
	if nb.date != "" && nb.date < "2026-11-30" {
		which = "its notebook is of " + nb.date
	}
	return fmt.Sprintf("this is the exercise of an older version of the course (%s): "+
		"it was written on the counters and locks of package scheduler, and is ordinary Go today, "+
		"on int, sync and sync/atomic. Judge it by eye, or give out today's notebook.", which)
}

// older tells whether a notebook was given out before the one that is held against it.
func (c *class) older(nb *notebook) bool { return nb.date != "" && nb.date < c.date }
