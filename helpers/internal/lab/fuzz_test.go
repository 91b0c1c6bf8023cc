package lab

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// pieces are what cells are put together from. None does harm, and nothing that they make together
// runs for long: there is no loop without an end, and no call of main.
var pieces = []string{
	// commands, right and wrong
	"%%", "%main", "%% -n 1", "%exec f", "%exec", "%exec\tf", "%exec nosuch", "%test", "%args a b", "%ls",
	"%rm f T~Get x", "%reset",
	"%env COURSE_FUZZ 1", "%env", "%cd", "%goflags", "%version", "%help", "%nonsense", "%", "% ", "%\t", "%\"",
	"%capture", "%track",
	"%untrack", "%noautoget", "!", "! ", "!echo hello", "!echo it's", "!echo \\", "!*pwd", "!true", "!false",
	"%%bash", "%%sh", "%%script",
	"%%script cat", "%%script nosuch", "%%writefile", "%%writefile fuzz.txt", "%%nonsense", "//gonb:%%",
	"//gonb:!echo hello", "%%\t%%",
	// declarations
	"import \"fmt\"", "import (\n\t\"os\"\n\t\"sync\"\n)", "import . \"strings\"", "import _ \"embed\"",
	"import \"example.com/multithreading/helpers/nosuch\"",
	"func f() {}", "func f(n int) (s string) {\n\treturn\n}", "func init() {}", "func _() {}", "func main() {",
	"func main() {}", "func (",
	"type T struct{ A int }", "func (t *T) Get() int { return t.A }", "func (T) String() string { return `a T` }",
	"type G[K comparable, V any] map[K]V", "func (g G[K, V]) Len() int { return len(g) }", "type I interface {",
	"type x = y",
	"var a, b = 1, 2", "var (", "var s = `", "var (\n\tx = 1\n\t_ = x\n)", "var c, _ = os.ReadFile(\"/\")",
	"const (\n\t_ = iota\n\tA, B = iota, -iota\n)", "const x = 1",
	"package main", "package", "//go:embed *", "//go:embed nosuch", "//go:build ignore", "//line x.go:9",
	// statements
	"x := 1", "f()", "fmt.Println(\"Grüße\", 1)", "fmt.Println(`", "fmt.Print(1", "for i := range 3 {",
	"if true {", "} else {", "switch x.(type) {", "case int:",
	"go func() {", "}()", "defer func() {", "return", "panic(1)", "os.Exit(3)", "var wg sync.WaitGroup", "wg.",
	"wg.Wait()", "strings.", "strings.ToU",
	"ctx, cancel := context.WithTimeout(context.Background(), time.Second)",
	"_ = ctx", "ok := true &&", "!ok", "!ok,", "fmt.Scan(&x)", "var t T; t.", "nobody()", "x++", "x +", "label:",
	// what is no Go
	"}", "{", "(", ")", "`", "\"", "'", "/*", "*/", "// Kommentar ä", "😀", "日本語 := \"👩‍👩‍👧‍👦\"", "\u202e",
	"\ufeff", "\x00", "\\", "\r", "\t\t\t", "", " ", "print('hello')", "for x in y:",
	strings.Repeat("{", 300), strings.Repeat("(", 3000), strings.Repeat("if true {\n", 60), strings.Repeat("a", 5000), strings.Repeat("\n", 40),
}

// wholes are declarations and statements of which any selection, each once, makes a cell that runs.
var wholes = [2][]string{
	{"import \"fmt\"", "func f() string { return \"ä\" }", "type T struct{ A int }", "func (t T) Get() int { return t.A }",
		"type G[K comparable, V any] map[K]V\n\nfunc (g G[K, V]) Len() int { return len(g) }", "var s = `\n%%\n!echo no\n`",
		"const (\n\t_ = iota\n\tA, B = iota, -iota\n)", "//gonb:%args x", "!echo hello", "func init() { fmt.Print() }", "%env COURSE_FUZZ 1"},
	{"fmt.Println(\"Grüße 😀\")", "for i := range 3 {\n\tfmt.Print(i)\n}", "{\n\tok := true &&\n!false\n\t_ = ok\n}", "go func() {}()",
		"time.Sleep(time.Millisecond)", "var wg sync.WaitGroup\nwg.Go(func() { fmt.Fprintln(os.Stderr, \"e\") })\nwg.Wait()", "fmt.Scanln()", "// 日本語"},
}

// randomCell puts a cell together, often cuts a part off, and sets a cursor.
func randomCell(r *rand.Rand) (cell []rune, cursor int) {
	var text strings.Builder
	if r.IntN(3) == 0 {
		for i, list := range wholes {
			for _, n := range r.Perm(len(list))[:r.IntN(5)] {
				text.WriteString(list[n] + "\n")
			}
			text.WriteString([]string{"%%\n", ""}[i])
		}
		if cell = []rune(text.String()); r.IntN(3) > 0 {
			return cell, r.IntN(len(cell) + 2)
		}
	}
	separators := []string{"\n", "\n", "\n", "\n", "\n", "\n\n", "\r\n", " ", "", ";"}
	for range 1 + r.IntN(10) {
		text.WriteString(pieces[r.IntN(len(pieces))])
		text.WriteString(separators[r.IntN(len(separators))])
	}
	cell = []rune(text.String())
	if r.IntN(3) == 0 {
		cell = cell[:r.IntN(len(cell)+1)]
	}
	return cell, r.IntN(len(cell) + 2) // one behind the end, too
}

// Cells of every kind are run, completed and explained: the kernel answers each, and lives.
// COURSE_SEED sets the seed, which the test prints.
func TestLongFuzz(t *testing.T) {
	needsLinux(t)
	seed := uint64(20261129)
	if text := os.Getenv("COURSE_SEED"); text != "" {
		number, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal("COURSE_SEED is no number: ", text)
		}
		seed = number
	}
	number := long(500, 20_000)
	t.Logf("COURSE_SEED=%d, %d cells", seed, number)
	s := startServer(t)
	const kernels = 2
	var both sync.WaitGroup
	for n := range kernels {
		k := s.newKernel(t)
		k.prints(t, hello, "all well\n") // before that, its server may not hear it
		both.Go(func() { k.fuzz(t, rand.New(rand.NewPCG(seed, uint64(n))), number/kernels) })
	}
	both.Wait()
}

// fuzz asks the kernel about random cells, until one is not answered.
func (k *kernel) fuzz(t *testing.T, r *rand.Rand, number int) {
	const bound = time.Minute // a build of another kind, -race or a test, on a busy machine; the longest is logged
	longest := map[string]time.Duration{}
	answers := map[string]int{}
	for i := range number {
		cell, cursor := randomCell(r)
		kind, content := "execute", toRun(string(cell))
		if choice := r.IntN(10); choice >= 4 {
			kind = map[bool]string{true: "complete", false: "inspect"}[choice >= 7]
			content = map[string]any{"code": string(cell), "cursor_pos": cursor, "detail_level": 0}
		}
		e := k.send(t, kind+"_request", content, nil)
		if !e.ended(bound) {
			t.Errorf("cell %d is not answered within %v: %s at %d of\n%q\nshows %q", i, bound, kind, cursor, string(cell), cut(e.text()))
			return
		}
		if strings.Contains(e.text(), "GoNB failed on this cell") {
			t.Errorf("cell %d: %q of\n%q", i, cut(e.text()), string(cell))
		}
		if kind != "execute" && e.status() != "ok" {
			t.Errorf("cell %d: %s at %d is answered with %q: of\n%q", i, kind, cursor, e.status(), string(cell))
		}
		answers[kind+" "+e.status()]++
		longest[kind] = max(longest[kind], time.Since(e.begin))
		if i%50 == 49 || i == number-1 {
			reset := k.run(t, "%reset")
			e := k.run(t, hello)
			if !reset.ended(bound) || !e.ended(bound) || e.text() != "all well\n" {
				t.Errorf("after cell %d, which was %q, all is not well: %q", i, string(cell), cut(e.text()))
				return
			}
			k.mu.Lock()
			if len(k.states) > 0 {
				t.Errorf("by cell %d the kernel was lost: %q", i, k.states)
			}
			k.cells = map[string]*execution{} // whose texts add up
			k.mu.Unlock()
		}
	}
	t.Logf("answers: %v; the longest: %v", answers, longest)
}
