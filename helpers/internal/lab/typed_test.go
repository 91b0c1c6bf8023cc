package lab

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/multithreading/helpers/internal/notebook"
)

// A typed is what a student types into the cells of one notebook, in this order, and what the
// last one answers.
type typed struct {
	name  string
	cells []string
	says  []string // the last cell shows each of these
	nots  []string // and none of these
	fails bool     // it is an error
}

const wants = "A cell has no keyboard"

// typeds are kinds of things that students type. In stock GoNB each went wrong, mostly without
// a word; docker/kernel/gonb-report.md says how.
var typeds = []typed{
	// What lost the kernel.
	{
		name:  "two %%",
		cells: []string{"import \"fmt\"\n%%\nfmt.Println(1)\n%%\nfmt.Println(2)"},
		says:  []string{"lines 2 and 4", "split the cell"},
		fails: true,
	},
	{
		name:  "%% and %exec",
		cells: []string{"func work() {}\n%exec work\n%%"},
		says:  []string{"lines 2 and 3"},
		fails: true,
	},
	{
		name:  "a line of % and a blank",
		cells: []string{"% "},
		says:  []string{"line 1 holds nothing but '%'"},
		fails: true,
	},
	{
		name:  "a line of ! and a blank",
		cells: []string{"var x = 1\n! "},
		says:  []string{"line 2 holds nothing but '!'"},
		fails: true,
	},
	{name: "a line of !*", cells: []string{"!*"}, says: []string{"line 1 holds nothing but '!*'"}, fails: true},
	{
		name:  "after a test that a wrong command ended",
		cells: []string{"%test -test.v\n%nosuch\nfunc TestX(t *testing.T) {}", "%reset"},
		says:  []string{"State reset"},
		nots:  []string{"PASS", "test"},
	},
	{name: "what is no flag", cells: []string{"%goflags \" x {\n\""}, says: []string{"is no flag of go build"}, fails: true},
	{
		name:  "after what is no flag",
		cells: []string{"%goflags \" x {\n\"", "%%\nfmt.Println(\"still built\")"},
		says:  []string{"still built\n"},
	},
	{
		name:  "a flag that there is not",
		cells: []string{"%goflags -nosuch", "%%\nfmt.Println(1)"},
		says:  []string{"-nosuch", `a cell with %goflags "" clears them`},
		fails: true,
	},
	{name: "no flags again", cells: []string{"%goflags -nosuch", "%goflags \"\"", "%%\nfmt.Println(2)"}, says: []string{"2\n"}},
	{name: "%%script alone", cells: []string{"%%script"}, says: []string{"wants the name of a program"}, fails: true},
	{
		name:  "%exec and a tab",
		cells: []string{"func work() { fmt.Println(\"works\") }\n%exec\twork"},
		says:  []string{"works\n"},
	},

	// What was other than written.
	{
		name:  "%exec alone",
		cells: []string{"func work() { fmt.Println(\"works\") }", "%exec work"},
		says:  []string{"works\n"},
	},
	{name: "%exec of nothing", cells: []string{"%exec nosuch"}, says: []string{"no function nosuch"}, fails: true},
	{name: "a command that is none", cells: []string{"%goflag -race\n%%\nfmt.Println(1)"}, says: []string{"no command %goflag", "%help"}, fails: true},
	{name: "%% and a statement", cells: []string{"%%fmt.Println(1)"}, says: []string{"no command %%fmt", "a line by itself"}, fails: true},
	{
		name:  "CR LF",
		cells: []string{"func f() int {\r\n\treturn 7\r\n}\r\n%%\r\nfmt.Println(f())\r\n"},
		says:  []string{"7\n"},
	},
	{
		name:  "two main",
		cells: []string{"func main() { fmt.Println(1) }\n\nfunc main() { fmt.Println(2) }"},
		says:  []string{"declares func main in line 1 and again in line 3"},
		fails: true,
	},
	{
		name:  "two functions",
		cells: []string{"func f() {}\nfunc f() {}"},
		says:  []string{"func f in line 1 and again in line 2"},
		fails: true,
	},
	{
		name:  "two methods",
		cells: []string{"type T struct{}\nfunc (T) F() {}\nfunc (*T) F() {}"},
		says:  []string{"func T.F in line 2 and again in line 3"},
		fails: true,
	},
	{
		name:  "two types",
		cells: []string{"type T int\ntype T string"},
		says:  []string{"type T in line 1 and again in line 2"},
		fails: true,
	},
	{
		name:  "two variables",
		cells: []string{"var (\n\tx = 1\n\ty = 2\n)\nvar x = 3"},
		says:  []string{"var x in line 2 and again in line 5"},
		fails: true,
	},
	{
		name:  "two constants",
		cells: []string{"const x = 1\nconst x = 2"},
		says:  []string{"const x in line 1 and again in line 2"},
		fails: true,
	},
	{
		name:  "two imports of one name",
		cells: []string{"import \"crypto/rand\"\nimport \"math/rand\""},
		says:  []string{"import rand in line 1 and again in line 2"},
		fails: true,
	},
	{
		name:  "one import twice",
		cells: []string{"import \"fmt\"\nimport \"fmt\"\n%%\nfmt.Println(1)"},
		says:  []string{"1\n"},
	},
	{
		name:  "constants of one line",
		cells: []string{"const (\n\ta, b = iota, iota + 10\n\tc, d\n)\n%%\nfmt.Println(a, b, c, d)"},
		says:  []string{"0 10 1 11\n"},
	},
	{
		name:  "blank constants",
		cells: []string{"const (\n\t_ = iota\n\t_\n\tc\n)\n%%\nfmt.Println(c)"},
		says:  []string{"2\n"},
	},
	{name: "methods of generic types", cells: []string{
		"type Stack[T any] struct{ items []T }\nfunc (s Stack[T]) String() string { return \"a stack\" }",
		"type Queue[T any] struct{ items []T }\nfunc (s Queue[T]) String() string { return \"a queue\" }",
		"%%\nfmt.Println(Stack[int]{}, Queue[int]{})"}, says: []string{"a stack a queue\n"}},
	{name: "another name of a type parameter", cells: []string{
		"type Box[T any] struct{ it T }\nfunc (b *Box[T]) Get() T { return b.it }", "func (b *Box[E]) Get() E { return b.it }",
		"%%\nfmt.Println((&Box[int]{3}).Get())"}, says: []string{"3\n"}},
	{
		name:  "a raw string",
		cells: []string{"const text = `\n%%\n!echo no\n%env A B\npackage x`\n%%\nfmt.Println(text)"},
		says:  []string{"\n%%\n!echo no\n%env A B\npackage x\n"},
		nots:  []string{"Set:"},
	},
	{
		name:  "an expression that goes on",
		cells: []string{"%%\nno := false\nok := true &&\n!no\nfmt.Println(ok)"},
		says:  []string{"true\n"},
	},
	{
		name:  "a name that begins with package",
		cells: []string{"%%\npackages := 3\nfmt.Println(packages)"},
		says:  []string{"3\n"},
	},
	{
		name: "embed",
		cells: []string{
			"!echo embedded > embedded.txt",
			"import _ \"embed\"\n\n//go:embed embedded.txt\nvar text string\n%%\nfmt.Println(text)",
		},
		says: []string{"embedded\n"},
	},
	{
		name:  "cgo",
		cells: []string{"// int seven(void) { return 7; }\nimport \"C\"\n%%\nfmt.Println(C.seven())"},
		says:  []string{"7\n"},
	},

	// What says what to do.
	{
		name:  "a statement outside of main",
		cells: []string{"x := 1"},
		says:  []string{"expected declaration, found x", "below a line %%"},
		fails: true,
	},
	{
		name:  "a function within main",
		cells: []string{"%%\nfunc f() {}\nf()"},
		says:  []string{"declare it above that line"},
		fails: true,
	},
	{
		name:  "a method within main",
		cells: []string{"%%\ntype T struct{}\nfunc (t T) F() int { return 1 }"},
		says:  []string{"declare it above that line"},
		fails: true,
	},
	{
		name:  "main within main",
		cells: []string{"%%\nfunc main() {\n\tfmt.Println(1)\n}"},
		says:  []string{"is within main already"},
		fails: true,
	},
	{
		name:  "an import within main",
		cells: []string{"%%\nimport \"os\"\nos.Exit(0)"},
		says:  []string{"above the line %%"},
		fails: true,
	},
	{name: "a } too many", cells: []string{"%%\nfmt.Println(1)\n}"}, says: []string{"one } too many"}, nots: []string{"Statements"}, fails: true},
	{name: "a } too few", cells: []string{"%%\nfor {\n\tbreak"}, says: []string{"one } too few"}, fails: true},
	{name: "a blank before %%", cells: []string{" %%\nfmt.Println(1)"}, says: []string{"delete the blanks"}, fails: true},
	{
		name:  "fmt.Scan",
		cells: []string{"var n int\n%%\nfmt.Print(\"n? \")\nfmt.Scan(&n)"},
		says:  []string{"n? ", wants},
	},
	{
		name: "os.Stdin in a function of another cell",
		cells: []string{
			"func ask() string {\n\tline, _ := bufio.NewReader(os.Stdin).ReadString('\\n')\n\treturn line\n}",
			"%%\nfmt.Printf(\"%q\", ask())",
		},
		says: []string{`""`, wants},
	},
	{
		name:  "os.Stdin under another name",
		cells: []string{"import system \"os\"\n%%\nline, _ := bufio.NewReader(system.Stdin).ReadString('\\n')\nfmt.Printf(\"%q\", line)"},
		says:  []string{`""`, wants},
	},
	{
		name:  "a test that reads",
		cells: []string{"%test\nfunc TestScan(t *testing.T) {\n\tvar n int\n\tfmt.Scan(&n)\n}"},
		says:  []string{"PASS", wants},
	},
	{
		name:  "nothing is read",
		cells: []string{"func ask(n *int) { fmt.Scan(n) }", "%%\nfmt.Println(1)"},
		says:  []string{"1\n"},
		nots:  []string{wants},
	},
	{name: "read", cells: []string{"!read x; echo \"got $x\""}, says: []string{"got \n", wants}},
	{
		name:  "read behind a pipe",
		cells: []string{"!echo 1 | (read x; echo \"got $x\")"},
		says:  []string{"got 1\n"},
		nots:  []string{wants},
	},
	{
		name: "a type that old methods do not fit",
		cells: []string{
			"type T struct{ A int }\nfunc (t T) Get() int { return t.A }", "type T struct{ B string }",
		},
		says:  []string{"\n%rm T~Get"},
		fails: true,
	},
	{
		name: "what that says",
		cells: []string{
			"type T struct{ A int }\nfunc (t T) Get() int { return t.A }",
			"%rm T~Get\ntype T struct{ B string }\n%%\nfmt.Println(T{\"b\"})",
		},
		says: []string{"{b}\n"},
	},
	{
		name:  "a variable that was a function",
		cells: []string{"func f() {}", "var f = 1\n%%\nfmt.Println(f)"},
		says:  []string{"\n%rm f"},
		fails: true,
	},
	{
		name:  "a dot import",
		cells: []string{"import . \"fmt\"\n%%\nPrintln(1)", "%%\nprintln(2)"},
		says:  []string{"import . \"fmt\"", "\n%rm .~fmt"},
		fails: true,
	},
	{
		name:  "a misspelt helper",
		cells: []string{"import \"example.com/multithreading/helpers/nosuch\"\n%%\nnosuch.F()"},
		says:  []string{"there is no package", "race", "timeline"},
		nots:  []string{"go get"},
		fails: true,
	},
	{
		name:  "a helper by half of its name",
		cells: []string{"import \"helpers/race\"\n%%\nrace.F()"},
		says:  []string{"import \"example.com/multithreading/helpers/race\""},
		fails: true,
	},
	{
		name:  "a module of a module",
		cells: []string{"import \"github.com/google/go-cmp/cmp\"\n%%\n_ = cmp.Diff"},
		says:  []string{"\n!*go get github.com/google/go-cmp@v"},
		nots:  []string{"gonb_"},
		fails: true,
	},
	{
		name:  "an endless recursion",
		cells: []string{"func f(n int) int { return f(n+1) + 1 }\n%%\nfmt.Println(f(0))"},
		says:  []string{"stack overflow", "main.f", "main.main()"},
		nots:  []string{"memory"},
		fails: true,
	},
	{
		name:  "a deadlock of many",
		cells: []string{"%%\nc := make(chan int)\nfor range 300 {\n\tgo func() { <-c }()\n}\nselect {}"},
		says:  []string{"deadlock!", "goroutine 1 [select", "... and 295 more goroutines: 295 [chan receive]"},
		fails: true,
	},
	{
		name:  "how it ended",
		cells: []string{"%%\nos.Exit(66)"},
		says:  []string{"exit status 66"},
		nots:  []string{"exit status 66\nERROR"},
		fails: true,
	},
	{
		name:  "a fault",
		cells: []string{"%%\nif true {\n\tfmt.Println(\"ä\", nobody)\n}"},
		says:  []string{"undefined: nobody"},
		nots:  []string{"# gonb_", "gonb_debug"},
		fails: true,
	},
	{
		name: "the order of both outputs",
		cells: []string{
			"%%\nfor i := range 5 {\n\tfmt.Fprint(os.Stderr, \"e\", i, \"\\n\")\n" +
				"\ttime.Sleep(5 * time.Millisecond)\n\tfmt.Print(\"o\", i, \"\\n\")\n" +
				"\ttime.Sleep(5 * time.Millisecond)\n}",
		},
		says: []string{"e0\no0\ne1\no1\ne2\no2\ne3\no3\ne4\no4\n"},
	},
	{
		name: "explore below %%",
		cells: []string{"import \"example.com/multithreading/helpers/explore\"\n%%\nexplore.Cell()\nc := make(chan int)\n" +
			"go func() { c <- 1 }()\nfmt.Println(<-c)"},
		says: []string{"1 interleaving"},
		nots: []string{"flag"},
	},
	{name: "the version", cells: []string{"%version"}, nots: []string{"unknown"}},
}

func TestTyped(t *testing.T) {
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	k.prints(t, hello, "all well\n")
	for _, test := range typeds {
		t.Run(test.name, func(t *testing.T) {
			k.prints(t, "%reset", "* State reset: all memorized declarations discarded.\n")
			var e *execution
			for _, cell := range test.cells {
				if e = k.run(t, cell); !e.ended(patience) {
					t.Fatalf("%q has not ended after %v; it shows %q", cell, patience, cut(e.text()))
				}
			}
			text := e.text()
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("it does not show %q but %q", want, cut(text))
				}
			}
			for _, not := range test.nots {
				if strings.Contains(text, not) {
					t.Errorf("it shows %q: %q", not, cut(text))
				}
			}
			if len(text) > 10_000 {
				t.Errorf("it shows %d bytes", len(text))
			}
			if want := map[bool]string{true: "error", false: "ok"}[test.fails]; e.status() != want {
				t.Errorf("it ends with %q, want %q; it shows %q", e.status(), want, cut(text))
			}
		})
	}
	k.prints(t, hello, "all well\n")
	k.end(t)
	s.nothingIsLeft(t)
}

// Questions while a cell is being written: each has an answer, or none, at once.
func TestTypedQuestions(t *testing.T) {
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	k.prints(t, "import \"sync\"\n\ntype Stack[T any] struct{ items []T }\n\nfunc work() {}\n%%\n_ = sync.Mutex{}", "")
	if e := k.ask(t, "complete", "%%\nruntime.‸"); !e.ended(patience) {
		t.Fatal("the first question is not answered")
	}
	for _, test := range []struct {
		kind, cell string
		wants      []string // completions, or what the help has
		nots       string
	}{
		{"inspect", "%%\nctx‸, cancel := context.WithTimeout(context.Background(), time.Second)\ncancel()\n_ = ctx", []string{"context.Context"}, ""},
		{"inspect", "‸", nil, ""},
		{"inspect", " ‸", nil, ""},
		{"inspect", "\n‸\n", nil, ""},
		{"inspect", "%%\n‸", nil, "unexpected kind"},
		{"inspect", "// a comment‸\nvar x = 1", nil, "4294967295"},
		{"inspect", "%%\nfmt.Println(\"Grüße 😀\", strings.ToUp‸per(\"x\"))", []string{"strings.ToUpper(s string) string", "https://pkg.go.dev/strings"}, "file:"},
		{"inspect", "%%\nvar s Sta‸ck[int]\n_ = s", []string{"type Stack"}, "gonb_"},
		{"inspect", "import \"example.com/multithreading/helpers/race\"\n%%\n_ = race.Exp‸eriment{}", []string{"type Experiment"}, "pkg.go.dev/example.com"},
		{"complete", "%%\nvar wg sync.WaitGroup\nwg.‸", []string{"Add", "Done", "Go", "Wait"}, ""},
		{"complete", "%%\nvar mu sync.Mutex\nmu.‸", []string{"Lock", "Unlock"}, ""},
		{"complete", "%%\nfmt.Println(\"Grüße\", strings.ToU‸", []string{"ToUpper"}, ""},
		{"complete", "fmt.Println(\"Grüße\", strings.ToU‸", []string{"ToUpper"}, ""},
		{"complete", "%%\nfmt.Println(\"Grüße 😀\", strings.ToU‸)", []string{"ToUpper"}, ""},
		{"complete", "%%\r\nwor‸\r\n", []string{"work"}, ""},
		{"complete", "var x = strings.ToU‸", []string{"ToUpper"}, ""},
		{"complete", "%%\n%exec\n%%\n‸", nil, ""},
		{"complete", "‸", nil, ""},
	} {
		t.Run(test.kind+" "+test.cell, func(t *testing.T) {
			e := k.ask(t, test.kind, test.cell)
			if !e.ended(late) {
				t.Fatalf("no answer within %v", late)
			}
			t.Logf("%v", time.Since(e.begin).Round(time.Millisecond))
			for _, want := range test.wants {
				if test.kind == "complete" && !slices.Contains(e.matches(), want) ||
					test.kind == "inspect" && !strings.Contains(e.help(), want) {
					t.Errorf("want %q in %q, %q", want, e.matches(), cut(e.help()))
				}
			}
			if test.wants == nil && test.kind == "inspect" && !strings.HasPrefix(test.cell, "%%") && e.help() != "" {
				t.Errorf("there is nothing to say, and it says %q", cut(e.help()))
			}
			if test.nots != "" && strings.Contains(e.help(), test.nots) {
				t.Errorf("it says %q: %q", test.nots, cut(e.help()))
			}
		})
	}
	k.prints(t, hello, "all well\n")
	k.end(t)
	s.nothingIsLeft(t)
}

// Run All sends all cells at once. It ends with the first that fails, or with the interrupt; a
// cell that is meant to fail does not end it, and what is sent upon the failure is run.
func TestRunAllEnds(t *testing.T) {
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	k.prints(t, hello, "all well\n")
	wantStatus := func(e *execution, want string) {
		t.Helper()
		if !e.ended(patience) || e.status() != want {
			t.Errorf("it ends with %q, want %q; it shows %q", e.status(), want, cut(e.text()))
		}
	}
	for name, fault := range map[string]string{"panic": "%%\npanic(\"no\")", "does not compile": "%%\nnobody()", "command": "%exec nosuch"} {
		t.Run(name, func(t *testing.T) {
			all := []*execution{k.run(t, hello), k.run(t, fault), k.run(t, hello), k.ask(t, "complete", "‸"), k.run(t, hello)}
			for i, want := range []string{"ok", "error", "aborted", "ok", "aborted"} {
				wantStatus(all[i], want)
			}
			if !all[1].ended(patience) || all[2].text() != "" {
				t.Errorf("a cell behind it shows %q", all[2].text())
			}
			k.prints(t, hello, "all well\n")
		})
	}
	t.Run("meant to fail", func(t *testing.T) {
		tagged := toRun("%%\npanic(1)")
		tagged["stop_on_error"] = false
		fails := k.send(t, "execute_request", tagged, nil)
		next := k.run(t, hello)
		wantStatus(fails, "error")
		wantStatus(next, "ok")
	})
	t.Run("interrupt", func(t *testing.T) {
		endless := k.run(t, "%%\nfmt.Println(\"begun\")\nselect {\ncase <-time.After(time.Hour):\n}")
		next := k.run(t, hello)
		if !endless.shows("begun", patience) {
			t.Fatal("it does not begin")
		}
		k.interrupt(t)
		wantStatus(endless, "error")
		wantStatus(next, "aborted")
		k.prints(t, hello, "all well\n")
	})
	t.Run("interrupt of a build", func(t *testing.T) {
		endless := k.run(t, "%%\nfor {\n}")
		// Before that the kernel has nothing to interrupt: the interrupt goes another way, and may come before the cell.
		eventually(t.Context(), t, "the kernel has the cell", patience, func() bool {
			endless.mu.Lock()
			defer endless.mu.Unlock()
			return endless.begun
		})
		k.interrupt(t) // mostly before there is a program
		if !endless.ended(late) {
			t.Error("the interrupt is lost")
			k.interrupt(t)
		}
		k.prints(t, hello, "all well\n")
	})
	k.end(t)
	s.nothingIsLeft(t)
}

// The caret of an error stands below its place, behind tabs and umlauts too.
func TestCaret(t *testing.T) {
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	k.prints(t, hello, "all well\n")
	const line = "\tfmt.Println(\"ä\", nobody)"
	e := k.run(t, "%%\nif true {\n"+line+"\n}")
	if !e.ended(patience) {
		t.Fatal("not ended")
	}
	trace := fmt.Sprint(e.reply["traceback"])
	want := line + "\n\t" + strings.Repeat(" ", utf8.RuneCountInString("fmt.Println(\"ä\", ")) + "^\n"
	if !strings.Contains(trace, want) {
		t.Errorf("want\n%s\nin\n%s", want, trace)
	}
	k.end(t)
}

// After a restart, a cell of the real notebook says which one is to be run first.
func TestACellThatNeedsAnother(t *testing.T) {
	needsLinux(t)
	s := startServer(t)
	var session struct{ Kernel struct{ ID string } }
	s.api(t, "POST", "/api/sessions", map[string]any{"path": "notebooks/03-what-for.ipynb", "type": "notebook", "name": "x",
		"kernel": map[string]string{"name": "gonb"}}, &session)
	k := &kernel{s: s, id: session.Kernel.ID, cells: map[string]*execution{}}
	k.connect(t)
	k.prints(t, hello, "all well\n")
	source := cellOf(t, filepath.Join(s.dir, "notebooks", "03-what-for.ipynb"), "mixed-up")
	e := k.send(t, "execute_request", toRun(source), map[string]any{"cellId": "mixed-up"})
	const says = "Run first:\n- a cell below the heading"
	if !e.ended(patience) || !strings.Contains(e.text(), says) || strings.Contains(e.text(), "undefined") {
		t.Errorf("it shows %q", cut(e.text()))
	}
	t.Log(e.text())
	k.end(t)
}

// cellOf is the source of a notebook's cell.
func cellOf(t *testing.T, file, id string) string {
	t.Helper()
	nb, err := notebook.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range nb.Cells() {
		if cell.ID() == id {
			return cell.Source()
		}
	}
	t.Fatalf("%s has no cell %s", file, id)
	return ""
}

// What a program shows last, at once before it ends, is there when its cell has ended. (Unpatched, the kernel lost from 640 to 1,468 of the
// 2,000 in each of ten cells: it reads them from a pipe, more slowly than they are written.)
func TestLastDisplaysAreShown(t *testing.T) {
	t.Parallel()
	notebook.NeedsKernel(t)
	s := startServer(t)
	k := s.newKernel(t)
	for range 2 {
		e := k.run(t, "import \"github.com/janpfeifer/gonb/gonbui\"\n\n%%\nfor range 2000 {\n\tgonbui.DisplayHTML(\"a\")\n}")
		if !e.ended(patience) {
			t.Fatalf("the cell has not ended after %v", patience)
		}
		if e.mu.Lock(); e.displays != 2000 {
			t.Errorf("%d displays came before the cell's end, want 2000", e.displays)
		}
		e.mu.Unlock()
	}
	k.end(t)
	s.nothingIsLeft(t)
}
