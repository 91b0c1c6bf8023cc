package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCalls(t *testing.T) {
	const path = "\"example.com/multithreading/helpers/exercise\"\n"
	for cell, want := range map[string]string{
		rightMutex:    "CheckMutex",
		rightSchedule: "CheckLostUpdate",
		"import e " + path + "func main() { e.CheckMutex(nil) }":                               "CheckMutex",
		"import . " + path + "func main() { CheckMutex(nil) }":                                 "CheckMutex",
		"import exercise \"fmt\"\nfunc main() { exercise.CheckMutex(nil) }":                    "",
		"func main() {\n\t// exercise.CheckMutex(nil)\n}":                                      "",
		"func main() { fmt.Println(\"exercise.CheckMutex(nil)\") }":                            "",
		"func run() { (exercise.CheckAtomic)(nil) }\nfunc main() { exercise.CheckMutex(nil) }": "CheckAtomic CheckMutex",
		"func add( {\nfunc main() { exercise.CheckMutex(add) }":                                "CheckMutex",
		"%%bash\necho exercise.CheckMutex":                                                     "",
	} {
		if got := strings.Join(calls(cell), " "); got != want {
			t.Errorf("%q, want %q, in\n%s", got, want, cell)
		}
	}
}

// What a cell lacks is taken of the cells above, the nearest first, and of each line of the file it
// is known which line of the cell it is.
func TestCompose(t *testing.T) {
	above := []cell{
		{text: `import m "math"

const (
	one = 1 + iota*m.MaxInt8
	two
)

func next() int { return 0 }`},
		{text: `%goflags -race
type pair struct{ a, b int }

func (p *pair) sum() int { return p.a + next() }

func (own) M() {}

func main() {}`},
		{text: `func next() int { return two }

var next2, unused = 1, missing`},
		{text: "func broken( {"},
	}
	c := cell{text: `!ls
import "os"; import (
	"fmt"
)
type own struct{}

var p = &pair{1, 2}
func main() { fmt.Println(p.sum(), strings.ToUpper("a")); exercise.CheckMutex(nil) }`}
	for _, methods := range []bool{false, true} {
		p, err := compose(c, above, methods)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parsed(p.text)
		if err != nil {
			t.Fatalf("%v\n%s", err, p.text)
		}
		if got := strings.Join(slices.Sorted(maps.Keys(f.imports())), " "); got != "exercise fmt m os" {
			t.Errorf("imports %s\n%s", got, p.text)
		}
		for _, want := range []string{"type pair struct", "sum() int", "return two", "iota*m.MaxInt8"} {
			if strings.Count(p.text, want) != 1 || strings.Count(p.added, want) != 1 {
				t.Errorf("%q is to be there once:\n%s", want, p.text)
			}
		}
		for _, not := range []string{"return 0", "unused", "broken", "!ls"} {
			if strings.Contains(p.text, not) {
				t.Errorf("%q is there:\n%s", not, p.text)
			}
		}
		if strings.Contains(p.text, "func (own) M()") != methods {
			t.Errorf("a method of the cell's own type, asked for: %v\n%s", methods, p.text)
		}
		lines, own := strings.Split(p.text, "\n"), strings.Split(c.text, "\n")
		for i, of := range p.lines {
			if of > 0 && strings.HasPrefix(own[of-1], "var") && own[of-1] != lines[i] {
				t.Errorf("line %d is said to be the cell's line %d: %q", i+1, of, lines[i])
			}
		}
		if p.lines[8] != 7 || len(p.lines) != 10 {
			t.Errorf("%v", p.lines)
		}
	}
	for want, c := range map[string]cell{
		"has more than": {long: true},
		"is empty":      {text: " \n"},
		"no Go program": {text: "%%sh\nls"},
	} {
		if _, err := compose(c, nil, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestReason(t *testing.T) {
	const main = "func main() { exercise.CheckPrediction(2, because) }\n"
	for cell, want := range map[string]string{
		"func main() { exercise.CheckPrediction(2, `a \"b\"`) }":       "a \"b\"",
		main + "const because = \"one \" + (two)\nvar two = \"2\"":     "one 2",
		strings.Replace(main, "{ ", "{\n\tbecause := \"here\"\n\t", 1): "here",
		strings.Replace(main, "because", "because()", 1):               "because()",
		main + "const because = because":                               "because",
		"func main() { exercise.CheckMutex(nil) }":                     "",
	} {
		if got := reason(clause + cell); got != want {
			t.Errorf("%q, want %q, of\n%s", got, want, cell)
		}
	}
}
