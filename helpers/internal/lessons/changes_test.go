package lessons

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// A change is one that a notebook asks for, or tells the end of.
type change struct {
	what, cell string
	edits      map[string][]string // of this cell and of those it needs: a text, then what takes its place
	shows      string              // a pattern: printed, complained and the error are searched for it
	fails      bool
}

// changes are by notebook. What only a look at a picture or at times can judge is not here.
var changes = map[string][]change{
	"01-multi-threading": {
		{
			what: "nobody waits", cell: "two-workers",
			edits: map[string][]string{"two-workers": {"\twg.Wait()\n", ""}},
			shows: `^(Thread-[AB] is working on step 0\n)*All threads are done\.\n(Thread-[AB] is working on step 0\n)*$`,
		},
		{
			what: "the lock comes after the read", cell: "locked-counter",
			edits: map[string][]string{"locked-counter": {
				"lock.Lock()\n", "", "next := counter + 1\n", "next := counter + 1\nlock.Lock()\n",
			}},
			shows: `^Final counter value: ([1-4]\d{4}|\d{1,4})\n`,
		},
		{
			what: "the detector and a lock", cell: "race-found",
			edits: map[string][]string{"race-found": {
				"\tfor range 2 {\n", "\tvar lock sync.Mutex\n\tfor range 2 {\n",
				"counter = counter + 1 }", "\nlock.Lock()\ncounter = counter + 1\nlock.Unlock()\n}",
			}},
			shows: "^Final counter value: 2\n$",
		},
		{
			what: "one goroutine", cell: "shared-counter",
			edits: map[string][]string{"shared-counter": {"range 5", "range 1"}},
			shows: "^Final counter value: 10000\n$",
		},
		{
			what: "one increment each", cell: "lost-by-force",
			edits: map[string][]string{"lost-by-force": {"Increments: 10_000", "Increments: 1"}},
			shows: `30 of 30 trials (?s:.*) 30 of 30 trials`,
		},
		{
			what: "a counter of one's own", cell: "lost-by-bad-luck",
			edits: map[string][]string{"lost-by-bad-luck": {
				"counter.New[counter.Bare]", "counter.New[Mine]", "func main() {", "type Mine struct {\nlock sync.Mutex\nn int\n}\n\n" +
					"func (m *Mine) Increment() {\nm.lock.Lock()\nm.n++\nm.lock.Unlock()\n}\n\nfunc (m *Mine) Value() int { return m.n }\n\nfunc main() {",
			}},
			shows: `main.Mine on \d+ cores?: 0 of 200 `,
		},
		{
			what: "the lock once in 100 additions", cell: "lock-cost",
			edits: map[string][]string{"lock-cost": {
				"for range n {\n\t\t\t\tlock.Lock()\n\t\t\t\tlocked++\n\t\t\t\tlock.Unlock()",
				"for range n / 100 {\nlock.Lock()\nfor range 100 {\nlocked++\n}\nlock.Unlock()",
			}},
			shows: `five, lock at each addition .* [1-9]\.\d\d ×`,
		},
	},
	"02-processes-and-threads": {
		{
			what: "a worker forgets Unlock", cell: "queue-with-a-mutex",
			edits: map[string][]string{"queue-with-a-mutex": {"\t\tdefer mu.Unlock()\n", ""}},
			shows: "all goroutines are asleep - deadlock!", fails: true,
		},
		{
			what: "a worker recovers with a lock", cell: "worker-recovers",
			edits: map[string][]string{"worker-recovers": {
				"return 100 / (7 - task), nil\n", "mu.Lock()\nresult = 100 / (7 - task)\nmu.Unlock()\nreturn result, nil\n",
				"func main() {\n", "func main() {\n\tvar mu sync.Mutex\n",
			}},
			shows: "all goroutines are asleep - deadlock!", fails: true,
		},
		{
			what: "no thread is locked", cell: "cost-in-go",
			edits: map[string][]string{"cost-in-go": {"allowed(50), runtime.LockOSThread)", "allowed(50), func() {})"}},
			shows: `One thread takes as much time as \d goroutines`,
		},
		{
			what: "four processes", cell: "file-lock",
			edits: map[string][]string{
				"shared-counter": {"for range 100 {", "for range 50 {"},
				"file-lock":      {"for range 2 {", "for range 4 {"},
			},
			shows: `processes, file lock \|█+ 200\n`,
		},
		{
			what: "a larger stack", cell: "hundred-thousand",
			edits: map[string][]string{"hundred-thousand": {"100_000", "10_000", "<-gate\n", "fmt.Sprint(1.5)\n<-gate\n"}},
			shows: `, [4-9]\.\d KB each`,
		},
	},
	"03-what-for": {
		{
			what: "each request has a user of its own", cell: "mixed-up",
			edits: map[string][]string{"mixed-up": {
				"\tvar user string // of the present request\n", "",
				"user = r.FormValue(\"user\")", "user := r.FormValue(\"user\")",
			}},
			shows: "^2000 answers right, 0 wrong\n",
		},
		{
			what: "the sessions have no lock", cell: "web-server",
			edits: map[string][]string{"web-server": {
				"\tvar lock sync.Mutex // protects the table of sessions\n", "",
				"\t\tlock.Lock()\n\t\tdefer lock.Unlock()\n", "",
			}},
			shows: "The answer is \"Ann: 1\"",
		},
		{
			what: "the global lock is for readers", cell: "global-lock",
			edits: map[string][]string{"web-server": {
				"var global sync.Mutex", "var global sync.RWMutex",
				"global.Lock()", "global.RLock()", "global.Unlock()", "global.RUnlock()",
			}},
			shows: `One global lock: 600 answers, 0 wrong, in [012]\.`,
		},
	},
	"04-alternatives": {
		{
			what: "a short array", cell: "shared-array",
			edits: map[string][]string{"shared-array": {
				"1_000_000", "1_000", "range(200)", "range(100_000)", "numbers != 400", "numbers != 200_000",
				// On one core 2 of 30 runs lost nothing.
				"\nprint(\"without", "\nfor _ in range(5): print(\"without",
			}},
			shows: `without a lock: [1-9]\d* of 1000 (?s:.*)\nwith a lock:    0 of 1000|numpy is not installed`,
		},
		{
			what: "a shorter array", cell: "shared-array",
			edits: map[string][]string{"shared-array": {
				"1_000_000", "100", "range(200)", "range(100_000)", "numbers != 400", "numbers != 200_000",
			}},
			shows: `without a lock: 0 of 100 .*\nwith a lock:    0 of 100|numpy is not installed`,
		},
	},
	"05-the-gil": {
		{
			what: "a lock on one core", cell: "one-core-lost",
			edits: map[string][]string{"one-core-lost": {
				"\tcounter := 0\n", "\tcounter := 0\n\tvar lock sync.Mutex\n",
				"next := counter\n", "lock.Lock()\nnext := counter\n",
				"counter = next\n", "counter = next\nlock.Unlock()\n",
			}},
			shows: "^Final counter value: 1500000000\n",
		},
		{
			what: "longer turns", cell: "threads-drawn",
			edits: map[string][]string{"threads-drawn": {
				"    count, kind =", "    sys.setswitchinterval(0.02)\n    count, kind =",
			}},
			shows: `Python, 2 threads +\d+ ms|is not on this machine`,
		},
	},
}

// What a student is asked to change can be changed so, and comes out as the text says.
func TestChangesToTry(t *testing.T) {
	notebook.NeedsKernel(t)
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		list := changes[name(path)]
		if len(list) == 0 {
			return
		}
		var cells []notebook.Cell
		ends := map[int]change{}
		for _, c := range list {
			cell, err := nb.Find(c.cell)
			if err != nil {
				t.Fatal(err)
			}
			needed, err := nb.Needed(cell)
			if err != nil {
				t.Fatal(err)
			}
			copies := nb.With(append(needed, cell)...).Code()
			for _, one := range copies {
				edits := c.edits[one.ID()]
				for i := 0; i < len(edits); i += 2 {
					if !strings.Contains(one.Source(), edits[i]) {
						t.Fatalf("%s: cell %s has no %q", c.what, one.ID(), edits[i])
					}
					one.SetSource(strings.Replace(one.Source(), edits[i], edits[i+1], 1))
				}
			}
			cells = append(cells, copies...)
			ends[len(cells)-1] = c
		}
		file := filepath.Join(t.TempDir(), "changed.ipynb")
		if err := nb.With(cells...).Write(file); err != nil {
			t.Fatal(err)
		}
		if err := notebook.Execute(t.Context(), 60, file); err != nil {
			t.Fatal(err)
		}
		for i, cell := range read(t, file).Code() {
			c, ok := ends[i]
			if !ok {
				continue
			}
			t.Run(c.what, func(t *testing.T) {
				all := cell.Printed() + cell.Complained() + cell.Error()
				if (cell.Error() != "") != c.fails || !regexp.MustCompile(c.shows).MatchString(all) {
					t.Errorf("it fails: %v, want %v; it shows no %q:\n%s", cell.Error() != "", c.fails, c.shows, all)
				}
			})
		}
	})
}
