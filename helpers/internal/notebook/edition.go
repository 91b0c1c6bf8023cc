package notebook

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// SolutionTag marks the cells of a teacher's notebook that no student's edition has.
const SolutionTag = "solution"

// Teachers lists the notebooks of which a student's edition is made, in order.
func Teachers() []string {
	paths, err := filepath.Glob(filepath.Join(Root(), "notebooks", "instructor", "[0-9]*.ipynb"))
	if err != nil {
		panic(err)
	}
	return paths
}

// StudentsPath is where the student's edition of a teacher's notebook is.
func StudentsPath(teachers string) string {
	return filepath.Join(filepath.Dir(filepath.Dir(teachers)), filepath.Base(teachers))
}

// StudentsEdition makes the student's edition of the teacher's notebook at path: nbconvert takes out the cells with the SolutionTag, and
// links fit the student's folder. It has no outputs but those of former, which may be nil: each cell of former that is still the same
// keeps what it printed.
func StudentsEdition(ctx context.Context, path string, former *Notebook) (*Notebook, error) {
	command := exec.CommandContext(ctx, filepath.Join(Root(), "docker", "start"), "jupyter", "nbconvert",
		"--log-level=ERROR", "--to=notebook", "--stdout", "--TagRemovePreprocessor.enabled=True",
		"--TagRemovePreprocessor.remove_cell_tags="+SolutionTag, "--ClearOutputPreprocessor.enabled=True", path)
	text, err := command.Output()
	if err != nil {
		if failed, ok := err.(*exec.ExitError); ok {
			err = fmt.Errorf("%w\n%s", err, failed.Stderr)
		}
		return nil, fmt.Errorf("jupyter nbconvert: %w", err)
	}
	nb, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("jupyter nbconvert: %w", err)
	}
	delete(nb.Metadata(), "recorded")
	formerly := map[string]Cell{} // by id
	if former != nil {
		if recorded := former.Metadata()["recorded"]; recorded != nil {
			nb.Metadata()["recorded"] = recorded
		}
		for _, cell := range former.Code() {
			formerly[cell.ID()] = cell
		}
	}
	for _, cell := range nb.Cells() {
		if cell.Kind() == "markdown" {
			cell.SetSource(strings.ReplaceAll(cell.Source(), "](../", "]("))
		}
		cell.raw["source"] = lines(cell.Source())
		if old, ok := formerly[cell.ID()]; ok && cell.Kind() == "code" && old.Source() == cell.Source() {
			cell.raw["outputs"], cell.raw["execution_count"] = old.raw["outputs"], old.raw["execution_count"]
		}
	}
	return nb, nil
}
