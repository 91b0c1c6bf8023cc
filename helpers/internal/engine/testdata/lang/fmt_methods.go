package main

import (
	"fmt"
	"strings"
)

type both struct{ n int }

func (b both) String() string { return "string" }
func (b both) Error() string  { return "error" }

type pointer struct{ n int }

func (p *pointer) String() string { return fmt.Sprint("pointer ", p.n) }

type formatter struct{}

func (formatter) Format(s fmt.State, verb rune) {
	width, ok := s.Width()
	fmt.Fprintf(s, "[%c %d %v %v]", verb, width, ok, s.Flag('+'))
}

type panics struct{}

func (panics) String() string { panic("no text") }

type wrapper struct {
	Inner both
	hid   both
}

type stringers []both

func main() {
	fmt.Println(both{1}, &both{2}, []both{{3}})
	p := pointer{4}
	fmt.Println(p, &p, []*pointer{})
	fmt.Printf("%+5d %v\n", formatter{}, formatter{})
	fmt.Println(panics{})
	var nilPointer *both
	fmt.Printf("%v\n", nilPointer)
	fmt.Println(wrapper{both{1}, both{2}}, stringers{{1}, {2}})
	fmt.Println(map[string]both{"a": {1}}, struct{ b any }{both{1}})
	fmt.Printf("%d %v %s %q\n", both{5}, both{5}, both{5}, both{5})
	text := fmt.Append(nil, "a", 1)
	text = fmt.Appendf(text, "-%02d", 3)
	text = fmt.Appendln(text, "!")
	fmt.Print(string(text))
	var b strings.Builder
	n, err := fmt.Fprintln(&b, "x", 1)
	fmt.Println(n, err, b.String() == "x 1\n")
}
