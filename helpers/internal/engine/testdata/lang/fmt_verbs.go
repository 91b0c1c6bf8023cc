package main

import (
	"errors"
	"fmt"
	"time"
)

type point struct{ X, Y int }
type named struct {
	Name  string
	Tags  []string
	Next  *named
	Attrs map[string]int
	Any   any
	f     float64
}
type color int

func (c color) String() string { return [...]string{"red", "green"}[c] }

type secret string

func (secret) GoString() string { return "secret(…)" }

type failure struct{}

func (failure) Error() string { return "failed" }

func main() {
	fmt.Printf("%d %5d|%-5d|%05d|%+d|%x %X %#x %o %#o %b %c %q %U\n", 42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 5,
		'A', 'A', '世')
	fmt.Printf("%f %.2f %8.3f|%-8.1f|%e %g %G %08.2f %+.1f\n", 3.14159, 3.14159, 3.14159, 3.14159, 1234.5678,
		1e-10, 1e20, -3.14159, 2.0)
	fmt.Printf("%s|%10s|%-10s|%.2s|%q|%x|% x|%#q\n", "go", "go", "go", "gopher", "a\"b\n", "hex", "hex", "raw")
	fmt.Printf("%t %5t %v %p\n", true, false, nil, nil)
	fmt.Printf("%v %+v %#v %T\n", point{1, 2}, point{1, 2}, point{1, 2}, point{1, 2})
	n := named{"a", []string{"x", "y"}, nil, map[string]int{"b": 2, "a": 1}, 1.5, 2}
	fmt.Printf("%v\n%+v\n%#v\n", n, n, n)
	fmt.Printf("%v %d %s %x %T\n", color(1), color(1), color(0), color(1), color(1))
	fmt.Printf("%v %#v %s\n", secret("x"), secret("x"), secret("x"))
	fmt.Printf("%v %s %v\n", failure{}, failure{}, []error{failure{}, nil})
	fmt.Printf("%v %v %v %v\n", []int{1, 2}, []string{"a", ""}, [2]bool{true}, [][]int{{1}, {2, 3}})
	fmt.Printf("%q %x %s %d\n", []string{"a b", "c"}, []byte("az"), []byte("az"), []byte("az"))
	fmt.Printf("%#v %#v %#v %#v\n", []int{1}, map[string]bool{"k": true}, "q", 1.0)
	fmt.Printf("%v %v\n", &point{1, 2}, &[]int{1})
	fmt.Printf("%6.2f%% %3c|%-3c|%*d|%-*d|%.*f\n", 12.345, 'x', 'y', 5, 42, 5, 42, 2, 3.14159)
	fmt.Printf("%[2]d %[1]d %d\n", 1, 2)
	fmt.Printf("%d %s\n", "text", 5)
	fmt.Printf("%d\n", 1, 2)
	fmt.Printf("%d %d\n", 1)
	fmt.Printf("%z %!\n", 1)
	fmt.Println(1, "a", 2.5, true, nil, 'x', []any{1, "b", nil}, struct{}{}, map[int]string{2: "b", 1: "a"})
	fmt.Print("a", "b", 1, 2, true, "c", 3.0, "\n")
	fmt.Print(1, 2, "\n")
	fmt.Println(int8(-5), uint8(200), uintptr(9), complex(1, -2), float32(0.1), 1e6, 1e21, 100000000.0)
	s := fmt.Sprintf("%03d|%v|%s", 7, []any{1, "x"}, errors.New("e"))
	fmt.Println(s, fmt.Sprint("a", 1, 2, "b"), fmt.Sprintln("x", 1) == "x 1\n")
	fmt.Printf("%v %v %.3v %10v|%-10v|\n", 1.0, 1e9, 3.14159, "r", "l")
	fmt.Printf("%t %v %08b %o %x\n", true, false, 37, 64, "hi")
	fmt.Printf("%5v|%-5v|%05v\n", 12, 12, 12)
	fmt.Printf("%v %s\n", time.Duration(1500)*time.Millisecond, 2*time.Minute)
	fmt.Printf("%T %T %T %T %T %T %T\n", 1, "s", 1.5, []int{}, map[string]bool{}, func(int) string { return "" },
		struct{ A int }{})
	fmt.Printf("%T %T %T %T\n", nil, errors.New("x"), make(chan<- int), &point{})
	fmt.Printf("%x %X %x\n", -255, "Go", []int{10, 11})
	fmt.Printf("% d|% d|%+q|%#U\n", 5, -5, "é", 'é')
	fmt.Printf("%6d|%6s|%6v|%-6v|\n", []int{1, 2}, []string{"a", "b"}, [2]int{3, 4}, []bool{true})
	var np *point
	var ni fmt.Stringer
	fmt.Println(np, ni, []*int(nil), map[string]int(nil))
	fmt.Printf("%v %+v %s\n", np, ni, error(nil))
}
