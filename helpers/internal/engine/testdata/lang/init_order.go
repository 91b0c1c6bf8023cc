package main

import "fmt"

var (
	a = b + 1
	b = f("b", c)
	c = f("c", 1)
	_ = f("blank", 0)
)

var table = map[string]int{"one": 1, "two": f("two", 2)}

var big = func() [3]int { return [3]int{a, b, c} }()

func f(name string, n int) int {
	fmt.Println("initialise", name)
	return n * 10
}

func init() { fmt.Println("first init", a, b, c) }

func init() {
	a = 0
	fmt.Println("second init", len(table))
}

func main() { fmt.Println("main", a, b, c, table["two"], big) }
