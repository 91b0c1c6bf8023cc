package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

type color int

func (c color) String() string { return [...]string{"red", "green"}[c] }

type point struct {
	X, Y int
	name string
}

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64   { return s.side * s.side }
func (s *square) String() string { return fmt.Sprintf("square of %g", s.side) }

type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprint("failed with ", f.code) }

type temperature float64

type word string

type custom struct{ n int }

func (c custom) Format(f fmt.State, verb rune) {
	w, wok := f.Width()
	p, pok := f.Precision()
	fmt.Fprintf(f, "<%c %v %v %v %v %t %t %d %s>", verb, w, wok, p, pok, f.Flag('+'), f.Flag('#'), c.n, fmt.FormatString(f, verb))
}

type gostring struct{}

func (gostring) GoString() string { return "gostring{!}" }

type inner struct{ C color }

type outer struct {
	inner
	D color
	e color
	f *point
	G any
	H error
}

type pair[K comparable, V any] struct {
	Key K
	Val V
}

type node struct {
	v    int
	next *node
}

type boom struct{}

func (boom) String() string { panic("boom") }

type nilsafe struct{ n int }

func (n *nilsafe) String() string { return fmt.Sprint(n.n) }

// half is which of the formats are tried: what the machine takes is bounded.
const half = 0

func main() {
	p := point{1, 2, "a"}
	values := []any{
		nil, true, 0, -7, 42, int8(-3), uint8(200), uint16(9), int64(1) << 40, uint64(1) << 63, 'x', 3.14159, float32(0.1), 1e100, -0.0,
		2 + 3i, complex64(1 - 1i), "hello", "héllo\n\t\"q\"", word("word"), "", color(1), temperature(36.6),
		p, &p, (*point)(nil), []int{1, 2, 3}, []int(nil), []int{}, [3]int{4, 5, 6}, []string{"a", "b c"}, []byte("bytes"), [2]byte{1, 255},
		[]byte(nil), map[string]int{"b": 2, "a": 1}, map[string]int(nil), map[int]string{3: "c", 1: "a"}, map[color]int{1: 5, 0: 6}, []color{0, 1}, []any{1, "a", nil, 2.5, color(0)},
		[][]int{{1}, {2, 3}}, []*point{nil}, square{2}, &square{3}, failure{4}, &failure{5}, errors.New("plain"),
		fmt.Errorf("wrapped: %w", failure{6}), custom{7}, gostring{}, outer{D: 1, e: 1, G: color(1), H: failure{8}}, &outer{inner: inner{1}},
		pair[string, int]{"k", 1}, pair[color, []int]{0, []int{1}}, struct{}{}, struct {
			A int
			B string
		}{1, "b"}, (func())(nil), (chan int)(nil), time.Second * 90, time.March, time.Tuesday, os.Args == nil,
		error(nil), shape(square{1}), [0]int{}, map[[2]int]bool{{2, 1}: true, {1, 2}: false}, map[any]int{"a": 1, 2: 2, 1.5: 3}[2],
		node{1, nil}, &node{2, nil}, []error{failure{1}, nil}, boom{}, (*nilsafe)(nil), &nilsafe{3}, map[bool]int{true: 1, false: 0}, map[float64]int{2.5: 1, 1.5: 2},
		strings.Repeat("ab", 3), rune(0x1F600), "日本", []rune("né"), uintptr(255), []word{"x", "y"}, [2]bool{true, false}, []float64{1, 2.5}, struct{ P *point }{nil},
		[]byte("hi")[:1], struct{ b []byte }{[]byte("in")}, []struct{ N int }{{1}, {2}}, map[string][]int{"x": {1}}, map[string]point{"p": {1, 2, "n"}}, new(map[string]int), &[]int{1}, &[2]string{"a", "b"},
	}
	for i, format := range []string{
		"%v", "%+v", "%#v", "%T", "%d", "%s", "%q", "%x", "%X", "% x", "%#x", "%t", "%f", "%.2f", "%8.3f", "%e", "%g", "%G", "%b", "%o", "%O", "%c", "%U", "%#U",
		"%5v", "%-8v|", "%08v", "%+d", "% d", "%6d|", "%-6d|", "%06d", "%10s|", "%-10s|", "%.2s", "%10.1s|", "%+q", "%#q", "%5t", "%z", "%!", "%w", "%6.2f|", "%+.1e", "%x|%[1]v", "%05s", "%-05d|", "%3c|", "%#o", "%#b", "%+#v", "%#+v", "%-+6v|", "%.3v", "%8.3v",
	} {
		if i%2 != half {
			continue
		}
		for _, v := range values {
			fmt.Printf(format+"\n", v)
		}
	}
	fmt.Printf("%p %v\n", (*int)(nil), (*int)(nil))
	fmt.Printf("%d %s\n", 1)
	fmt.Printf("%d\n", 1, "two", 3.0, nil, color(1))
	fmt.Printf("%[2]d %[1]d\n", 1, 2)
	fmt.Printf("%[2]*[1]d|%-*d|%.*f\n", 12, 6, 4, 7, 2, 3.14159)
	fmt.Printf("%[3]d %[5]d %[x]d %[1]d\n", 1, 2, 3)
	fmt.Printf("%*d|\n", "a", 5)
	fmt.Printf("%.*d|\n", -1, 5)
	fmt.Printf("%*d|%*d\n", -5, 5, 10000000, 1)
	fmt.Printf("100%% %d%\n", 5)
	fmt.Printf("%")
	fmt.Println()
	fmt.Printf("%d %d %#[1]x %#x\n", 16, 17)
	fmt.Printf("%6.2[1]f|%[1]6.2f|%[1].3d|%.[1]2d\n", 3)
	fmt.Printf("%é %d\n", 1, 2)
	fmt.Println("a", 1, 2, "b", "c", 3.0, nil, color(0), []string{"x"})
	fmt.Print("a", 1, 2, "b", "c", 3.0, nil, color(0), color(1), "\n")
	fmt.Print(1, 2, "\n")
	fmt.Println()
	fmt.Println(errors.Is(fmt.Errorf("a %w b %w", failure{1}, errors.New("x")), failure{1}), fmt.Errorf("%w %d", nil, 3), fmt.Errorf("%w", "s"))
	err := fmt.Errorf("two: %w, %v, %w", failure{1}, failure{2}, failure{3})
	fmt.Printf("%v %T %T %T\n", err, err, fmt.Errorf("x %w", err), fmt.Errorf("none"))
	var f failure
	fmt.Println(errors.As(err, &f), f.code, errors.Unwrap(fmt.Errorf("y: %w", f)) == f, errors.Join(nil, f, errors.New("z")))
	fmt.Fprintln(os.Stdout, "to the output", 1)
	var b strings.Builder
	fmt.Fprintf(&b, "%d-%s", 5, "five")
	fmt.Println(b.String(), b.Len(), string(fmt.Append(nil, 1, "x")), string(fmt.Appendf([]byte("p:"), "%03d", 7)))
}
