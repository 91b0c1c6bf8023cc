package grade

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/notebook"
)

// maxName is how many bytes of a student's name the name of a file has room for, with an ending.
const maxName = 200

// maxNotebook is far more than a notebook has whose outputs are pictures.
const maxNotebook = 20 << 20

// An exerciseCell is what the teacher's notebook says of one exercise.
type exerciseCell struct {
	name, check string
	id          string // of the cell that the student fills in
}

// mark is a cell's metadata "exercise".
type mark struct {
	Name     string
	Check    string
	Solution bool
}

func markOf(metadata any) (m mark) {
	text, _ := json.Marshal(metadata)
	json.Unmarshal(text, &m) // whoever wrote something else there has marked nothing
	return m
}

// exercises lists the exercises of the teacher's notebook, in order.
func exercises(path string) ([]exerciseCell, error) {
	nb, err := notebook.Read(path)
	if err != nil {
		return nil, err
	}
	var list []exerciseCell
	for _, cell := range nb.Code() {
		if m := markOf(cell.Metadata()["exercise"]); m.Check != "" && !m.Solution {
			list = append(list, exerciseCell{m.Name, m.Check, cell.ID()})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no cell that is marked as an exercise", path)
	}
	return list, nil
}

// A submission is what one student handed in.
type submission struct {
	student string
	answers []answer // in the order of the exercises; where the cell is missing, Source is ""
	problem string   // why there is nothing to grade, in a sentence; "" where there is
}

// collect reads a folder of submissions: a notebook a student, or a folder a student with one notebook in it. Nothing outside of dir is
// read, whatever links there are, and what cannot be read is a problem of that student's alone.
func collect(dir string, list []exerciseCell) ([]submission, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var all []submission
	seen := map[string]bool{}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		s := submission{student: strings.TrimSuffix(entry.Name(), ".ipynb")}
		// Files of these names are written, also where case makes no difference.
		if seen[strings.ToLower(s.student)] {
			s.student = entry.Name()
		}
		if len(s.student) > maxName {
			s.student = fmt.Sprintf("%s… (%d)", strings.ToValidUTF8(s.student[:maxName], ""), len(all)+1)
		}
		seen[strings.ToLower(s.student)] = true
		if s.answers, err = read(root, entry, list); err != nil {
			s.problem = err.Error()
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has nothing in it: put a notebook, or a folder with one, there for each student", dir)
	}
	return all, nil
}

func read(root *os.Root, entry fs.DirEntry, list []exerciseCell) ([]answer, error) {
	name := entry.Name()
	if entry.IsDir() {
		inside, err := fs.ReadDir(root.FS(), name)
		if err != nil {
			return nil, fmt.Errorf("the folder cannot be read: %v.", err)
		}
		inside = slices.DeleteFunc(inside, func(e fs.DirEntry) bool {
			return strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), ".ipynb")
		})
		if len(inside) != 1 {
			return nil, fmt.Errorf("the folder has %d notebooks, and one is wanted.", len(inside))
		}
		name += "/" + inside[0].Name()
	}
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %v.", err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is a link or something else that is no file; the file itself is wanted.")
	case !strings.HasSuffix(name, ".ipynb"):
		return nil, errors.New("it is not a notebook; a file that ends in .ipynb is wanted.")
	case info.Size() > maxNotebook:
		return nil, fmt.Errorf("it has more than %d MB, and a notebook with all its outputs has less.", maxNotebook>>20)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %v.", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxNotebook))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %v.", err)
	}
	return answers(text, list)
}

// answers takes the marked cells out of a notebook. A cell that was copied keeps its mark and gets another id: the one with the id of the
// exercise counts, and else the first with its mark.
func answers(text []byte, list []exerciseCell) ([]answer, error) {
	var nb struct {
		Cells []struct {
			ID       string
			Kind     string `json:"cell_type"`
			Metadata struct{ Exercise any }
			Source   any
		}
	}
	if err := json.Unmarshal(text, &nb); err != nil || nb.Cells == nil {
		return nil, errors.New("it is not a notebook: JupyterLab's own file is wanted, as it was saved.")
	}
	var all []answer
	for _, e := range list {
		a := answer{Exercise: e.name, Check: e.check}
		found := false
		for _, cell := range nb.Cells {
			m := markOf(cell.Metadata.Exercise)
			if cell.Kind != "code" || m.Solution || cell.ID != e.id && (found || m.Name != e.name) {
				continue
			}
			a.Source, found = source(cell.Source), true
			if cell.ID == e.id {
				break
			}
		}
		all = append(all, a)
	}
	return all, nil
}

// source joins what a notebook keeps as a string or as a list of lines.
func source(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		var all strings.Builder
		for _, line := range value {
			s, _ := line.(string)
			all.WriteString(s)
		}
		return all.String()
	}
	return ""
}

// TeachersNotebook is the notebook that says what the exercises are, in this checkout.
func TeachersNotebook() string {
	return filepath.Join(notebook.Root(), "notebooks", "instructor", "07-exercises.ipynb")
}
