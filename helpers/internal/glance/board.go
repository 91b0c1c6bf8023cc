package main

import (
	"cmp"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// fewest students must have told something before anything of it is shown: of two, each would know
// what the other said.
const fewest = 5

// forgotten is what a student told, when the student's page has been silent for so long. It speaks
// once a minute.
const forgotten = 3 * time.Minute

// mostAnswers is how many different answers to a question are shown; the rest are counted as one.
const mostAnswers = 12

// told is all that a student's page tells. What it tells takes the place of what it told before.
type told struct {
	Predictions map[string]float64 `json:"predictions"`
	Exercises   map[string]bool    `json:"exercises"` // by name: whether the answer is right
	Stuck       bool               `json:"stuck"`     // and wants the teacher to know, by name
	at          time.Time
}

// A question is one that package predict asks, or an exercise, which has no text.
type question struct{ name, text string }

// A board is what the class has told, in memory only.
type board struct {
	questions []question
	exercises []question
	now       func() time.Time

	mu       sync.Mutex
	students map[string]told      // by name, so that a second word takes the place of the first
	changed  map[string]time.Time // when an answer to this question was last new
}

var asks = regexp.MustCompile(`predict\.Ask\(\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")`)

// newBoard reads from the notebooks in a folder what there is to tell. Nothing else is taken.
func newBoard(folder string) (*board, error) {
	b := &board{now: time.Now, students: map[string]told{}, changed: map[string]time.Time{}}
	paths, err := filepath.Glob(filepath.Join(folder, "[0-9]*.ipynb"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		nb, err := notebook.Read(path)
		if err != nil {
			return nil, err
		}
		for _, cell := range nb.Code() {
			for _, words := range asks.FindAllStringSubmatch(cell.Source(), -1) {
				name, errName := strconv.Unquote(words[1])
				text, errText := strconv.Unquote(words[2])
				if errName == nil && errText == nil {
					b.questions = append(b.questions, question{name, text})
				}
			}
			if exercise, ok := cell.Metadata()["exercise"].(map[string]any); ok && exercise["solution"] == nil {
				if name, ok := exercise["name"].(string); ok {
					b.exercises = append(b.exercises, question{name: name})
				}
			}
		}
	}
	return b, nil
}

// tell notes what a student's page tells. It keeps of it what the course asks for.
func (b *board) tell(student string, t told) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t = told{keep(t.Predictions, b.questions), keep(t.Exercises, b.exercises), t.Stuck, b.now()}
	before := b.students[student]
	for name, value := range t.Predictions {
		if old, there := before.Predictions[name]; !there || old != value {
			b.changed[name] = t.at
		}
	}
	b.students[student] = t
}

// keep gives of what was told that which there is a question for.
func keep[V any](told map[string]V, questions []question) map[string]V {
	kept := map[string]V{}
	for _, q := range questions {
		if value, there := told[q.name]; there {
			kept[q.name] = value
		}
	}
	return kept
}

// forget forgets a student.
func (b *board) forget(student string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.students, student)
}

// forgetSilent forgets all whose pages are silent.
func (b *board) forgetSilent() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweep()
}

// sweep is forgetSilent for who holds the lock.
func (b *board) sweep() {
	maps.DeleteFunc(b.students, func(_ string, t told) bool { return b.now().Sub(t.at) > forgotten })
}

// A glance is what the teacher sees. Names are those of who asked for it.
type glance struct {
	Sharing     int         `json:"sharing"` // students who have told a number or a verdict
	Fewest      int         `json:"fewest"`
	Predictions []predicted `json:"predictions"` // the one with the newest answer first
	Exercises   []judged    `json:"exercises"`
	Stuck       []string    `json:"stuck"`
}

type predicted struct {
	Question string   `json:"question"`
	Told     int      `json:"told"`
	Answers  []answer `json:"answers"` // empty while too few have told one
	Others   int      `json:"others"`  // who told one that is not among them
}

type answer struct {
	Value float64 `json:"value"`
	Count int     `json:"count"`
}

type judged struct {
	Name  string `json:"name"`
	Right int    `json:"right"`
	Wrong int    `json:"wrong"`
}

// glance counts what the class has told.
func (b *board) glance() glance {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweep()
	g := glance{0, fewest, []predicted{}, []judged{}, []string{}}
	newest := map[string]time.Time{}
	for _, q := range b.questions {
		counts, all := map[float64]int{}, 0
		for _, t := range b.students {
			if value, there := t.Predictions[q.name]; there {
				counts[value]++
				all++
			}
		}
		if all > 0 {
			p := predicted{Question: q.text, Told: all}
			p.Answers, p.Others = shown(counts, all)
			newest[q.text] = b.changed[q.name]
			g.Predictions = append(g.Predictions, p)
		}
	}
	slices.SortStableFunc(g.Predictions, func(p, q predicted) int {
		return newest[q.Question].Compare(newest[p.Question])
	})
	for _, q := range b.exercises {
		j := judged{Name: q.name}
		for _, t := range b.students {
			if right, there := t.Exercises[q.name]; right {
				j.Right++
			} else if there {
				j.Wrong++
			}
		}
		if j.Right+j.Wrong >= fewest {
			g.Exercises = append(g.Exercises, j)
		}
	}
	for name, t := range b.students {
		if len(t.Predictions)+len(t.Exercises) > 0 {
			g.Sharing++
		}
		if t.Stuck {
			g.Stuck = append(g.Stuck, name)
		}
	}
	slices.Sort(g.Stuck)
	return g
}

// shown gives the answers that were told most, the least number first, and how many told another.
func shown(counts map[float64]int, all int) (answers []answer, others int) {
	answers = []answer{}
	if all < fewest {
		return answers, 0
	}
	for value, count := range counts {
		answers = append(answers, answer{value, count})
	}
	slices.SortFunc(answers, func(a, b answer) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return cmp.Compare(a.Value, b.Value)
	})
	for len(answers) > mostAnswers {
		others += answers[len(answers)-1].Count
		answers = answers[:len(answers)-1]
	}
	slices.SortFunc(answers, func(a, b answer) int { return cmp.Compare(a.Value, b.Value) })
	return answers, others
}
