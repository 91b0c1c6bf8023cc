package main

import (
	"errors"
	"fmt"
	"strconv"
)

type stack []string

func (s *stack) push(name string) func() {
	*s = append(*s, name)
	return func() { *s = append(*s, "-"+name) }
}

func a(s *stack, depth int) {
	defer s.push(fmt.Sprint("a", depth))()
	if depth == 2 {
		var m map[int]int
		m[1] = 1
	}
	a(s, depth+1)
}

func safely(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("wrapped: %w", r)
		default:
			err = fmt.Errorf("%v", r)
		}
	}()
	f()
	return nil
}

type custom struct{ code int }

func (c custom) Error() string { return "custom " + strconv.Itoa(c.code) }

func main() {
	var s stack
	fmt.Println(safely(func() { a(&s, 0) }))
	fmt.Println(s)
	fmt.Println(safely(func() {}), safely(func() { panic("text") }))
	err := safely(func() { panic(custom{7}) })
	var c custom
	fmt.Println(errors.As(err, &c), c.code)
	fmt.Println(safely(func() {
		defer func() { panic(fmt.Sprint(recover(), " and more")) }()
		panic("first")
	}))
	result := func() (n int) {
		defer func() {
			if recover() != nil {
				n = 5
			}
		}()
		return 10 / (n * 0)
	}()
	fmt.Println(result)
	func() {
		defer fmt.Println("runs")
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
			panic("second")
		}()
	}()
	for i := range 3 {
		err := safely(func() {
			if i == 1 {
				panic(i)
			}
		})
		fmt.Print(err, " ")
	}
	fmt.Println()
	func() {
		mu := make(chan bool, 1)
		defer func() { recover(); fmt.Println(len(mu)) }()
		mu <- true
		defer func() { <-mu }()
		var p *custom
		fmt.Println(p.code)
	}()
}
