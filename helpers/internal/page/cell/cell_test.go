package cell

import (
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/engine/load"
)

// kept is used for one program after the other, as the engine of a page does.
var kept = load.Keep(goroot.MustFS())

// do returns what is told, by kind.
func do(t *testing.T, o Order) map[string]string {
	t.Helper()
	told := map[string]string{}
	Do(kept, o, func(p Part) { told[p.Kind] += p.Text })
	return told
}

const lost = `import (
	"fmt"
	"os"
	"sync"

	"example.com/multithreading/helpers/explore"
)

func main() {
	explore.FIRST
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { counter++ })
	}
	wg.Wait()
	fmt.Println(counter)
}
`

// TestDo holds each order to what it answers, of cells as students write them.
func TestDo(t *testing.T) {
	with := func(call string) string { return strings.Replace(lost, "explore.FIRST", call, 1) }
	for _, c := range []struct {
		name  string
		order Order
		kind  string
		says  []string
	}{
		{"run", Order{Do: "run", Source: with("")}, Printed, []string{"2\n"}},
		{"explore, an import that is not used", Order{Do: "explore", Source: with("explore.Cell()")}, Said,
			[]string{"6 interleavings", "Data race: counter is written and read at line 14"}},
		{"explore with an option", Order{Do: "explore", Source: with("explore.Cell(explore.StoreBuffers)")}, Said,
			[]string{"20 interleavings"}},
		{"follow", Order{Do: "follow", Source: with(`explore.Follow("A B")`)}, Shown, []string{"overwrites 1: lost update"}},
		{"a goal of the cell's", Order{Do: "step", Source: with(`explore.Step("2")`)}, Shown,
			[]string{"Goal: print “2”", "<script>"}},
		{"a level of a student's own", Order{Do: "step", Source: with(`explore.Level("Mine", "1")`)}, Shown,
			[]string{"<strong>Mine.</strong> Goal: print “1”", "A way to the goal", "<code>A B:2 A main:"}},
		{"a level by a schedule", Order{Do: "follow", Source: with(
			`explore.Level("Mine", "1", explore.By("A B:2 A"), explore.Par(3))`)}, Said,
			[]string{"✓ Goal reached, with 3 switches, par 3: no way has fewer."}},
		{"a goal", Order{Do: "step", Source: with("")}, Shown, []string{"Goal: print “1”"}},
		{"a mistake", Order{Do: "explore", Source: "func main() {\n\tx\n}"}, Fault, []string{"line 2: undefined: x"}},
		{"no Go", Order{Do: "run", Source: "func main() {\n"}, Fault, []string{"syntax error"}},
		{"an order to the kernel", Order{Do: "run", Source: "\n!ls\nfunc main() {}"}, Fault,
			[]string{"line 2: a line that begins with !"}},
		{"a string with lines of %", Order{Do: "run", Source: "const s = `\n%%\n!ls`\n\nfunc main() { fmt.Print(s) }"}, Printed, []string{"\n%%\n!ls"}},
		{"%exec", Order{Do: "run", Source: "%exec f\nfunc f() { fmt.Print(7) }"}, Printed, []string{"7"}},
		{"a type for goroutines", Order{Do: "run", Source: "type sync struct{ n int }\nfunc (s sync) N() int { return s.n }\n" +
			"func main() { s := sync{7}; fmt.Print(s.N()) }"}, Printed, []string{"7"}},
		{"below %%", Order{Do: "explore", Source: "import \"fmt\"\n%%\nexplore.Cell()\nfmt.Println(7) // seven"}, Said,
			[]string{"1 interleaving,", "7"}},
		{"not known", Order{Do: "run", Source: "import \"net\"\nfunc main() { net.Dial(``, ``) }"}, Fault, []string{"line 1: explore does not know package net"}},
		{"no import", Order{Do: "run", Source: "func main() { fmt.Print(strings.ToUpper(`a`)) }"}, Printed, []string{"A"}},
		{"a variable with a package's name", Order{Do: "run", Source: "type t struct{ n int }\nfunc main() { path := t{7}; fmt.Print(path.n) }"}, Printed, []string{"7"}},
		{"deadlock", Order{Do: "run", Source: "func main() { <-make(chan int) }"}, Said, []string{"deadlock", "main at line 1"}},
		{"wrong", Order{Do: "judge", Exercise: "lost-update", Tries: 2,
			Source: `func main() { exercise.CheckLostUpdate("AABB") }`}, Said, []string{"✗ lost-update: ", "Hint 2 of "}},
		{"a schedule that cannot be read is no try", Order{Do: "judge", Exercise: "lost-update", Tries: 2,
			Source: `func main() { exercise.CheckLostUpdate("A then B") }`}, Unread, nil},
		{"right", Order{Do: "judge", Exercise: "lost-update", Source: `func main() { exercise.CheckLostUpdate("ABAB") }`}, Said,
			[]string{"✓ lost-update: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := do(t, c.order)
			if _, is := told[c.kind]; !is {
				t.Errorf("nothing of kind %s: %v", c.kind, told)
			}
			for _, want := range c.says {
				if !strings.Contains(told[c.kind], want) {
					t.Errorf("of kind %s it does not say %q: %.2000v", c.kind, want, told[c.kind]+told[Fault])
				}
			}
			if c.kind != Fault && told[Fault] != "" {
				t.Error(told[Fault])
			}
		})
	}
}
