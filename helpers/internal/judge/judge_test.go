package judge

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/engine"
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

// judge judges it as the kernel writes it: below a package clause, with the cell's own numbers of lines.
func (a answer) judge() Verdict {
	lines := []int{0, 0}
	for range strings.Lines(a.source) {
		lines = append(lines, len(lines)-1)
	}
	return Judge(goroot.MustFS(), map[string]string{"main.go": "package main\n\n" + a.source}, lines, a.exercise, 0)
}

// TestAnswers judges what students wrote, or might: the right ones are right in whatever style, the wrong ones wrong however rarely they
// fail, and each within its time.
func TestAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("there is nothing in it that the race detector could see, and it would take minutes")
	}
	for _, a := range answers(t) {
		name := a.exercise + "/wrong/" + a.name
		if a.right {
			name = a.exercise + "/right/" + a.name
		}
		t.Run(name, func(t *testing.T) {
			for range *times {
				begin := engine.Spent()
				v := a.judge()
				took := engine.Spent() - begin
				t.Logf("%.2f s: %s %s", took.Seconds(), v.Sign(), v.Says)
				// What the engine refuses, it may refuse for ever; only the reason is to be the one that was meant.
				if v.Right != a.right || v.Undecided && (a.right || a.says == "") || v.Exercise != a.exercise {
					t.Fatalf("%s %s: %s", v.Sign(), v.Exercise, v.Says)
				}
				if !strings.Contains(v.Says, a.says) {
					t.Errorf("it does not say %q, but: %s", a.says, v.Says)
				}
				if took > 5*time.Second {
					t.Errorf("it took %v of the processor", took)
				}
			}
		})
	}
}

// TestStepsAreTheAnswers holds the steps below a verdict to what the student wrote, with the lines of the cell: what the
// scenario does itself, such as main's waiting for the others, is not among them.
func TestStepsAreTheAnswers(t *testing.T) {
	v := answer{exercise: "mutex", source: `import (
	"sync"

	"example.com/multithreading/helpers/exercise"
)

func addLocked(counter *int, mu *sync.Mutex) {
	*counter++
}

func main() {
	exercise.CheckMutex(addLocked)
}
`}.judge()
	if v.Schedule == nil {
		t.Fatal("no steps: ", v.Says)
	}
	var got []string
	for _, st := range v.Schedule.Steps {
		got = append(got, v.Schedule.Goroutines[st.Goroutine]+" "+st.Text+" "+st.Memory)
	}
	want := []string{"A 8: reads counter (0) counter=0", "B 8: reads counter (0) counter=0",
		"B 8: writes counter = 1 counter=1", "A 8: writes counter = 1 counter=1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNames holds the names in a verdict to what the student knows: a field, or a variable that says whose it is, and not
// those of the package.
func TestNames(t *testing.T) {
	for _, test := range []struct{ exercise, body, says string }{
		{"deadlock", `func pay(from, to *exercise.Account, amount int) {
	from.Mu.Lock()
	to.Mu.Lock()
	from.Money -= amount
	to.Money += amount
	to.Mu.Unlock()
	from.Mu.Unlock()
}

func main() { exercise.CheckDeadlock(pay) }
`, "waits for ben.Mu, held by B"},
		{"philosophers", `func dine(id int, forks []*sync.Mutex, eat func()) { forks[id].Lock(); forks[id].Lock() }

func main() { exercise.CheckPhilosophers(dine) }
`, "waits for forks[0], which it holds itself"},
		{"buffer", `func put(b *exercise.Buffer, value int) {}

func take(b *exercise.Buffer) int {
	b.Mu.Lock()
	b.NotEmpty.Wait()
	return 0
}

func main() { exercise.CheckBuffer(put, take) }
`, "waits on NotEmpty, for a signal"},
	} {
		source := "import (\n\t\"sync\"\n\n\t\"example.com/multithreading/helpers/exercise\"\n)\n\nvar _ sync.Mutex\n\n" + test.body
		if v := (answer{exercise: test.exercise, source: source}).judge(); v.Right || !strings.Contains(v.Says, test.says) {
			t.Errorf("%s: %s %s; want %q", test.exercise, v.Sign(), v.Says, test.says)
		}
	}
}

// TestUnread holds a schedule that cannot be read to be no try, which has no hint.
func TestUnread(t *testing.T) {
	for schedule, want := range map[string]bool{"A then B": true, "A:0 B": true, "a1 b1": true, "AABB": false, "AAAB": false} {
		v := answer{exercise: "lost-update", source: "import \"example.com/multithreading/helpers/exercise\"\n\nfunc main() { exercise.CheckLostUpdate(\"" + schedule + "\") }\n"}.judge()
		var hints strings.Builder
		WriteHints(&hints, v, 1)
		if v.Right || v.Unread != want || hints.Len() > 0 == want {
			t.Errorf("%q: %s %s; unread: %v, hints %q", schedule, v.Sign(), v.Says, v.Unread, &hints)
		}
	}
}

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
