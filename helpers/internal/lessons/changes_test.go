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
			shows: `five, lock at each addition .* [1-9](\.\d+)? ×`,
		},
	},
	"02-processes-and-threads": {
		{
			what: "the parent adds after the child", cell: "two-memories",
			edits: map[string][]string{"two-memories": {
				"\tapples = apples + 1\n", "", "// start it and wait for its end\n", "\n\tapples = apples + 1\n",
			}},
			shows: `(?s)^child, .* 110 apples .*parent, .* 101 apples `,
		},
		{
			what: "main adds after the goroutine", cell: "one-memory",
			edits: map[string][]string{"one-memory": {
				"\tapples = apples + 1\n", "", "// as child.Run did, this waits for the end\n", "\n\tapples = apples + 1\n",
			}},
			shows: `(?s)^goroutine, .* 110 apples .*main, .* 111 apples `,
		},
		{
			what: "two long tasks, two workers, no room", cell: "queue-with-a-channel",
			edits: map[string][]string{"queue-with-a-channel": {
				`"Ann", "Ben", "Cleo"`, `"Ann", "Ben"`, "task == 2", "task == 0 || task == 2", "make(chan int, 12)", "make(chan int)",
			}},
			shows: `Finished in this order: \[1 `,
		},
		{
			what: "workers put in new tasks", cell: "queue-with-a-channel",
			edits: map[string][]string{"queue-with-a-channel": {
				"make(chan int, 12), make(chan result, 12)", "make(chan int, 24), make(chan result, 24)",
				"var all sync.WaitGroup", "var all, tasks sync.WaitGroup",
				"task: task}\n", "task: task}\nif task < 12 {\ntasks.Add(1)\nqueue <- task + 12\n}\ntasks.Done()\n",
				"\t\tqueue <- task\n", "\t\ttasks.Add(1)\n\t\tqueue <- task\n",
				"\tclose(queue)\n", "\ttasks.Wait()\n\tclose(queue)\n", "make([]string, 12)", "make([]string, 24)",
			}},
			shows: `Finished in this order: \[(\d+ ){23}\d+\]`,
		},
		{
			what: "a page panics", cell: "errgroup-with-a-limit",
			edits: map[string][]string{"errgroup-with-a-limit": {
				`return fmt.Errorf("page %d was not found", page)`, `panic("page 4")`,
			}},
			shows: `panic: page 4`, fails: true,
		},
		{
			what: "one child without the lock", cell: "file-lock",
			edits: map[string][]string{"file-lock": {
				"for range 2 {\n", "for i := range 2 {\n\t\t\tway := []string{way, \"no lock\"}[i]\n",
			}},
			shows: `processes, file lock \|▒+ 1\d\d\n`,
		},
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
			edits: map[string][]string{"cost-in-go": {"Allowed(50), runtime.LockOSThread)", "Allowed(50), func() {})"}},
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
			what: "forty requests", cell: "requests-drawn",
			edits: map[string][]string{"requests-drawn": {"range 6", "range 40"}},
			shows: `(?m)^TOGETHER: [5-9]\d ms|^TOGETHER: [1-4]\d\d ms`,
		},
		{
			what: "pixels are counted", cell: "in-chunks",
			edits: map[string][]string{"in-chunks": {
				"\tvar wg sync.WaitGroup\n", "\tvar wg sync.WaitGroup\n\tvar pixels atomic.Int64\n",
				"first+chunk)\n", "first+chunk)\n\t\t\t\tpixels.Add(int64(min(chunk, width*height-first)))\n",
				"\tclose(chunks)\n\twg.Wait()\n", "\tclose(chunks)\n\twg.Wait()\n\tfmt.Println(\"pixels:\", pixels.Load())\n",
				"import (\n", "import (\n\t\"sync/atomic\"\n",
			}},
			shows: `^(pixels: 153600\n){5}`,
		},
		{
			what: "the file is written five times", cell: "speed-up",
			edits: map[string][]string{"speed-up": {
				"err := png.Encode(io.Discard, picture)", "err := errors.Join(png.Encode(io.Discard, picture), png.Encode(io.Discard, picture),\n" +
					"png.Encode(io.Discard, picture), png.Encode(io.Discard, picture), png.Encode(io.Discard, picture))",
				"import (\n", "import (\n\t\"errors\"\n",
			}},
			shows: `with one worker, ([6-9]|[12]\d)\.\d % is serial`,
		},
		{
			what: "each request has a user of its own", cell: "mixed-up",
			edits: map[string][]string{"mixed-up": {
				"\tvar user string // of the present request\n", "",
				"user = r.FormValue(\"user\")", "user := r.FormValue(\"user\")",
			}},
			shows: "^2000 answers right, 0 wrong\n",
		},
		{
			what: "the sessions have no lock", cell: "client",
			edits: map[string][]string{"sessions": {"\tt.lock.Lock()\n\tdefer t.lock.Unlock()\n", ""}},
			shows: `^0 \[`,
		},
		{
			what: "the global lock is for readers, and one user is slow", cell: "one-slow-user",
			edits: map[string][]string{"web-server": {
				"var global sync.Mutex", "var global sync.RWMutex",
				"global.Lock()", "global.RLock()", "global.Unlock()", "global.RUnlock()",
			}},
			shows: `ONE GLOBAL LOCK: the quick users waited \d{1,2} to`,
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
			what: "arms by chance", cell: "decision-boundary",
			edits: map[string][]string{"two-spirals": {"float32(arm))\n\t}", "float32(random.IntN(2)))\n\t}"}},
			shows: `right on new points: 2[3-8]\d of 512`,
		},
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
			what: "a lock around read and write", cell: "switch-interval",
			edits: map[string][]string{"switch-interval": {
				"import sys, threading\n", "import sys, threading\nlock = threading.Lock()\n",
				"        new = counter + int(1)\n        counter = new\n",
				"        with lock:\n            new = counter + int(1)\n            counter = new\n",
			}},
			shows: ` 1 µs, counter \+ int\(1\): +0 of 20 |is not on this machine`,
		},
		{
			what: "a sleep between read and write", cell: "python-counter",
			edits: map[string][]string{"python-counter": {
				"        counter = new\n", "        time.sleep(0)\n        counter = new\n", "for _ in range(20)", "for _ in range(3)",
			}},
			// 10000 … 10028 in 200 runs.
			shows: `ended at( [12]?\d{4}){1,3}\n3 of 20|is not on this machine`,
		},
		{
			what: "longer turns", cell: "threads-drawn",
			edits: map[string][]string{"workers-in-python": {
				"    count, kind =", "    sys.setswitchinterval(0.02)\n    count, kind =",
			}},
			shows: `Python, 2 threads +\d+ ms|is not on this machine`,
		},
	},
	"06-shared-memory": {
		{
			what: "a third goroutine", cell: "concurrent-or-parallel",
			edits: map[string][]string{"concurrent-or-parallel": {
				"wg.Go(func() { compute(\"B\") })\n", "wg.Go(func() { compute(\"B\") })\nwg.Go(func() { compute(\"C\") })\n",
			}},
			shows: `Cores: 2 – running at the same moment, at most: 2\n(?s).*\nC `,
		},
		{
			what: "a yield in program 1", cell: "right-sum-and-report",
			edits: map[string][]string{"right-sum-and-report": {
				"counter++\n", "next := counter + 1\nruntime.Gosched()\ncounter = next\n",
			}},
			shows: `one core: [1-4]?\d{1,3} of 5000\n(?s).*DATA RACE|DATA RACE(?s).*one core: [1-4]?\d{1,3} of 5000\n`, fails: true,
		},
		{
			what: "Ben forgets the lock", cell: "switch-under-lock",
			edits: map[string][]string{"switch-under-lock": {
				"\t\tlock.Lock() // waits\n", "", "Ben has the lock\")\n\t\tlock.Unlock()\n", "Ben has the lock\")\n",
			}},
			shows: `Ben has the lock\n(?s).*Anna gives the lock back\n`,
		},
		{
			what: "the counter is atomic", cell: "never-written",
			edits: map[string][]string{"never-written": {
				"counter := 0\n", "var counter atomic.Int64\n", "counter++", "counter.Add(1)", "reads:\", counter)", "reads:\", counter.Load())",
				"import (\n", "import (\n\t\"sync/atomic\"\n",
			}},
			shows: `main reads: [1-9]\d*\n`,
		},
		{
			what: "something is computed between two additions", cell: "contention",
			edits: map[string][]string{"contention": {
				"c.Increment()\n", "c.Increment()\nfor i := range 100 {\nsum += i\n}\n", "for !over.Load() {\n", "sum := 0\nfor !over.Load() {\n",
			}},
			shows: `Each value is the median of 5 runs`,
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
