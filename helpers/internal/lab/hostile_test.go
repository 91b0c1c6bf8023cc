package lab

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

const (
	// soon is how long a student waits at most until the page says what happened, or until the interrupt has ended the cell.
	soon = 5 * time.Second
	// late is what a busy machine, where a build alone may take seconds, is allowed; how long it took is logged.
	late = 3 * soon
	// patience is for what must happen and may be late on a busy machine: a kernel's start, the next cell.
	patience = 30 * time.Second
)

// A hostile is a cell that a student should not write, and one does.
type hostile struct {
	name, source string
	says         string // what the student must see within soon
	interrupt    bool   // it does not end: the interrupt must end it within soon
}

// hostiles need nothing but a kernel. Each is run alone, as the first cell of a new kernel, and in mid-lesson, after cells whose
// declarations must survive.
var hostiles = []hostile{
	// What does not compile.
	{name: "compile error", source: "func main() { fmt.Println(nobodyDeclaredThis) }", says: "undefined: nobodyDeclaredThis"},
	{name: "unused variable", source: "func main() { x := 1 }", says: "declared and not used: x"},
	{name: "syntax error", source: "func main( {", says: "main.go:"},
	{name: "no Go at all", source: "print('hello')", says: "expected declaration"},
	{name: "wrong magic", source: "%nonsense", says: "there is no command %nonsense"},
	{name: "wrong cell magic", source: "%%nonsense\nx", says: "there is no command %%nonsense"},
	{
		name: "unknown import", source: "import \"example.org/no/such\"\n\nfunc main() { such.Thing() }",
		says: "!*go get example.org/no/such@latest",
	},
	{name: "a null byte in the source", source: "func main() { println(\"\x00\") }", says: "illegal character NUL"},

	// What ends badly.
	{name: "panic", source: "func main() { panic(\"on purpose\") }", says: "panic: on purpose"},
	{name: "panic in a goroutine", source: "func main() {\n\tgo panic(\"in a goroutine\")\n\tselect {}\n}", says: "panic: in a goroutine"},
	{name: "no map", source: "func main() {\n\tvar m map[int]int\n\tm[1] = 1\n}", says: "assignment to entry in nil map"},
	{name: "os.Exit", source: "func main() { os.Exit(3) }", says: "exit status 3"},
	{name: "log.Fatal", source: "func main() { log.Fatal(\"no more\") }", says: "no more"},
	{name: "deadlock", source: "func main() {\n\tvar m sync.Mutex\n\tm.Lock()\n\tm.Lock()\n}", says: "all goroutines are asleep - deadlock!"},
	{name: "stack overflow", source: "func f(n int) int { return f(n+1) + 1 }\n\nfunc main() { println(f(0)) }", says: "stack overflow"},
	{name: "kills itself", source: "func main() { syscall.Kill(os.Getpid(), syscall.SIGKILL) }", says: "signal: killed"},
	{name: "kills its group", source: "func main() { syscall.Kill(0, syscall.SIGKILL) }", says: "signal: killed"},
	{name: "kills its parent", source: "func main() {\n\tsyscall.Kill(os.Getppid(), syscall.SIGKILL)\n\tselect {}\n}", says: "signal: killed"},
	{name: "closes all files", source: "func main() {\n\tfor i := range 1000 {\n\t\tsyscall.Close(i)\n\t}\n}"},

	// What does not end.
	{name: "endless loop", source: "func main() {\n\tfor {\n\t}\n}", interrupt: true},
	{
		name:      "endless loops",
		source:    "func main() {\n\tfor range 100 {\n\t\tgo func() {\n\t\t\tfor {\n\t\t\t}\n\t\t}()\n\t}\n\tfor {\n\t}\n}",
		interrupt: true,
	},
	{name: "waits for input", source: "func main() {\n\tvar x int\n\tfmt.Scan(&x)\n}", says: "no keyboard"},
	{name: "ignores the interrupt", source: "func main() {\n\tsignal.Ignore(os.Interrupt)\n\tfor {\n\t}\n}", interrupt: true},
	{name: "stops itself", source: "func main() { syscall.Kill(os.Getpid(), syscall.SIGSTOP) }", interrupt: true},

	// What writes without end.
	{
		name: "endless print", source: "func main() {\n\tfor {\n\t\tfmt.Println(\"hello\")\n\t}\n}",
		says: "The rest is left out", interrupt: true,
	},
	{
		name: "endless print of an error", source: "func main() {\n\tfor {\n\t\tfmt.Fprintln(os.Stderr, \"hello\")\n\t}\n}",
		says: "The rest is left out", interrupt: true,
	},
	{
		name:   "a gigabyte in one line",
		source: "func main() {\n\tpiece := bytes.Repeat([]byte(\"x\"), 1<<20)\n\tfor range 1 << 10 {\n\t\tos.Stdout.Write(piece)\n\t}\n}",
		says:   "The rest is left out",
	},
	{
		name:   "binary",
		source: "func main() {\n\tfor b := range 256 {\n\t\tos.Stdout.Write([]byte{byte(b)})\n\t}\n\tfmt.Println(\"half an ä: \\xc3\")\n}",
		says:   "half an ä: \ufffd",
	},
	{name: "endless print in bash", source: "!yes", says: "The rest is left out", interrupt: true},
	{name: "endless print in a bash cell", source: "%%bash\nwhile true; do echo x; done", says: "The rest is left out", interrupt: true},
	{name: "endless print in Python", source: "%%script python3\nwhile True: print('x')", says: "The rest is left out", interrupt: true},
	{
		name:      "endless pictures",
		source:    "import \"github.com/janpfeifer/gonb/gonbui\"\n\nfunc main() {\n\tfor {\n\t\tgonbui.DisplayHTML(\"x\")\n\t}\n}",
		interrupt: true,
	},
	{
		name:   "a picture of 100 MB",
		source: "import \"github.com/janpfeifer/gonb/gonbui\"\n\nfunc main() { gonbui.DisplayHTML(strings.Repeat(\"x\", 100<<20)) }",
		says:   "more than 20 MB of pictures",
	},

	// What takes all there is.
	{
		name:   "memory eaten up",
		source: "func main() {\n\tvar all [][]byte\n\tfor {\n\t\tall = append(all, bytes.Repeat([]byte(\"x\"), 10<<20))\n\t}\n}",
		says:   "MB of memory",
	},
	{name: "more memory than addresses", source: "func main() {\n\tn := 1 << 42\n\tprintln(len(make([]byte, n)))\n}", says: "out of memory"},
	{
		name:      "a million goroutines",
		source:    "func main() {\n\tfor range 1_000_000 {\n\t\tgo func() { select {} }()\n\t}\n\tfmt.Println(\"a million\")\n\tselect {}\n}",
		interrupt: true, // ended, stopped by Go as a deadlock, or killed for its memory: all are fine
	},
	{
		name:   "too many threads",
		source: "func main() {\n\tfor range 20_000 {\n\t\tgo func() {\n\t\t\truntime.LockOSThread()\n\t\t\ttime.Sleep(time.Hour)\n\t\t}()\n\t}\n\ttime.Sleep(time.Hour)\n}",
		says:   "thread",
	},
	{
		name:   "all files opened",
		source: "func main() {\n\tfor {\n\t\tif _, err := os.Open(\"/dev/null\"); err != nil {\n\t\t\tpanic(err)\n\t\t}\n\t}\n}",
		says:   "too many open files",
	},
	{
		name:   "a file without end",
		source: "func main() {\n\tf, _ := os.CreateTemp(\"\", \"endless\")\n\tdefer os.Remove(f.Name())\n\tpiece := make([]byte, 16<<20)\n\tfor {\n\t\tif _, err := f.Write(piece); err != nil {\n\t\t\tfmt.Println(err)\n\t\t\treturn\n\t\t}\n\t}\n}",
		says:   "file too large",
	},
	{
		name:   "processes without end",
		source: "func main() {\n\tfor {\n\t\texec.Command(\"sleep\", \"1000\").Start()\n\t}\n}",
		says:   "more than 400 processes",
	},

	// What is left behind.
	{
		name:   "a child left behind",
		source: "func main() {\n\tc := exec.Command(\"sleep\", \"1000\")\n\tc.Stdout = os.Stdout\n\tc.Start()\n}",
		says:   "has been ended with the cell",
	},
	{
		name:   "a stubborn grandchild left behind",
		source: "func main() {\n\tc := exec.Command(\"setsid\", \"sh\", \"-c\", \"trap '' INT TERM HUP; while :; do sleep 1; done\")\n\tc.Stdout = os.Stdout\n\tc.Start()\n\ttime.Sleep(100 * time.Millisecond)\n}",
		says:   "has been ended with the cell",
	},
	{name: "a child of bash left behind", source: "!sleep 1000 &", says: "has been ended with the cell"},
	{name: "gopls killed", source: killGopls, says: "done"},
}

// killGopls ends the gopls of the cell's own kernel, and what stands in for it: those with the same temporary folder.
const killGopls = `func main() {
	names, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range names {
		environment, _ := os.ReadFile(name)
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		if strings.Contains(string(environment), "TMPDIR="+os.Getenv("TMPDIR")+"\x00") && (strings.HasPrefix(string(command), "gopls") || strings.HasPrefix(string(command), "completion")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	fmt.Println("done")
}`

const (
	declaration = "func stillThere() string { return \"declared before\" }"
	hello       = "import \"fmt\"\n\nfunc main() { fmt.Println(\"all well\") }"
	midLesson   = "import \"fmt\"\n\nfunc main() { fmt.Println(stillThere()) }"
)

// meet runs a hostile cell and asks what the student would.
func (k *kernel) meet(t *testing.T, h hostile, meanwhile func()) {
	t.Helper()
	e := k.run(t, h.source)
	if h.says != "" && !e.shows(h.says, late) {
		t.Errorf("not seen within %v: %q; it shows %q", late, h.says, cut(e.text()))
	}
	meanwhile()
	if h.interrupt {
		time.Sleep(time.Until(e.begin.Add(time.Second))) // else the interrupt may come before the program has been built, which GoNB ignores
		begin := time.Now()
		k.interrupt(t)
		if !e.ended(late) {
			// On a busy machine the build may have taken longer than that second: a student presses again.
			begin = time.Now()
			if k.interrupt(t); !e.ended(late) {
				t.Errorf("not ended %v after the interrupt", late)
			}
		}
		t.Logf("said within %v, ended %v after the interrupt", begin.Sub(e.begin).Round(time.Millisecond),
			time.Since(begin).Round(time.Millisecond))
	} else {
		if !e.ended(late) {
			t.Errorf("not ended after %v", time.Since(e.begin).Round(time.Millisecond))
		}
		t.Logf("ended after %v", time.Since(e.begin).Round(time.Millisecond))
	}
	if len(e.text()) > 1_200_000 { // two streams of 500 KB, and what GoNB adds
		t.Errorf("%d bytes reached the notebook", len(e.text()))
	}
	e.ended(patience)
}

func needsLinux(t *testing.T) {
	t.Helper()
	notebook.NeedsKernel(t)
	if runtime.GOOS != "linux" {
		t.Skip("the bounds of a cell, and this test, look into /proc")
	}
}

func TestHostileCellAlone(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			k := s.newKernel(t)
			// What a kernel says before its server listens to it is lost, as the word about a magic, which comes at once.
			k.prints(t, hello, "all well\n")
			k.meet(t, h, func() {})
			k.prints(t, hello, "all well\n")
			k.end(t)
		})
	}
	s.nothingIsLeft(t)
}

// In mid-lesson there are declarations, another notebook in which a cell ticks, and a file that is saved while the hostile cell runs.
func TestHostileCellInMidLesson(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	k, other := s.newKernel(t), s.newKernel(t)
	k.prints(t, declaration, "")
	ticks := other.run(t,
		"import (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\tfor i := 0; ; i++ {\n\t\tfmt.Println(i)\n\t\ttime.Sleep(100 * time.Millisecond)\n\t}\n}")
	if !ticks.shows("\n10\n", patience) {
		t.Fatalf("the other notebook does not tick: %q", ticks.text())
	}
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			k.meet(t, h, func() { s.saves(t, h.source) })
			k.prints(t, midLesson, "declared before\n")
			before := strings.Count(ticks.text(), "\n")
			eventually(t.Context(), t, "the other notebook ticks on", late, func() bool { return strings.Count(ticks.text(), "\n") > before })
		})
	}
	select {
	case <-ticks.done:
		t.Error("the cell of the other notebook has ended: ", cut(ticks.text()))
	default:
	}
	if text := ticks.text(); strings.Contains(text, "\n\n") || strings.Count(text, "\n") < 10 {
		t.Errorf("the other notebook lost lines: %q", cut(text))
	}
	k.end(t)
	other.end(t)
	s.nothingIsLeft(t)
}

// trySave saves a notebook with this cell, as JupyterLab does.
func (s *server) trySave(t *testing.T, source string) (answer string, err error) {
	t.Helper()
	content := map[string]any{
		"cells": []any{
			map[string]any{
				"cell_type": "code", "id": "hostile", "source": source,
				"metadata": map[string]any{}, "outputs": []any{}, "execution_count": nil,
			},
		},
		"metadata": map[string]any{}, "nbformat": 4, "nbformat_minor": 5,
	}
	return s.try(t, "PUT", "/api/contents/notebooks/hostile.ipynb", map[string]any{"type": "notebook", "format": "json", "content": content})
}

// saves saves a notebook with this cell, and reads the file.
func (s *server) saves(t *testing.T, source string) {
	t.Helper()
	begin := time.Now()
	if answer, err := s.trySave(t, source); err != nil {
		t.Fatalf("not saved: %v\n%s", err, answer)
	}
	if took := time.Since(begin); took > late {
		t.Errorf("saving took %v", took)
	}
	nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "hostile.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if got := nb.Cells()[0].Source(); got != source {
		t.Errorf("the file holds %q, want %q", got, source)
	}
}

// nothingIsLeft wants that no process of an ended kernel lives on, and that nothing stays in the temporary folder.
func (s *server) nothingIsLeft(t *testing.T) {
	t.Helper()
	eventually(t.Context(), t, "only the server's own process is left", 15*time.Second, func() bool { return len(s.processes("")) <= 1 })
	left, _ := os.ReadDir(s.tmp)
	for _, entry := range left {
		t.Errorf("left in the temporary folder: %s", entry.Name())
	}
}
