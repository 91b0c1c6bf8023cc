package main

import (
	"errors"
	"fmt"
	"strconv"
)

type stringer interface{ String() string }
type number int

func (n number) String() string { return "number " + strconv.Itoa(int(n)) }

type failure struct{ code int }

func (f *failure) Error() string { return fmt.Sprint("failure ", f.code) }

func fails(yes bool) error {
	var f *failure
	if yes {
		f = &failure{3}
	}
	return f // not nil, though f may be
}

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprintf("integer %v", v)
	case string:
		return "string of " + strconv.Itoa(len(v))
	case []int:
		return fmt.Sprint("slice of ", len(v))
	case error:
		return "error " + v.Error()
	case stringer:
		return "stringer " + v.String()
	case func() int:
		return fmt.Sprint("function ", v())
	case map[string]int, chan int:
		return fmt.Sprintf("%T", v)
	case *int:
		return fmt.Sprint("pointer to ", *v)
	case struct{ x int }:
		return fmt.Sprint("struct ", v.x)
	default:
		return fmt.Sprintf("other %T", v)
	}
}

func main() {
	seven := 7
	for _, v := range []any{nil, 1, int64(2), "abc", []int{1}, errors.New("bad"), number(4),
		func() int { return 5 }, map[string]int{},
		make(chan int), &seven, struct{ x int }{8}, 1.5, [2]bool{}, uint8(3), number(1).String} {
		fmt.Println(describe(v))
	}
	fmt.Println(fails(false) == nil, fails(true))
	var e error
	_, ok := e.(stringer)
	fmt.Println(ok, e == nil)
	var a, b any = 1, 1.0
	fmt.Println(a == b, a == any(1), any(number(1)) == any(1), any("x") == any("x"),
		any([2]int{1, 2}) == any([2]int{1, 2}))
	s, ok := any(number(9)).(stringer)
	fmt.Println(s, ok)
	n, ok := any("x").(int)
	fmt.Println(n, ok)
	defer func() { fmt.Println(recover()) }()
	fmt.Println(any([]int{1}) == any([]int{1}))
}
