// Package exam reads the teacher's twenty questions, so that the engine proves their key, and counts
// what a class has gained between two sittings: `make study`.
package exam

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/multithreading/helpers/internal/notebook"
)

// A Question is one of notebooks/instructor/exam.md.
type Question struct {
	Program string            // the body of a main; with [Gap], where an answer is a line of it
	Asks    string            // the last line before the answers
	Answers map[string]string // by letter
}

// Gap stands in a program in the place of the line that is asked for.
const Gap = "____"

var (
	question = regexp.MustCompile(`(?m)^## Question (\d+)$`)
	program  = regexp.MustCompile("(?s)```go\n(.*?)```")
	answer   = regexp.MustCompile(`(?m)^- ([A-D]): (.*)$`)
)

// Questions reads the questions; the first is at 0.
func Questions() ([]Question, error) {
	text, err := os.ReadFile(instructor("exam.md"))
	if err != nil {
		return nil, err
	}
	var all []Question
	parts := question.Split(string(text), -1)[1:]
	for i, number := range question.FindAllStringSubmatch(string(text), -1) {
		q := Question{Answers: map[string]string{}}
		if number[1] != fmt.Sprint(i+1) {
			return nil, fmt.Errorf("exam.md: question %s stands where question %d should", number[1], i+1)
		}
		code := program.FindStringSubmatchIndex(parts[i])
		if code == nil {
			return nil, fmt.Errorf("exam.md: question %d has no program", i+1)
		}
		q.Program = parts[i][code[2]:code[3]]
		asks, _, _ := strings.Cut(parts[i][code[1]:], "\n- ")
		q.Asks = strings.TrimSpace(asks)
		for _, line := range answer.FindAllStringSubmatch(parts[i], -1) {
			q.Answers[line[1]] = line[2]
		}
		all = append(all, q)
	}
	return all, nil
}

// A Mark says which answer is right, and what who gave another one believes.
type Mark struct {
	Key      string
	Believes map[string]string // by the letter of the wrong answer
}

// Key reads the key, which marking.md has as a table: the question's number, the right letter, and a
// sentence for each wrong letter.
func Key() ([]Mark, error) {
	text, err := os.ReadFile(instructor("marking.md"))
	if err != nil {
		return nil, err
	}
	var key []Mark
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || strings.TrimSpace(cells[0]) != fmt.Sprint(len(key)+1) {
			continue
		}
		mark := Mark{Key: strings.TrimSpace(cells[1]), Believes: map[string]string{}}
		for belief := range strings.SplitSeq(cells[2], ";") {
			letters, sentence, _ := strings.Cut(strings.TrimSpace(belief), ": ")
			for letter := range strings.SplitSeq(letters, ", ") {
				mark.Believes[letter] = sentence
			}
		}
		key = append(key, mark)
	}
	if len(key) == 0 {
		return nil, errors.New("marking.md: there is no key")
	}
	return key, nil
}

func instructor(name string) string {
	return filepath.Join(notebook.Root(), "notebooks", "instructor", name)
}
