package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/internal/engine"
)

// together is a schedule without spaces, as a student writes it.
var together = regexp.MustCompile(`^[A-C ]+$`)

// reaches tells whether a schedule leads to the least that the program can print. The error says
// why it cannot be followed.
func (q question) reaches(p *engine.Program, answer string) (bool, error) {
	answer = strings.ToUpper(answer)
	if together.MatchString(answer) {
		answer = strings.Join(strings.Split(strings.ReplaceAll(answer, " ", ""), ""), " ")
	}
	s, err := engine.ParseSchedule(strings.ReplaceAll(answer, "MAIN", "main"))
	if err != nil {
		return false, err
	}
	run, err := p.Follow(s, false)
	if err != nil {
		return false, err
	}
	return run.Outcome.Kind == engine.Ends && strings.TrimSpace(run.Outcome.Output) == q.Least, nil
}

// programs are those that were asked for so far, by their source.
type programs map[string]*engine.Program

// A grader has the key, and loads each program once.
type grader struct {
	goroot   fs.FS
	key      class
	programs programs
}

// right tells whether an answer is right. What cannot be read, or followed, is not.
func (g *grader) right(q question, answer string) (bool, error) {
	if strings.Trim(answer, " -") == "" {
		return false, nil
	}
	if q.Kind != schedule {
		given := map[rune]bool{}
		for _, r := range strings.ToUpper(answer) {
			if !strings.ContainsRune(" ,;/+", r) {
				given[r] = true
			}
		}
		for _, r := range q.Right {
			if !given[r] {
				return false, nil
			}
		}
		return len(given) == len(q.Right), nil
	}
	p := g.programs[q.Source]
	if p == nil {
		var err error
		if p, err = engine.Load(g.goroot, map[string]string{"main.go": q.Source}, nil); err != nil {
			return false, err
		}
		g.programs[q.Source] = p
	}
	right, _ := q.reaches(p, answer)
	return right, nil
}

// find is the sheet that a name such as 7 or 1-7 means; the number before the line is the seed.
func (g *grader) find(name string) (sheet, error) {
	seed, number, whole := strings.Cut(strings.TrimSpace(name), "-")
	if !whole {
		number = seed
	} else if seed != fmt.Sprint(g.key.Seed) {
		return sheet{}, fmt.Errorf("sheet %s was drawn with seed %s and this key with seed %d: take the key of that seed",
			name, seed, g.key.Seed)
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(g.key.Sheets) {
		return sheet{}, fmt.Errorf("there is no sheet %q: the key has sheets 1 to %d", name, len(g.key.Sheets))
	}
	return g.key.Sheets[n-1], nil
}

// heads are the columns of the table of answers to n questions.
func heads(questions int) []string {
	columns := []string{"sheet", "name"}
	for i := range questions {
		columns = append(columns, fmt.Sprint(i+1))
	}
	return columns
}

// grade reads answers, a line a sheet, and gives the same lines with 1 or 0 for each answer, and
// the sum. file is for the errors.
func (g *grader) grade(answers io.Reader, file string) (graded [][]string, err error) {
	r := csv.NewReader(answers)
	r.FieldsPerRecord = -1
	seen := map[int]int{}
	questions := perKind * int(kinds)
	graded = append(graded, append(heads(questions), "points"))
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		line, _ := r.FieldPos(0)
		at := fmt.Sprintf("%s, line %d: ", filepath.Base(file), line)
		if err != nil {
			return nil, fmt.Errorf("%s is no CSV file: %w", filepath.Base(file), err)
		}
		record[0] = strings.TrimPrefix(record[0], "\ufeff") // some spreadsheets begin with it
		if strings.EqualFold(record[0], "sheet") {
			continue
		}
		if len(record) != 2+questions {
			return nil, fmt.Errorf("%s%d columns, and there are to be %d: sheet, name, and an answer to each question",
				at, len(record), 2+questions)
		}
		s, err := g.find(record[0])
		if err != nil {
			return nil, fmt.Errorf("%s%w", at, err)
		}
		if former := seen[s.Number]; former > 0 {
			return nil, fmt.Errorf("%ssheet %d stands in line %d too: give each sheet one line", at, s.Number, former)
		}
		seen[s.Number] = line
		points, row := 0, record[:2:2]
		for i, q := range s.Questions {
			right, err := g.right(q, record[2+i])
			if err != nil {
				return nil, fmt.Errorf("%squestion %d: %w", at, i+1, err)
			}
			if right {
				points++
				row = append(row, "1")
			} else {
				row = append(row, "0")
			}
		}
		graded = append(graded, append(row, fmt.Sprint(points)))
	}
	if len(graded) == 1 {
		return nil, errors.New(filepath.Base(file) + " has no answers: give each sheet a line, with its number first")
	}
	return graded, nil
}
