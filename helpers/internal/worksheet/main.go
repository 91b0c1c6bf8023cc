// Command worksheet draws a different sheet of questions for each student of a class, and grades
// the answers: what `make worksheets` does.
//
// A sheet asks about small programs: which values can it print, which schedule leads to the least,
// can it deadlock? Programs are drawn from templates; what is right, and that what is wrong cannot
// be, the engine finds by looking at all states of each. Sheets have different questions and are
// alike in difficulty.
package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/engine/goroot"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "worksheets:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("worksheet", flag.ExitOnError)
	number := flags.String("n", "30", "how many sheets")
	seed := flags.String("seed", "1", "what they are drawn by: the same seed gives the same sheets")
	dir := flags.String("out", "worksheets", "the `folder` to write, or with the key to grade by")
	answers := flags.String("answers", "", "a CSV `file` of answers to grade")
	flags.Parse(args) //nolint:errcheck // it exits
	src, err := goroot.FS()
	if err != nil {
		return err
	}
	if *answers != "" {
		return gradeFile(src, *answers, *dir, out)
	}
	n, err := strconv.Atoi(*number)
	if err != nil || n < 1 || n > most {
		return fmt.Errorf("N=%s: ask for 1 to %d sheets, as in N=30", *number, most)
	}
	s, err := strconv.ParseUint(*seed, 10, 32)
	if err != nil {
		return fmt.Errorf("SEED=%s: take a whole number from 0 on, as in SEED=1", *seed)
	}
	c, err := newClass(src, n, s)
	if err != nil {
		return err
	}
	return write(c, *dir, out)
}

// write writes the sheets, the key for the teacher's eyes and for grading, and a table to type the
// answers into.
func write(c class, dir string, out io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	key, err := json.Marshal(c)
	if err != nil {
		return err
	}
	files := map[string][]byte{"key.json": key}
	for _, name := range []string{"sheets", "key"} {
		if files[name+".html"], err = render(name, c); err != nil {
			return err
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	// Answers that were typed in are never lost.
	table := filepath.Join(dir, fmt.Sprintf("answers-%d.csv", c.Seed))
	if _, err := os.Stat(table); errors.Is(err, fs.ErrNotExist) {
		rows := [][]string{heads(perKind * int(kinds))}
		for _, s := range c.Sheets {
			row := make([]string, len(rows[0]))
			row[0] = fmt.Sprintf("%d-%d", c.Seed, s.Number)
			rows = append(rows, row)
		}
		if err := writeCSV(table, rows); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "written: %s, %s with what is right and why, and %s to type the answers into\n",
		filepath.Join(dir, "sheets.html"), filepath.Join(dir, "key.html"), table)
	err = printPDF(dir)
	if errors.Is(err, browser.ErrMissing) {
		fmt.Fprintln(out, "no PDF was made, for there is no Chromium: print the two pages from any browser")
		return nil
	}
	if err == nil {
		fmt.Fprintln(out, "and both as PDF, for A4 and for Letter: print sheets on both sides, one sheet of paper a student")
	}
	return err
}

func writeCSV(file string, rows [][]string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	return errors.Join(w.WriteAll(rows), f.Close())
}

// gradeFile grades a table of answers by the key in dir, and writes the points beside the answers.
func gradeFile(src fs.FS, answers, dir string, out io.Writer) error {
	text, err := os.ReadFile(filepath.Join(dir, "key.json"))
	if err != nil {
		return fmt.Errorf("there is no key in %s: draw the sheets first, with the N and SEED that they had", dir)
	}
	g := grader{goroot: src, programs: programs{}}
	if err := json.Unmarshal(text, &g.key); err != nil {
		return fmt.Errorf("the key in %s cannot be read: draw the sheets again", dir)
	}
	f, err := os.Open(answers)
	if err != nil {
		return fmt.Errorf("the answers cannot be read: %w", err)
	}
	defer f.Close()
	graded, err := g.grade(f, answers)
	if err != nil {
		return err
	}
	sum := 0
	for _, row := range graded[1:] {
		points, _ := strconv.Atoi(row[len(row)-1])
		sum += points
		fmt.Fprintf(out, "sheet %s: %d of %d  %s\n", row[0], points, len(row)-3, row[1])
	}
	file := filepath.Join(filepath.Dir(answers), "grades.csv")
	if err := writeCSV(file, graded); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d sheets, %.1f points on average; written: %s\n",
		len(graded)-1, float64(sum)/float64(len(graded)-1), file)
	return nil
}
