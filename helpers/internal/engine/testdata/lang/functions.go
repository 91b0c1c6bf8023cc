package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

type option func(*config)

type config struct {
	name string
	size int
}

func withSize(n int) option { return func(c *config) { c.size = n } }

func newConfig(name string, options ...option) config {
	c := config{name: name}
	for _, o := range options {
		o(&c)
	}
	return c
}

func sum(label string, numbers ...int) (string, int) {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return label, total
}

func change(numbers ...int) { numbers[0] = 100 }

func divide(a, b int) (quotient, remainder int, err error) {
	if b == 0 {
		err = errors.New("by zero")
		return
	}
	quotient, remainder = a/b, a%b
	return
}

func isEven(n int) bool { return n == 0 || isOdd(n-1) }
func isOdd(n int) bool  { return n != 0 && isEven(n-1) }

func ackermann(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func trace(s string, v bool) bool { fmt.Print(s, " "); return v }

func array(a [3]int) [3]int { a[0] = 9; return a }

func main() {
	fmt.Println(newConfig("a"), newConfig("b", withSize(3), func(c *config) { c.name += "!" }))
	fmt.Println(sum("none"))
	fmt.Println(sum("some", 1, 2, 3))
	s := []int{4, 5}
	fmt.Println(sum("slice", s...))
	change(s...)
	fmt.Println(s)
	fmt.Println(divide(7, 2))
	fmt.Println(divide(7, 0))
	fmt.Println(isEven(10), isOdd(7), ackermann(2, 3))
	fmt.Println(trace("a", false) && trace("b", true), trace("c", true) || trace("d", false))
	fmt.Println(trace("e", true) && trace("f", true) || trace("g", true))
	a := [3]int{1, 2, 3}
	fmt.Println(array(a), a)
	fs := map[string]func(float64) float64{"sqrt": math.Sqrt, "abs": math.Abs}
	fmt.Println(fs["sqrt"](16), fs["abs"](-2))
	print := func(format string, args ...any) { fmt.Printf(format+"\n", args...) }
	print("%d and %s", 1, "two")
	x, y := 1, 2
	x, y = y, x+y
	fmt.Println(x, y)
	if n, err := strconv.Atoi("5"); err != nil {
		fmt.Println("never")
	} else if n > 3 {
		fmt.Println("greater", n)
	}
	switch n := len(s); {
	case n > 1:
		fmt.Println("several")
		break
	default:
		fmt.Println("few")
	}
	func(args ...string) { fmt.Println(len(args), args == nil) }()
	i := 0
	next := func() int { i++; return i }
	numbers := []int{next(), next(), next()}
	numbers[next()-4], numbers[1] = next(), next()
	fmt.Println(numbers, i)
}
