package stepper

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	. "example.com/multithreading/helpers/interleaving"
)

// opposite takes two locks in opposite order.
func opposite() Program {
	return Program{
		Title:  "Two locks, two orders",
		Shared: map[string]int{"counter": 0},
		Threads: []Code{
			Thread(Lock("a"), Lock("b"), Store("counter", 1), Unlock("b"), Unlock("a")),
			Thread(Lock("b"), Lock("a"), Store("counter", 2), Unlock("a"), Unlock("b")),
		},
		Names: []string{"Anna", "Ben"},
	}
}

func html(t *testing.T, s Stepper) string {
	t.Helper()
	h, err := s.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHTMLIsWellFormedAndSelfContained(t *testing.T) {
	hostile := Program{
		Title:   `</script><b>&"'` + "\x00]]>",
		Shared:  map[string]int{`</script><!--]]>`: 0},
		Threads: []Code{Store(`</script><!--]]>`, 2)},
		Names:   []string{`<i>"&`},
	}
	ids := map[string]bool{}
	for _, s := range []Stepper{
		{Program: Increments(2, 2), Value: 2},
		{Program: Increments(2, 2), Value: 2, Number: 1},
		{Program: Increments(2, 2), Value: 3},
		{Program: Increments(2, 2), Value: 1}, // no way
		{Program: opposite(), Deadlock: true},
		{Program: hostile, Value: 2},
	} {
		h := html(t, s)
		if h != html(t, s) {
			t.Error("the same stepper gives other bytes")
		}
		if len(h) > 40<<10 {
			t.Errorf("%d bytes, want at most 40 KB", len(h))
		}
		d := xml.NewDecoder(strings.NewReader(h))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("not well-formed: %v\n%s", err, h)
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if element.Name.Local == "b" || element.Name.Local == "i" {
				t.Errorf("markup from a text came through: <%s>", element.Name.Local)
			}
			for _, a := range element.Attr {
				switch a.Name.Local {
				case "id":
					if ids[a.Value] {
						t.Errorf("id %q stands twice", a.Value)
					}
					ids[a.Value] = true
				case "src", "href":
					if !strings.HasPrefix(a.Value, "data:") {
						t.Errorf("asks for %q", a.Value)
					}
				}
			}
		}
		if n := strings.Count(h, "</script"); n != 1 {
			t.Errorf("the script ends %d times", n)
		}
		if strings.Contains(h, "http:") || strings.Contains(h, "https:") {
			t.Error("names an address")
		}
	}
}

func TestScriptIsSmall(t *testing.T) {
	if n := len(shipped()); n > 10_000 {
		t.Errorf("the script is %d bytes, want at most 10,000", n)
	}
}

// Without a script the solution stands there: picture, description, table.
func TestSolutionStandsWithoutScript(t *testing.T) {
	h := html(t, Stepper{Program: Increments(2, 2), Value: 2})
	h = regexp.MustCompile(`(?s)<script>.*</script>`).ReplaceAllString(h, "")
	for _, want := range []string{"Goal: end with counter = 2", `<img alt="Schedule of 2 threads`, "data:image/svg+xml;base64,", "overwrites 3: lost update</td>", `<th scope="col">memory</th>`} {
		if !strings.Contains(h, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(h, "<button") || strings.Contains(h, "hidden") {
		t.Error("has a button that nothing serves, or hides something")
	}
	if h := html(t, Stepper{Program: Increments(2, 2), Value: 1}); !strings.Contains(h, "No run is known that gets there") {
		t.Error("does not say that the goal has no solution")
	}
}

func TestBoundsAreNamed(t *testing.T) {
	two := Program{Shared: map[string]int{"x": 0, "y": 0}, Threads: []Code{Yield()}}
	for _, c := range []struct {
		s    Stepper
		want string
	}{
		{Stepper{Program: Increments(11, 1), Value: 2}, "a stepper has at most 10 threads, not 11"},
		{Stepper{Program: two}, `the goal's variable "" is not a shared variable of the program; it has ["x" "y"]`},
		{Stepper{Program: two, Variable: "z"}, `the goal's variable "z" is not a shared variable of the program; it has ["x" "y"]`},
		{Stepper{Program: Program{}, Deadlock: true}, "a program has 1 to 64 threads, not 0"},
		{Stepper{Program: Increments(1, 1500), Value: 1500}, "bytes in the page; a stepper takes at most 65536"},
	} {
		if _, err := c.s.HTML(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func ExampleStepper_Show() {
	Stepper{Program: Increments(2, 2), Value: 2}.Show()
	// Output:
	// Goal: end with counter = 2. One way:
	// 2 threads × 2 increments
	// step  T0                           T1                           memory     note
	// ----  ---------------------------  ---------------------------  ---------  -------------------------------------
	//    1  new = counter (0); new += 1                               counter=0
	//    2  counter = new (1)                                         counter=1
	//    3  new = counter (1); new += 1                               counter=1
	//    4                               new = counter (1); new += 1  counter=1  ~ switch
	//    5                               counter = new (2)            counter=2
	//    6                               new = counter (2); new += 1  counter=2
	//    7                               counter = new (3)            counter=3
	//    8  counter = new (2)                                         counter=2  ~ switch; ! overwrites 3: lost update
	// End: counter=2
}
