package judge

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/engine/goroot"
)

var times = flag.Int("times", 1, "how often to judge each answer")

// answer is a cell that a student might write, and what is known about it.
type answer struct {
	exercise, name string
	right          bool
	source         string
	says           string // a part of the verdict
}

var saysLine = regexp.MustCompile(`(?m)^// says: (.*)$`)

// answers reads those in testdata/answers: a file an exercise, in it a cell an answer, below right or wrong.
func answers(t testing.TB) (all []answer) {
	t.Helper()
	files, err := filepath.Glob("testdata/answers/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no answers: ", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			kind, name, _ := strings.Cut(strings.TrimSuffix(f.Name, ".go"), "/")
			if kind != "right" && kind != "wrong" {
				t.Fatalf("%s: %s is below neither right nor wrong", file, f.Name)
			}
			a := answer{exercise: strings.TrimSuffix(filepath.Base(file), ".txtar"), name: name, right: kind == "right", source: string(f.Data)}
			if m := saysLine.FindStringSubmatch(a.source); m != nil {
				a.says = m[1]
			}
			all = append(all, a)
		}
	}
	return all
}

func (a answer) judge() Verdict {
	return Judge(goroot.MustFS(), map[string]string{"main.go": "package main\n\n" + a.source}, nil, a.exercise, 0)
}

// TestAnswers judges what students wrote, or might: the right ones are right in whatever style, the wrong ones wrong however rarely they
// fail, and each within its time.
func TestAnswers(t *testing.T) {
	for _, a := range answers(t) {
		name := a.exercise + "/wrong/" + a.name
		if a.right {
			name = a.exercise + "/right/" + a.name
		}
		t.Run(name, func(t *testing.T) {
			for range *times {
				begin := time.Now()
				v := a.judge()
				took := time.Since(begin)
				t.Logf("%.2f s: %s %s", took.Seconds(), v.Sign(), v.Says)
				// What the engine refuses, it may refuse for ever; only the reason is to be the one that was meant.
				if v.Right != a.right || v.Undecided && (a.right || a.says == "") || v.Exercise != a.exercise {
					t.Fatalf("%s %s: %s", v.Sign(), v.Exercise, v.Says)
				}
				if !strings.Contains(v.Says, a.says) {
					t.Errorf("it does not say %q, but: %s", a.says, v.Says)
				}
				if took > 5*slack*time.Second {
					t.Errorf("it took %v", took)
				}
			}
		})
	}
}

// slack is how much slower than a quiet machine one may be that tests other things beside.
const slack = 3

// TestTries holds hints to one more with each changed answer, and none for the same one once more.
func TestTries(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tries")
	for i, try := range []struct {
		source string
		want   int
	}{{"a", 1}, {"a", 1}, {"b", 2}, {"a", 2}, {"b", 2}, {"c", 3}} {
		if got := Tried(file, try.source); got != try.want {
			t.Errorf("try %d, of %q: %d, want %d", i, try.source, got, try.want)
		}
	}
	if got := Tried(filepath.Join(t.TempDir(), "no", "such", "folder"), "a"); got != 1 {
		t.Errorf("where tries cannot be counted: %d, want 1", got)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
