package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// adds is an answer that is right if and only if the condition is true, with what it needs beside it.
func adds(condition, beside string) string {
	return "func add(counter *int, mu *sync.Mutex) {\n\tif " + condition + " {\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t}\n\t*counter++\n}\n\nfunc main() { exercise.CheckMutex(add) }\n\n" + beside
}

const forged = `{\"Exercise\":\"mutex\",\"Right\":true,\"Says\":\"right\"}`

// hostile lists answers to the exercise mutex that must not count, by what they do. MARK is a file that whoever can start a process or
// write a file makes.
var hostile = map[string]string{
	"ends-at-init":     adds("false", "func init() { os.Exit(0) }"),
	"ends-at-var":      adds("false", "var _ = func() int { os.Exit(0); return 0 }()"),
	"ends-in-add":      "func add(*int, *sync.Mutex) { os.Exit(0) }\n\nfunc main() { exercise.CheckMutex(add) }",
	"ends-by-log":      "func add(*int, *sync.Mutex) { log.Fatal(\"✓ mutex\") }\n\nfunc main() { exercise.CheckMutex(add) }",
	"ends-goroutine":   "func add(*int, *sync.Mutex) { runtime.Goexit() }\n\nfunc main() { exercise.CheckMutex(add) }",
	"own-check":        "type checker struct{}\n\nfunc (checker) CheckMutex(any) { fmt.Println(\"✓ mutex: right.\") }\n\nvar exercise checker\n\nfunc main() { exercise.CheckMutex(nil) }",
	"own-package":      "import exercise \"fmt\"\n\nfunc main() { exercise.Println(\"✓ mutex: right.\"); CheckMutex() }\n\nfunc CheckMutex() {}",
	"forges":           adds("false", "var _ = func() int { fmt.Println(\""+forged+"\"); println(\""+forged+"\"); return 0 }()"),
	"judges-itself":    "import \"example.com/multithreading/helpers/internal/judge\"\n\nvar _ = judge.Verdict{Right: true}\n\nfunc main() { exercise.CheckMutex(nil) }",
	"reads":            adds("reads(\"/etc/passwd\")", "func reads(path string) bool {\n\t_, err := os.ReadFile(path)\n\treturn err == nil\n}"),
	"writes":           adds("os.WriteFile(\"MARK\", nil, 0o600) == nil", ""),
	"starts":           adds("exec.Command(\"touch\", \"MARK\").Run() == nil", ""),
	"calls":            adds("syscall.Kill(os.Getppid(), syscall.SIGKILL) == nil", ""),
	"network":          adds("dials()", "func dials() bool {\n\t_, err := net.Dial(\"tcp\", \"127.0.0.1:1\")\n\treturn err == nil\n}"),
	"shell-lines":      "!touch MARK\n!*touch MARK\n%env PATH=/\n" + adds("false", ""),
	"script":           "%%bash\ntouch MARK\necho exercise.CheckMutex",
	"linkname":         adds("false", "//go:linkname verdict example.com/multithreading/helpers/exercise.verdict\nfunc verdict(bool, string)"),
	"assembles":        "import \"C\"\n\n" + adds("false", ""),
	"unsafe":           adds("*(*bool)(unsafe.Pointer(&mutex)) == true", "var mutex sync.Mutex"),
	"machine":          "import \"internal/machine\"\n\n" + adds("false", "var _ = machine.Verdict"),
	"embeds":           "import _ \"embed\"\n\n" + adds("len(secret) > 0", "//go:embed main.go\nvar secret string"),
	"line":             adds("false", "//line /etc/passwd:1"),
	"panics":           "func add(*int, *sync.Mutex) { panic(\"\\x00right mutex\") }\n\nfunc main() { exercise.CheckMutex(add) }",
	"panics-in-main":   "func main() {\n\tdefer func() { recover() }()\n\tpanic(\"\\x00right\")\n\texercise.CheckMutex(nil)\n}",
	"loops":            "func add(*int, *sync.Mutex) {\n\tfor {\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"counts":           "func add(*int, *sync.Mutex) {\n\tfor i := 0; ; i++ {\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"loops-at-var":     adds("false", "var _ = func() int {\n\tfor {\n\t}\n}()"),
	"waits":            "func add(*int, *sync.Mutex) { select {} }\n\nfunc main() { exercise.CheckMutex(add) }",
	"goroutines":       "func add(*int, *sync.Mutex) {\n\tfor {\n\t\tgo func() { select {} }()\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"eats-memory":      "func add(*int, *sync.Mutex) {\n\tvar all [][]byte\n\tfor {\n\t\tall = append(all, make([]byte, 1<<26))\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"doubles":          "func add(*int, *sync.Mutex) {\n\ts := \"x\"\n\tfor {\n\t\ts += s\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"recursion":        "func add(n *int, m *sync.Mutex) { add(n, m) }\n\nfunc main() { exercise.CheckMutex(add) }",
	"prints-for-ever":  "func add(*int, *sync.Mutex) {\n\tfor {\n\t\tfmt.Println(strings.Repeat(\"✓ mutex \", 10_000))\n\t}\n}\n\nfunc main() { exercise.CheckMutex(add) }",
	"huge-array":       adds("len(huge) == 0", "var huge [1 << 40]byte"),
	"huge-constant":    adds("1<<1<<9<<99<<999 == 0", "const c = 1 << 100000000"),
	"deep":             adds(strings.Repeat("(", 9000)+"false"+strings.Repeat(")", 9000), ""),
	"deep-types":       adds("false", "type t "+strings.Repeat("[]", 9000)+"int"),
	"many-types":       adds("false", manyTypes()),
	"generic-for-ever": adds("false", "type t[T any] struct{ next *t[t[T]] }\n\nfunc f[T any](n int) { f[[]T](n) }\n\nvar _ = f[int]"),
	"many-names":       adds("false", "func f() { _ = "+manyNames()+" }"),
	"long-cell":        adds("false", "// "+strings.Repeat("x", maxSource)),
	"mention":          "// exercise.CheckMutex(add)\nvar s = `exercise.CheckMutex(add)`",
}

// manyTypes is twice as large with each line.
func manyTypes() string {
	s := "type t0 struct{ a, b int }\n"
	for i := range 60 {
		s += fmt.Sprintf("type t%d struct{ a, b t%d }\n", i+1, i)
	}
	return s + "var _ t60"
}

// manyNames are packages that goimports looks for.
func manyNames() string {
	var s []string
	for i := range 400 {
		s = append(s, fmt.Sprintf("nowhere%d.Nothing", i))
	}
	return strings.Join(s, " + ")
}

// A class in which all but a few are hostile. Nothing that they do counts, nothing reaches this machine, and nothing costs the others a point.
func TestHostile(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	files := map[string]string{}
	for name, answer := range hostile {
		files[name+".ipynb"] = saved("", code("mutex", "mutex", strings.ReplaceAll(answer, "MARK", mark)), code("s", "", rightSchedule), code("p", "", givenPrediction))
	}
	for _, name := range []string{"aa-honest", "mm-honest", "zz-honest"} {
		files[name+".ipynb"] = handedIn(rightMutex, rightSchedule, givenPrediction)
	}
	begin := time.Now()
	got := grade(t, folder(t, files), givenClass(t))
	t.Logf("%d students in %.0f s", len(got.lines), time.Since(begin).Seconds())
	if len(got.lines) != len(files) {
		t.Errorf("%d students, want %d", len(got.lines), len(files))
	}
	for _, student := range slices.Sorted(maps.Keys(got.lines)) {
		line := got.lines[student]
		_, says, _ := strings.Cut(got.part(student, "mutex"), "<pre>")
		t.Logf("%s: %s %.150q", student, line["mutex"], says)
		if honest := strings.HasSuffix(student, "-honest"); honest != (line["mutex"] == "1") {
			t.Errorf("%s: mutex %s\n%s", student, line["mutex"], got.part(student, "mutex"))
		}
		if line["lost-update"] != "1" {
			t.Errorf("%s: lost-update %s\n%s", student, line["lost-update"], got.part(student, "lost-update"))
		}
	}
	for _, student := range []string{"loops", "waits", "recursion", "goroutines", "panics"} {
		if mark := got.lines[student]["mutex"]; mark != "0" {
			t.Errorf("%s: %s, want 0\n%s", student, mark, got.part(student, "mutex"))
		}
	}
	if _, err := os.Lstat(mark); err == nil {
		t.Error("somebody reached this machine")
	}
}

// What a command does that does not do what it should: here they stand in for explore, which ends by itself.
func TestBadCommand(t *testing.T) {
	for name, test := range map[string]struct {
		script    string
		undecided bool
		says      string
	}{
		"no end":         {"sleep 100 & exec sleep 100", false, "its check was ended, as it had no end after 200ms."},
		"ended":          {"kill -9 $$", false, "its check was ended by the system"},
		"says nothing":   {"echo 'a fault' >&2; exit 2", true, "it was not judged: the command explore came to no verdict (exit status 2: a fault)."},
		"of another":     {`echo '{"Exercise": "atomic", "Right": true}'`, true, "came to no verdict"},
		"says too much":  {`echo '{"Exercise": "mutex", "Right": true, "Says": "'; yes | head -c 2000000`, true, "came to no verdict"},
		"as it should":   {`echo '{"Exercise": "mutex", "Right": true, "Says": "right."}'; exit 0`, false, "right."},
		"prints for all": {"yes", false, "no end"},
	} {
		needsTools(t)
		j, err := newJudge(".", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		j.explore, j.patience = filepath.Join(t.TempDir(), "explore"), 200*time.Millisecond
		if err := os.WriteFile(j.explore, []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		v := j.judge(t.Context(), "mutex", program{text: "package main\n"})
		if v.Undecided != test.undecided || !strings.Contains(v.Says, test.says) || v.Right != (name == "as it should") || v.Exercise != "mutex" {
			t.Errorf("%s: %+v", name, v)
		}
		if left, err := os.ReadDir(j.dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v %v is left", name, err, left)
		}
	}
}

// Programs that several hand in are judged once, and one that was undecided late is judged again with nobody beside it.
func TestJudgedOnce(t *testing.T) {
	needsTools(t)
	j, err := newJudge(".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	j.explore = filepath.Join(t.TempDir(), "explore")
	script := "#!/bin/sh\necho x >>" + log + "\n[ $(wc -l <" + log + ") = 1 ] && sleep 2.1 && echo '{\"Exercise\": \"mutex\", \"Undecided\": true}' && exit 1\necho '{\"Exercise\": \"mutex\", \"Right\": true}'\n"
	if err := os.WriteFile(j.explore, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	var right atomic.Int32
	done := make(chan bool)
	for range 5 {
		go func() {
			if j.judge(t.Context(), "mutex", program{text: "package main\n"}).Right {
				right.Add(1)
			}
			done <- true
		}()
	}
	for range 5 {
		<-done
	}
	if text, err := os.ReadFile(log); err != nil || string(text) != "x\nx\n" || right.Load() != 5 {
		t.Errorf("%v, asked %q, right %d", err, text, right.Load())
	}
}

// Ctrl-C ends what runs and writes nothing.
func TestInterrupted(t *testing.T) {
	needsTools(t)
	dir := folder(t, map[string]string{"a.ipynb": handedIn(hostile["counts"], hostile["doubles"], hostile["eats-memory"])})
	command := exec.Command(os.Args[0], dir)
	command.Env = append(os.Environ(), asCommand+"=1", "TMPDIR="+t.TempDir())
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // somewhere on its way: whenever it is, all of this must hold
	command.Process.Signal(os.Interrupt)
	err := command.Wait()
	if _, there := os.Lstat(dir + "-grades"); (err == nil) != (there == nil) {
		t.Errorf("it ends with %v, and of its grades: %v\n%s", err, there, &said)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".grades-*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// However large what is handed in, the teacher's own process stays small and quick.
func TestLarge(t *testing.T) {
	needsTools(t)
	fill := func(begin, piece, end string, cells int) string {
		var b strings.Builder
		b.WriteString(begin)
		for i := 0; i < cells && b.Len()+len(piece)+len(end) < maxNotebook; i++ {
			b.WriteString(piece)
		}
		b.WriteString(end)
		return b.String()
	}
	begin, end := `{"nbformat": 4, "cells": [`, `{"cell_type": "code", "id": "z", "source": []}]}`
	cell := func(source string) string { return `{"cell_type": "code", "id": "a", "source": "` + source + `"},` }
	for name, text := range map[string]string{
		"100,000 cells":   fill(begin, cell(`func main() {exercise.CheckMutex(func(n *int, m *sync.Mutex) {`+strings.Repeat(" *n++;", 15)+`})}`), end, 100_000),
		"plain cells":     fill(begin, cell(strings.Repeat("x := 1; ", 18)), end, 100_000),
		"tiny cells":      fill(begin, `{"cell_type":"code","id":"a"},`, end, maxNotebook),
		"large cells":     fill(begin, cell(`func main() {exercise.CheckMutex(add)}\n`+strings.Repeat(`func f() { a + b }\n`, 1000)), end, 100_000),
		"one cell":        begin + cell(strings.Repeat("exercise.CheckMutex(", 1_000_000)) + end,
		"one cell's list": begin + `{"cell_type": "code", "source": [` + strings.Repeat(`"",`, 6_000_000) + `""]},` + end,
		"one output":      begin + `{"cell_type": "code", "id": "mutex", "source": "x", "outputs": [` + strings.Repeat(`{},`, 6_000_000) + `0]},` + end,
		"many keys":       `{"x": [` + strings.Repeat(`1,`, 9_000_000) + `1], "cells": []}`,
		"deep cells":      fill(begin, cell("func main() { exercise.CheckMutex("+strings.Repeat("(", 29_000)+") }"), end, 100_000),
		"declarations":    fill(begin, cell(strings.Repeat("var a,b,c,d,e,f int;", 1000)), cell("func main() { exercise.CheckMutex(zzz) }")+end, 100_000),
		"unresolved":      fill(begin, cell(`func main() { exercise.CheckMutex(zzz)`+strings.Repeat(";a.B(c)", 4000)+"}"), end, 100_000),
		"UTF-16":          utf16le(fill(begin, cell("func main() { exercise.CheckMutex(add) }"), end, 90_000)),
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"a.ipynb": text})
			command := exec.Command(os.Args[0], dir)
			command.Env = append(os.Environ(), asCommand+"=measured")
			began := time.Now()
			said, err := command.CombinedOutput()
			took := time.Since(began)
			most, used := 0, 0
			if figures := figures.FindSubmatch(said); figures != nil {
				fmt.Sscan(string(figures[1]), &used)
				fmt.Sscan(string(figures[2]), &most)
			}
			first, _, _ := strings.Cut(string(said), "\n")
			t.Logf("%.1f s, of the processor's %.1f s by the grader itself, at most %d MB: %s", took.Seconds(), float64(used)/1000, most>>10, first)
			if err != nil || runtime.GOOS == "linux" && (most == 0 || most>>10 > 200 || used > 5000) {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// figures are what the process took of the processor's time, and how much memory at most, as Linux tells it.
var figures = regexp.MustCompile(`(?s)used (\d+) ms.*VmHWM:\s+(\d+) kB`)
