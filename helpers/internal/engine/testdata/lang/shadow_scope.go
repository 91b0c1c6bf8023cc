package main

import "fmt"

var x = "package"

func change() { x += "!" }

func main() {
	fmt.Println(x)
	change()
	x := x + " local"
	{
		x := 1
		x++
		fmt.Println(x)
	}
	if x := len(x); x > 3 {
		fmt.Println("length", x)
	}
	for x := 0; x < 1; x++ {
		x := "loop"
		fmt.Println(x)
	}
	fmt.Println(x)
	a, err := 1, error(nil)
	b, err := 2, fmt.Errorf("second")
	fmt.Println(a, b, err)
	len := func(s string) int { return 42 }
	fmt.Println(len("x"))
	true := false
	fmt.Println(true)
	type int string
	var y int = "not a number"
	fmt.Println(y)
	func(x string) { x = "parameter"; _ = x }(x)
	fmt.Println(x)
	const c = 3
	{
		const c = c + 1
		fmt.Println(c)
	}
	fmt.Println(c)
}
