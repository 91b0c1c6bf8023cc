package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

const (
	// maxName is how many bytes of a student's name the name of a file has room for, with an
	// ending.
	maxName = 200
	// maxFiles is how many files of one student are looked at.
	maxFiles = 5000
)

// An entry is what one student has handed in: a file, or a folder.
type entry struct {
	student string
	path    string // below the class's folder
	folder  bool
}

// entries lists a class: a notebook a student, or a folder a student. What JupyterHub's notebooks
// are collected into, home/NAME/notebooks, is one folder more.
func entries(root *os.Root) ([]entry, error) {
	var all []entry
	list := func(below string) error {
		found, err := fs.ReadDir(root.FS(), below)
		for _, e := range found {
			if !hidden(e.Name()) {
				all = append(all, entry{path: path.Join(below, e.Name()), folder: e.IsDir()})
			}
		}
		return err
	}
	if err := list("."); err != nil {
		return nil, err
	}
	if i := slices.Index(all, entry{path: "home", folder: true}); i >= 0 {
		all = slices.Delete(all, i, i+1)
		if err := list("home"); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for i := range all {
		e := &all[i]
		name := path.Base(e.path)
		e.student = printable(strings.TrimSuffix(name, ".ipynb"))
		// Files of these names are written, also where case makes no difference.
		if e.student == "" || seen[strings.ToLower(e.student)] {
			e.student = printable(name)
		}
		if e.student == "" || len(e.student) > maxName || seen[strings.ToLower(e.student)] {
			e.student = fmt.Sprintf("%s… (%d)", strings.ToValidUTF8(e.student[:min(maxName, len(e.student))], ""), i+1)
		}
		seen[strings.ToLower(e.student)] = true
	}
	slices.SortFunc(all, func(a, b entry) int {
		return strings.Compare(strings.ToLower(a.student), strings.ToLower(b.student))
	})
	return all, nil
}

// hidden tells whether a name is not a student's doing: JupyterLab's checkpoints, what macOS
// leaves.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || name == "__MACOSX" || name == "Thumbs.db" || name == "desktop.ini"
}

// read reads what a student has handed in: of a folder, the notebook that has cells of exercises.
// Nothing outside of root is read, whatever links there are. The error is a sentence.
func (c *class) read(root *os.Root, e entry) (*notebook, error) {
	if !e.folder {
		return c.open(root, e.path)
	}
	var paths []string
	count := 0
	err := fs.WalkDir(root.FS(), e.path, func(name string, d fs.DirEntry, err error) error {
		if count++; count > maxFiles {
			return fmt.Errorf("the folder has more than %d files", maxFiles)
		}
		switch {
		case err != nil:
			return err
		case hidden(d.Name()) && d.IsDir():
			return fs.SkipDir
		case !hidden(d.Name()) && strings.Contains(d.Name(), ".ipynb") && !d.IsDir():
			paths = append(paths, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the folder cannot be read: %v.", err)
	}
	var found *notebook
	var with []string
	var other []error
	for _, name := range paths {
		nb, err := c.open(root, name)
		if err != nil {
			other = append(other, fmt.Errorf("%s: %w", strings.TrimPrefix(name, e.path+"/"), err))
			continue
		}
		with = append(with, strings.TrimPrefix(name, e.path+"/"))
		found = nb
	}
	switch {
	case len(paths) == 0:
		return nil, errors.New("the folder has no notebook in it: a file that ends in .ipynb is wanted.")
	case len(with) > 1:
		return nil, fmt.Errorf("the folder has %d notebooks with exercises, and one is wanted: "+
			"leave the one that counts, of %s.", len(with), strings.Join(with[:min(len(with), 5)], ", "))
	case len(with) == 0 && len(other) == 1:
		return nil, other[0]
	case len(with) == 0:
		return nil, fmt.Errorf("the folder has %d notebooks, and none with exercises that can be read. "+
			"The first: %w", len(paths), other[0])
	}
	return found, nil
}

// open reads one notebook, which must have cells of exercises.
func (c *class) open(root *os.Root, name string) (*notebook, error) {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %v.", err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is a link or something else that is no file; the file itself is wanted.")
	case info.Size() > maxNotebook:
		return nil, fmt.Errorf("it has more than %d MB, and a notebook with all its outputs has less.", maxNotebook>>20)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %v.", err)
	}
	defer file.Close()
	nb, err := readNotebook(file)
	switch {
	case err != nil:
		return nil, err
	case len(nb.cells) == 0:
		return nil, errors.New("the notebook has no cells with code in it.")
	case !slices.ContainsFunc(nb.cells, c.isExercise):
		title := ""
		if nb.title != "" {
			title = fmt.Sprintf(" (%q)", nb.title)
		}
		return nil, fmt.Errorf("it is another notebook%s: none of its cells is one of the exercises.", title)
	}
	return nb, nil
}
