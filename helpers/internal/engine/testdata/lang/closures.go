package main

import "fmt"

func counter() (next func() int, reset func()) {
	n := 0
	next = func() int { n++; return n }
	reset = func() { n = 0 }
	return next, reset
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	next, reset := counter()
	other, _ := counter()
	fmt.Println(next(), next(), other(), next())
	reset()
	fmt.Println(next(), other())
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	double := func(x int) int { return 2 * x }
	fmt.Println(compose(double, func(x int) int { return x + 1 }, double)(5))
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	fmt.Println(fib(15))
	x := 1
	func() { x := 2; x++ }()
	func() { x = 7 }()
	fmt.Println(x, func(a, b int) int { return a - b }(9, 4))
}
