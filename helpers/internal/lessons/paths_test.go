package lessons

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// A leg is what a path through the course takes of one notebook.
type leg struct {
	path    string
	cells   []string // ids, in order
	minutes int
}

var (
	wayHeading = regexp.MustCompile(`(?m)^## (\d+) minutes$`)
	wayRow     = regexp.MustCompile(`(?m)^\| (\d+):(\d\d) \| ([^|]+) \| ?([^|]*) \| ?([^|]*) \|$`)
	wayHeads   = regexp.MustCompile(`^\[([^\]]+)\]\((\S+\.ipynb)#(\S+)\): `) // the heading that a row is found by
	wayCell    = regexp.MustCompile(`\[([^\]]+)\]\((\S+\.ipynb)#cell-id=(\S+)\)`)
)

// paths reads the instructor's paths: by their minutes, the notebooks in order.
func paths(t *testing.T) map[int][]leg {
	t.Helper()
	file := filepath.Join(notebook.Root(), "notebooks", "instructor", "paths.md")
	text := markdown(t, file)
	all := map[int][]leg{}
	headings := wayHeading.FindAllStringSubmatchIndex(text, -1)
	for i, at := range headings {
		minutes, _ := strconv.Atoi(text[at[2]:at[3]])
		end := len(text)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		rows := wayRow.FindAllStringSubmatch(text[at[1]:end], -1)
		for i, row := range rows {
			last := i+1 == len(rows)
			if last != (row[3] == "the end") {
				t.Errorf("%d minutes, %s:%s: the last row, and no other, is the end", minutes, row[1], row[2])
			}
			if !last && row[3] != "*a break*" && (row[4] == "" || !wayHeads.MatchString(row[3])) {
				t.Errorf("%d minutes, %s:%s: no heading, or nothing to say", minutes, row[1], row[2])
			}
			took := 0
			if !last {
				took = clock(rows[i+1]) - clock(row)
			}
			for j, cell := range append(wayCell.FindAllStringSubmatch(row[3], -1), nil) {
				legs := all[minutes]
				if cell == nil { // A break counts to what was before it.
					if j == 0 {
						legs[len(legs)-1].minutes += took
					}
					break
				}
				path := filepath.Join(filepath.Dir(file), cell[2])
				if len(legs) == 0 || legs[len(legs)-1].path != path {
					legs = append(legs, leg{path: path})
				}
				leg := &legs[len(legs)-1]
				leg.cells = append(leg.cells, cell[3])
				if j == 0 {
					leg.minutes += took
				}
				all[minutes] = legs
			}
		}
	}
	return all
}

// clock is when a row begins, in minutes.
func clock(row []string) int {
	hours, _ := strconv.Atoi(row[1])
	minutes, _ := strconv.Atoi(row[2])
	return 60*hours + minutes
}

// A path takes as long as it says, opens each notebook once, and goes through its cells in their order, with all that they need.
func TestPathsAddUp(t *testing.T) {
	all := paths(t)
	for _, minutes := range []int{45, 90} {
		sum := 0
		var opened []string
		for _, leg := range all[minutes] {
			sum += leg.minutes
			if slices.Contains(opened, leg.path) {
				t.Errorf("%d minutes: %s is opened twice", minutes, name(leg.path))
			}
			opened = append(opened, leg.path)
			cells, at := read(t, leg.path).Cells(), -1
			for i, id := range leg.cells {
				next := slices.IndexFunc(cells, func(c notebook.Cell) bool { return c.ID() == id })
				if next <= at {
					t.Fatalf("%d minutes: %s has no cell %q after %q", minutes, name(leg.path), id, leg.cells[max(0, i-1)])
				}
				at = next
				for _, need := range cells[at].Needs() {
					if !slices.Contains(leg.cells[:i], need) {
						t.Errorf("%d minutes: %s needs %s, which is not on the way", minutes, id, need)
					}
				}
			}
		}
		if sum != minutes {
			t.Errorf("the path of %d minutes takes %d", minutes, sum)
		}
	}
}

var (
	meeting   = regexp.MustCompile(`(?m)^\| (\d) \| (.*) \| (.*) \|$`)
	setHome   = regexp.MustCompile(`exercises? ([\d, and]*\d)`)
	goesOnAt  = regexp.MustCompile(`(?s)## (\d+)\. .*?goes on from \[[^\]]+\]\(([^#)]+)#`)
	notebooks = regexp.MustCompile(`\.\./(\d\d-[a-z-]+\.ipynb)`)
)

// The plan of a term has seven meetings, comes to every notebook, and sets each exercise once, when the notebook that it goes on from has been begun.
func TestTerm(t *testing.T) {
	dir := filepath.Join(notebook.Root(), "notebooks")
	rows := meeting.FindAllStringSubmatch(markdown(t, filepath.Join(dir, "instructor", "term.md")), -1)
	if len(rows) != 7 {
		t.Fatalf("%d meetings", len(rows))
	}
	begun, set := map[string]int{}, map[string]int{}
	for i, row := range rows {
		for _, nb := range notebooks.FindAllStringSubmatch(row[2], -1) {
			if begun[nb[1]] == 0 {
				begun[nb[1]] = i + 1
			}
		}
		for _, list := range setHome.FindAllStringSubmatch(row[3], -1) {
			for _, number := range regexp.MustCompile(`\d+`).FindAllString(list[1], -1) {
				if set[number] != 0 {
					t.Errorf("exercise %s is set twice", number)
				}
				set[number] = i + 1
			}
		}
	}
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		if begun[filepath.Base(path)] == 0 && name(path) != "07-exercises" {
			t.Error("in no meeting")
		}
	})
	exercises := goesOnAt.FindAllStringSubmatch(markdown(t, filepath.Join(dir, "07-exercises.ipynb")), -1)
	for _, exercise := range exercises {
		if at, from := set[exercise[1]], begun[exercise[2]]; at == 0 || from == 0 || from > at {
			t.Errorf("exercise %s is set in meeting %d, and %s is begun in meeting %d", exercise[1], at, exercise[2], from)
		}
	}
	if len(exercises) != len(set) {
		t.Errorf("%d exercises, and %d are set", len(exercises), len(set))
	}
}

// A class that goes a path sees in each cell what it is to show, in a kernel that has run no other.
func TestPathsRun(t *testing.T) {
	notebook.NeedsKernel(t)
	for minutes, legs := range paths(t) {
		for _, leg := range legs {
			nb := read(t, leg.path)
			cells := slices.DeleteFunc(nb.Code(), func(c notebook.Cell) bool { return !slices.Contains(leg.cells, c.ID()) })
			if len(cells) == 0 {
				continue
			}
			t.Run(strconv.Itoa(minutes)+"/"+name(leg.path), func(t *testing.T) {
				part := filepath.Join(t.TempDir(), filepath.Base(leg.path))
				if err := nb.With(cells...).Write(part); err != nil {
					t.Fatal(err)
				}
				ran, err := notebook.Run(t.Context(), 300, part)
				if ran == nil {
					t.Fatal(err)
				}
				checkCells(t, part, ran)
			})
		}
	}
}

// shown are the ids of the cells that show something: those that ask for a prediction do not, and those that are folded show it again.
func shown(cells []notebook.Cell) (ids []string) {
	for _, cell := range cells {
		if !strings.HasPrefix(cell.ID(), "predict-") && !cell.Folded() {
			ids = append(ids, cell.ID())
		}
	}
	return ids
}

// kept are those of the cells that the line "To skip" of the notes does not skip.
func kept(section string, minutes int, cells []string) []string {
	_, line, _ := strings.Cut(section, "\n**To skip**: ")
	line, _, _ = strings.Cut(line, "\n")
	_, skip, found := strings.Cut(strings.ToLower(line), "in "+strconv.Itoa(minutes))
	skip, _, _ = strings.Cut(skip, ".")
	named := func(id string) bool { return strings.Contains(skip, "`"+id+"`") }
	switch {
	case !found:
		return []string{"nothing is said"}
	case strings.Contains(skip, "all but"):
		return slices.DeleteFunc(slices.Clone(cells), func(id string) bool { return !named(id) })
	case strings.Contains(skip, "all of it"):
		return []string{}
	}
	return slices.DeleteFunc(slices.Clone(cells), named)
}

// The instructor's notes have a section for each notebook, with a row for each cell that shows something, and skip what the paths skip.
func TestNotes(t *testing.T) {
	text := markdown(t, filepath.Join(notebook.Root(), "notebooks", "instructor", "notes.md"))
	ways := paths(t)
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		_, section, found := strings.Cut(text, "\n## ["+name(path)+"](../"+filepath.Base(path)+")\n")
		if !found {
			t.Fatal("no section")
		}
		section, _, _ = strings.Cut(section, "\n## ")
		all := shown(nb.Code())
		for minutes, legs := range ways {
			onTheWay := []string{}
			for _, leg := range legs {
				if leg.path == path {
					onTheWay = slices.DeleteFunc(slices.Clone(all), func(id string) bool { return !slices.Contains(leg.cells, id) })
				}
			}
			if got := kept(section, minutes, all); !slices.Equal(got, onTheWay) {
				t.Errorf("what is to skip in %d minutes leaves %q, and the path has %q", minutes, got, onTheWay)
			}
		}
		for _, part := range []string{"**Minutes**", "**Misconceptions**", "**On the board**", "**To skip**", "**On Binder**"} {
			if !strings.Contains(section, "\n"+part) {
				t.Errorf("it lacks %s", part)
			}
		}
		for _, id := range all {
			if row := "\n| [" + id + "](../" + filepath.Base(path) + "#cell-id=" + id + ") |"; !strings.Contains(section, row) {
				t.Errorf("nothing on the cell %s", id)
			}
		}
	})
}
