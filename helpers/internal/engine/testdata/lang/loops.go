package main

import "fmt"

func main() {
	for i := range 3 {
		fmt.Print(i, " ")
	}
	for i := range int8(3) {
		fmt.Printf("%T ", i)
	}
	fmt.Println()
	var prints []func()
	for i := 0; i < 3; i++ {
		prints = append(prints, func() { fmt.Print(i, " ") })
		if i == 1 {
			i++ // the closure above sees it
		}
	}
	for _, p := range prints {
		p()
	}
	fmt.Println()
	for i, r := range "aé世\xff!" {
		fmt.Print(i, ":", string(r), "=", r, " ")
	}
	fmt.Println()
	numbers := []int{1, 2, 3}
	for i, n := range numbers {
		if i == 0 {
			numbers[1] = 20
			numbers = append(numbers, 4)
		}
		fmt.Print(n, " ")
	}
	fmt.Println(numbers)
	array := [3]int{1, 2, 3}
	for i, n := range array {
		array[2] = 30
		fmt.Print(i, n, " ")
	}
	for i, n := range &array {
		array[2] = 40
		fmt.Print(i, n, " ")
	}
	fmt.Println()
outer:
	for i := range 4 {
		for j := range 4 {
			switch {
			case j == 2:
				continue outer
			case i == 2:
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
	n := 0
again:
	n++
	if n < 5 {
		goto again
	}
	fmt.Println(n)
	for k, v := range map[string]int{"only": 1} {
		fmt.Println(k, v)
	}
	for range 2 {
		fmt.Print("x")
	}
	for n < 8 {
		n++
	}
	for {
		n--
		if n < 3 {
			break
		}
	}
	fmt.Println(n)
	var none []int
	for range none {
		fmt.Println("never")
	}
	var nothing map[string]int
	for range nothing {
		fmt.Println("never")
	}
}
