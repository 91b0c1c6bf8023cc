package exam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/engine/goroot"
)

// explored is what the engine finds in a program.
type explored struct {
	ends   []string // what it prints, "nothing", "deadlock", "panic"; sorted, each once
	orders string   // how many interleavings there are
	race   bool
}

func explore(t *testing.T, body string) explored {
	t.Helper()
	source := "package main\n\nimport (\n"
	for _, path := range []string{"fmt", "runtime", "sync", "sync/atomic", "time"} {
		if regexp.MustCompile(`\b` + path[strings.LastIndex(path, "/")+1:] + `\.`).MatchString(body) {
			source += fmt.Sprintf("\t%q\n", path)
		}
	}
	source += ")\n\nfunc main() {\n" + body + "}\n"
	src, err := goroot.FS()
	if err != nil {
		t.Fatal(err)
	}
	program, err := engine.Load(src, map[string]string{"main.go": source}, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, source)
	}
	result, err := program.Explore(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !result.Complete {
		t.Fatal("not all orders were looked at")
	}
	found := explored{race: len(result.Races) > 0, orders: fmt.Sprint(result.Interleavings)}
	for _, outcome := range result.Outcomes {
		end := outcome.Output
		switch {
		case outcome.Kind == engine.Deadlock:
			end = "deadlock"
		case outcome.Kind == engine.Crash:
			end = "panic"
		case outcome.Kind != engine.Ends:
			t.Fatalf("it ends as no answer says: %v", outcome.Kind)
		case end == "":
			end = "nothing"
		}
		found.ends = append(found.ends, end)
	}
	slices.Sort(found.ends)
	found.ends = slices.Compact(found.ends)
	return found
}

var end = regexp.MustCompile("`([^`]+)`|nothing|deadlock|panic")

// ends are those that an answer names.
func ends(answer string) (all []string) {
	for _, match := range end.FindAllStringSubmatch(answer, -1) {
		if match[1] != "" {
			match[0] = match[1]
		}
		all = append(all, match[0])
	}
	slices.Sort(all)
	return all
}

// true says whether the engine finds what an answer says.
func (q Question) true(t *testing.T, answer string) bool {
	t.Helper()
	quoted := strings.Trim(answer, "`")
	switch {
	case strings.HasPrefix(q.Asks, "Which line in the place of"):
		_, want, _ := strings.Cut(q.Asks, "makes it print ")
		return slices.Equal(explore(t, strings.Replace(q.Program, Gap, quoted, 1)).ends, ends(want))
	case q.Asks == "How many interleavings?":
		return explore(t, q.Program).orders == quoted
	}
	found := explore(t, q.Program)
	if before, race, asked := strings.Cut(answer, "; "); asked {
		return slices.Equal(found.ends, ends(before)) && found.race == (race == "a data race")
	}
	return slices.Equal(found.ends, ends(answer))
}

// Of each question's answers the engine finds one to be true, and the key names that one. Who gave
// another believes something.
func TestKeyIsProved(t *testing.T) {
	questions, err := Questions()
	if err != nil {
		t.Fatal(err)
	}
	key, err := Key()
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) != 20 || len(key) != len(questions) {
		t.Fatalf("%d questions, and a key to %d", len(questions), len(key))
	}
	given := map[string]int{}
	for i, q := range questions {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			if len(q.Answers) != 4 {
				t.Fatalf("%d answers", len(q.Answers))
			}
			given[key[i].Key]++
			for letter, answer := range q.Answers {
				right := q.true(t, answer)
				if right != (letter == key[i].Key) {
					t.Errorf("the key is %s, and of answer %s, %q, the engine says: %v", key[i].Key, letter, answer, right)
				}
				if (key[i].Believes[letter] == "") != (letter == key[i].Key) {
					t.Errorf("what is believed by who answers %s: %q", letter, key[i].Believes[letter])
				}
			}
		})
	}
	for letter, n := range given {
		if n > 7 { // who always says the same is right in a third at most
			t.Errorf("%d answers of 20 are %s", n, letter)
		}
	}
}
