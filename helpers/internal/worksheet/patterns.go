package main

import (
	_ "embed"
	"fmt"
	"go/format"
	"math/rand/v2"
	"os"
	"strings"

	"golang.org/x/tools/txtar"
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
	name string // of its text in patterns.txtar
	kind kind
	draw func(d dice) map[string]any // the words for the text
}

//go:embed patterns.txtar
var patternTexts []byte

// bodies are the texts of the patterns by name: main's body, with words as ${x}. Lines that are empty
// then are left out.
var bodies = func() map[string]string {
	texts := map[string]string{}
	for _, file := range txtar.Parse(patternTexts).Files {
		texts[file.Name] = strings.TrimSpace(string(file.Data))
	}
	return texts
}()

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
	body := os.Expand(bodies[t.name], func(word string) string {
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

var patterns = []pattern{
	{"two additions", values, numbers},
	{"three additions", values, numbers},
	{"add and multiply", values, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(2, 6), "a", d.number(2, 3))
	}},
	{"add and multiply, locked", values, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(2, 6), "a", d.number(2, 3))
	}},
	{"read in one lock, written in another", values, numbers},
	{"check, then act", values, func(d dice) map[string]any {
		a := d.number(2, 5)
		return with(numbers(d), "a", a, "start", a+d.number(0, a-1))
	}},
	{"one that main does not wait for", values, numbers},
	{"atomic load, atomic store", values, numbers},
	{"who is first in a channel", values, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "results", "answers", "letters"))
	}},
	{"two variables", values, numbers},
	{"the least of four additions", schedule, numbers},
	{"the least of unlike additions", schedule, numbers},
	{"the least of a withdrawal", schedule, func(d dice) map[string]any {
		a, b := d.two(2, 9)
		start := max(a, b) + d.number(0, min(a, b)-1)
		return with(numbers(d), "x", d.of("money", "balance", "account", "stock"), "a", a, "b", b, "start", start)
	}},
	{"the least maximum", schedule, func(d dice) map[string]any {
		a, b := d.two(3, 9)
		return with(numbers(d),
			"x", d.of("highest", "longest", "largest", "best"), "start", d.number(0, 2), "a", a, "b", b)
	}},
	{"the least of a product", schedule, func(d dice) map[string]any {
		return with(numbers(d), "start", d.number(1, 4), "b", d.number(2, 3))
	}},
	{"two locks", ends, locks},
	{"a lock and a channel", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "box", "mail"), "room", d.of("", ", 1"))
	}},
	{"a signal that nobody hears", ends, func(d dice) map[string]any {
		words := with(numbers(d), "check", d.of("", "for ready == 0 {", "if ready == 0 {"), "end", "")
		if words["check"] != "" {
			words["end"] = "}"
		}
		return words
	}},
	{"closed twice", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "done", "stop", "quit"), "closed", d.of("closed", "ended", "stopped"))
	}},
	{"who takes the last one", ends, func(d dice) map[string]any {
		return with(numbers(d), "ch", d.of("ch", "jobs", "tasks"))
	}},
	{"divided by what another one sets", ends, func(d dice) map[string]any {
		b := d.number(2, 4)
		words := with(numbers(d), "b", b, "a", b*d.number(2, 5))
		return with(words, "parts", d.of("parts", "shares", "rows"), "zero", d.number(0, 1))
	}},
}
