package engine

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/goroot"
)

// load1 loads a program of one file.
func load1(t testing.TB, source string) *Program {
	t.Helper()
	p, err := Load(goroot.MustFS(), map[string]string{"main.go": source}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// counterSource is the counter of the lessons: n goroutines that each add 1 k times.
func counterSource(n, k int) string {
	return fmt.Sprintf(`package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range %d {
		wg.Go(func() {
			for range %d {
				next := counter + 1
				counter = next
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}
`, n, k)
}

func TestCounter(t *testing.T) {
	for _, c := range []struct {
		n, k  int
		want  string
		least string
	}{{2, 1, "6", "1"}, {2, 2, "70", "2"}, {3, 2, "34650", "2"}, {4, 2, "63063000", "2"}, {5, 2, "305540235000", "2"}} {
		p := load1(t, counterSource(c.n, c.k))
		r, err := p.Explore(Options{Time: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(c.n, c.k, r.Interleavings, r.States, r.Complete, r.Stopped, r.Took)
		for _, o := range r.Outcomes {
			t.Log("   ", o.Kind, strings.TrimSpace(o.Output), o.Message, o.Count, o.Schedule, o.Steps, o.Switches)
		}
		for _, x := range r.Races {
			t.Log("   race", x.Variable, x.Lines, x.Writes, x.Schedule)
		}
		if r.Interleavings == nil || r.Interleavings.String() != c.want {
			t.Errorf("%d × %d: %v, want %s", c.n, c.k, r.Interleavings, c.want)
		}
		most := strconv.Itoa(c.n * c.k)
		if least, greatest, ok := Extremes(r.Outcomes); !ok || least != c.least || greatest != most {
			t.Errorf("%d × %d: from %s to %s, want from %s to %s", c.n, c.k, least, greatest, c.least, most)
		}
		if len(r.Races) == 0 || r.Races[0].Variable != "counter" {
			t.Errorf("%d × %d: races %+v, want one of counter", c.n, c.k, r.Races)
		}
	}
}

// What cannot be explored is named by the line of the student's cell; what is of no cell has none.
func TestRefusedByTheCellsLine(t *testing.T) {
	for program, want := range map[string]string{
		"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tvar n int\n\tfmt.Scan(&n)\n}\n":       "line 3: explore does not know fmt.Scan",
		"package main\n\nimport \"net/http\"\n\nfunc main() {\n\tvar _ http.Client\n\t_ = 1\n}\n": "explore does not know package net/http",
	} {
		_, err := Load(goroot.MustFS(), map[string]string{"main.go": program}, []int{0, 0, 0, 0, 1, 2, 3, 4})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("it says %v, want %q", err, want)
		}
	}
}
