package main

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"os"
	"strings"
)

// A kind says what is asked of a program.
type kind int

const (
	values   kind = iota // which of these can it print?
	schedule             // which schedule leads to the least that it can print?
	ends                 // can it deadlock, can it panic, what can it print?
	kinds
)

// A pattern draws small programs that are alike but for names, numbers and the order of lines.
// What can become of a program nobody says here: the engine finds out.
type pattern struct {
	name string
	kind kind
	draw func(d dice) map[string]any // the words for the text
	text string                      // of main's body, with words as ${x}; lines that are empty then are left out
}

// dice draws what differs between the programs of a pattern.
type dice struct{ *rand.Rand }

// number is from low to high, both of them included.
func (d dice) number(low, high int) int { return low + d.IntN(high-low+1) }

func (d dice) of(words ...string) string { return words[d.IntN(len(words))] }

// variable is a name for a number that goroutines share.
func (d dice) variable() string {
	return d.of("x", "n", "sum", "total", "count", "points", "score", "level", "stock", "visits")
}

// two draws two different numbers.
func (d dice) two(low, high int) (int, int) {
	a, b := d.number(low, high), d.number(low, high-1)
	if b >= a {
		b++
	}
	return a, b
}

// program draws the source of a program.
func (t pattern) program(d dice) (string, error) {
	words := t.draw(d)
	words["go"] = "wg.Go(func() {"
	body := os.Expand(t.text, func(word string) string {
		value, ok := words[word]
		if !ok {
			return "no word " + word // which does not compile
		}
		return fmt.Sprint(value)
	})
	imports := `"fmt"`
	for _, name := range []string{"sync/atomic", "sync"} {
		_, short, nested := strings.Cut(name, "/")
		if !nested {
			short = name
		}
		if strings.Contains(body, short+".") {
			imports += "\n" + fmt.Sprintf("%q", name)
		}
	}
	for strings.Contains(body, "\n\n") || strings.HasPrefix(body, "\n") { // where a word is empty
		body = strings.TrimPrefix(strings.ReplaceAll(body, "\n\n", "\n"), "\n")
	}
	text := "package main\n\nimport (\n" + imports + "\n)\n\nfunc main() {\n" + body + "\n}\n"
	source, err := format.Source([]byte(text))
	if err != nil {
		return "", fmt.Errorf("pattern %s: %w\n%s", t.name, err, body)
	}
	return string(source), nil
}

// numbers draws a variable, the number that it begins with, and two others.
func numbers(d dice) map[string]any {
	a, b := d.two(2, 9)
	return map[string]any{"x": d.variable(), "start": d.number(0, 9), "a": a, "b": b}
}

// with adds words.
func with(words map[string]any, more ...any) map[string]any {
	for i := 0; i < len(more); i += 2 {
		words[more[i].(string)] = more[i+1]
	}
	return words
}

// locks draws two locks, and the order in which a second goroutine takes them.
func locks(d dice) map[string]any {
	first, second := d.of("fork", "left", "file"), d.of("knife", "right", "printer")
	words := with(numbers(d), "l", first, "r", second, "p", first, "q", second)
	if d.IntN(2) == 0 {
		words["p"], words["q"] = second, first
	}
	return words
}

const waits = "\nwg.Wait()\nfmt.Println(${x})"

var patterns = []pattern{
	{"two additions", values, numbers, `
${x} := ${start}
var wg sync.WaitGroup
${go} ${x} += ${a} }) // A
${go} ${x} += ${b} }) // B` + waits},

	{"three additions", values, numbers, `
${x} := ${start}
var wg sync.WaitGroup
for range 3 {
	${go} ${x} += ${a} }) // A, B, C
}` + waits},

	{"add and multiply", values, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(2, 6), "a", d.number(2, 3))
	}, `
${x} := ${start}
var wg sync.WaitGroup
${go} ${x} *= ${a} }) // A
${go} ${x} += ${b} }) // B` + waits},

	{"add and multiply, locked", values, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(2, 6), "a", d.number(2, 3))
	}, `
var mu sync.Mutex
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	mu.Lock()
	${x} *= ${a}
	mu.Unlock()
})
${go} // B
	mu.Lock()
	${x} += ${b}
	mu.Unlock()
})` + waits},

	{"read in one lock, written in another", values, numbers, `
var mu sync.Mutex
${x} := ${start}
var wg sync.WaitGroup
for range 2 {
	${go} // A, B
		mu.Lock()
		old := ${x}
		mu.Unlock()
		mu.Lock()
		${x} = old + ${a}
		mu.Unlock()
	})
}` + waits},

	{"check, then act", values, func(d dice) map[string]any {
		a := d.number(2, 5)
		return with(numbers(d), "a", a, "start", a+d.number(0, a-1))
	}, `
${x} := ${start}
var wg sync.WaitGroup
for range 2 {
	${go} // A, B
		if ${x} >= ${a} {
			${x} -= ${a}
		}
	})
}` + waits},

	{"one that main does not wait for", values, numbers, `
${x} := ${start}
done := make(chan bool, 1)
go func() { // A
	${x} += ${a}
	done <- true
	${x} += ${b}
}()
<-done
fmt.Println(${x})`},

	{"atomic load, atomic store", values, numbers, `
var ${x} atomic.Int64
${x}.Store(${start})
var wg sync.WaitGroup
${go} ${x}.Add(${a}) })            // A
${go} ${x}.Store(${x}.Load() + ${b}) }) // B
wg.Wait()
fmt.Println(${x}.Load())`},

	{"who is first in a channel", values, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "results", "answers", "letters"))
	}, `
${ch} := make(chan int, 2)
go func() { ${ch} <- ${a} }() // A
go func() { ${ch} <- ${b} }() // B
${x} := <-${ch}
${x} = 10*${x} + <-${ch}
fmt.Println(${x})`},

	{"two variables", values, numbers, `
${x}, copied := ${start}, 0
var wg sync.WaitGroup
${go} copied = ${x} }) // A
${go} ${x} += ${a} })      // B
wg.Wait()
fmt.Println(10*${x} + copied)`},

	{"the least of four additions", schedule, numbers, `
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	${x} += ${a}
	${x} += ${a}
})
${go} // B
	${x} += ${b}
	${x} += ${b}
})` + waits},

	{"the least of unlike additions", schedule, numbers, `
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	${x} += ${a}
	${x} += ${b}
})
${go} ${x} += ${b} }) // B` + waits},

	{"the least of a withdrawal", schedule, func(d dice) map[string]any {
		a, b := d.two(2, 9)
		start := max(a, b) + d.number(0, min(a, b)-1)
		return with(numbers(d), "x", d.of("money", "balance", "account", "stock"), "a", a, "b", b, "start", start)
	}, `
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	if ${x} >= ${a} {
		${x} -= ${a}
	}
})
${go} // B
	if ${x} >= ${b} {
		${x} -= ${b}
	}
})` + waits},

	{"the least maximum", schedule, func(d dice) map[string]any {
		a, b := d.two(3, 9)
		return with(numbers(d), "x", d.of("highest", "longest", "largest", "best"), "start", d.number(0, 2), "a", a, "b", b)
	}, `
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	if ${x} < ${a} {
		${x} = ${a}
	}
})
${go} // B
	if ${x} < ${b} {
		${x} = ${b}
	}
})` + waits},

	{"the least of a product", schedule, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(1, 4), "b", d.number(2, 3))
	}, `
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	${x} += ${a}
	${x} *= ${b}
})
${go} ${x} += ${a} }) // B` + waits},

	{"two locks", ends, locks, `
var ${l}, ${r} sync.Mutex
${x} := 0
var wg sync.WaitGroup
${go} // A
	${l}.Lock()
	${r}.Lock()
	${x} += ${a}
	${r}.Unlock()
	${l}.Unlock()
})
${go} // B
	${p}.Lock()
	${q}.Lock()
	${x} += ${b}
	${q}.Unlock()
	${p}.Unlock()
})` + waits},

	{"a lock and a channel", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "box", "mail"), "room", d.of("", ", 1"))
	}, `
var mu sync.Mutex
${ch} := make(chan int${room})
${x} := ${start}
var wg sync.WaitGroup
${go} // A
	mu.Lock()
	${ch} <- ${a}
	mu.Unlock()
})
${go} // B
	mu.Lock()
	${x} += <-${ch}
	mu.Unlock()
})` + waits},

	{"a signal that nobody hears", ends, func(d dice) map[string]any {
		words := with(numbers(d), "check", d.of("", "for ready == 0 {", "if ready == 0 {"), "end", "")
		if words["check"] != "" {
			words["end"] = "}"
		}
		return words
	}, `
var mu sync.Mutex
cond := sync.NewCond(&mu)
ready := 0
var wg sync.WaitGroup
${go} // A
	mu.Lock()
	${check}
	cond.Wait()
	${end}
	mu.Unlock()
})
${go} // B
	mu.Lock()
	ready = ${a}
	mu.Unlock()
	cond.Signal()
})
wg.Wait()
fmt.Println(ready)`},

	{"closed twice", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "done", "stop", "quit"), "closed", d.of("closed", "ended", "stopped"))
	}, `
${ch}, ${closed} := make(chan int), false
var wg sync.WaitGroup
for range 2 {
	${go} // A, B
		if !${closed} {
			${closed} = true
			close(${ch})
		}
	})
}
wg.Wait()
fmt.Println(${start} + <-${ch})`},

	{"who takes the last one", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "jobs", "tasks"))
	}, `
${ch} := make(chan int, 1)
${ch} <- ${a}
${x} := ${start}
var wg sync.WaitGroup
for range 2 {
	${go} // A, B
		if len(${ch}) > 0 {
			${x} += <-${ch}
		}
	})
}` + waits},

	{"divided by what another one sets", ends, func(d dice) map[string]any {
		b := d.number(2, 4)
		words := with(numbers(d), "b", b, "a", b*d.number(2, 5))
		return with(words, "parts", d.of("parts", "shares", "rows"), "zero", d.number(0, 1))
	}, `
${x}, ${parts} := 0, ${zero}
var wg sync.WaitGroup
${go} ${parts} = ${b} })      // A
${go} ${x} = ${a} / ${parts} }) // B` + waits},
}
