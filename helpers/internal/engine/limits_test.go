package engine

import (
	"strings"
	"testing"
	"time"
)

// However much a program makes from one step to the next, the bound holds, and that it was reached is what comes out.
func TestMemoryBetweenSteps(t *testing.T) {
	p := load1(t, `package main

func main() {
	var all [][]int
	for {
		all = append(all, make([]int, 10_000))
	}
}
`)
	_, err := p.Explore(Options{Memory: 64 << 20})
	if err == nil || !strings.Contains(err.Error(), "at 64 MB of memory") {
		t.Errorf("%v", err)
	}
}

// A loop that is only long is not said to have no end, but to have come to none.
func TestLongLoop(t *testing.T) {
	p := load1(t, `package main

func main() {
	n := 0
	for i := range 1 << 40 {
		n += i
	}
	println(n)
}
`)
	r, err := p.Explore(Options{Time: time.Minute})
	if err != nil || len(r.Outcomes) != 1 ||
		!strings.HasPrefix(r.Outcomes[0].Message, "none within 20,000,000 instructions") {
		t.Errorf("%+v %v", r, err)
	}
}

// That main has left by Goexit is said, as nobody is left who could be seen to wait.
func TestMainGoexit(t *testing.T) {
	r, err := load1(t, "package main\n\nimport \"runtime\"\n\nfunc main() { runtime.Goexit() }\n").Explore(Options{})
	if err != nil || len(r.Outcomes) != 1 || r.Outcomes[0].Kind != Deadlock ||
		!strings.Contains(r.Outcomes[0].Message, "Goexit") {
		t.Errorf("%+v %v", r, err)
	}
}

// Numbers come in the order of their value, wherever in a text they stand.
func TestNatural(t *testing.T) {
	for _, c := range [][2]string{
		{"2", "10"}, {"n=9 a", "n=10 a"}, {"a2", "a2b"}, {"", "1"}, {"a", "b1"}, {"1 9", "1 10"},
	} {
		if natural(c[0], c[1]) >= 0 || natural(c[1], c[0]) <= 0 || natural(c[0], c[0]) != 0 {
			t.Errorf("%q does not come before %q", c[0], c[1])
		}
	}
}
