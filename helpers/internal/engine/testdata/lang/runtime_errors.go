package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
)

type node struct{ next *node }

func try(name string, f func()) {
	defer func() {
		r := recover()
		err, ok := r.(error)
		if !ok {
			fmt.Printf("%s: %v (%T)\n", name, r, r)
			return
		}
		_, isRuntime := err.(runtime.Error)
		fmt.Printf("%s: %v %v\n", name, err, isRuntime)
	}()
	f()
}

func main() {
	zero, minus, five := 0, -1, 5
	s := []int{1, 2, 3}
	a := [3]int{}
	str := "abc"
	var m map[string]int
	var n *node
	var p *int
	var e any
	var err error
	var ch chan int
	try("index", func() { fmt.Println(s[five]) })
	try("negative index", func() { fmt.Println(s[minus]) })
	try("array", func() { a[five] = 1 })
	try("string", func() { fmt.Println(str[five]) })
	try("slice end", func() { fmt.Println(s[:five]) })
	try("slice order", func() { fmt.Println(s[2:zero]) })
	try("slice begin", func() { fmt.Println(s[five:]) })
	try("slice three", func() { fmt.Println(s[0:2:five]) })
	try("slice string", func() { fmt.Println(str[five:]) })
	try("string order", func() { fmt.Println(str[2:zero]) })
	try("array pointer", func() { fmt.Println((*[4]int)(s)) })
	try("divide", func() { fmt.Println(five / zero) })
	try("modulo", func() { fmt.Println(five % zero) })
	try("nil map", func() { m["a"] = 1 })
	try("nil field", func() { fmt.Println(n.next) })
	try("nil pointer", func() { *p = 1 })
	try("nil method", func() { fmt.Println(err.Error()) })
	try("assertion", func() { fmt.Println(any("x").(int)) })
	try("assertion of nil", func() { fmt.Println(e.(int)) })
	try("assertion to interface", func() { fmt.Println(any(1).(error)) })
	try("assertion of nil to interface", func() { fmt.Println(e.(error)) })
	try("make", func() { fmt.Println(len(make([]int, minus))) })
	try("make capacity", func() { fmt.Println(len(make([]int, 2, zero))) })
	try("make channel", func() { fmt.Println(len(make(chan int, minus))) })
	try("close nil", func() { close(ch) })
	try("close twice", func() { c := make(chan int); close(c); close(c) })
	try("send on closed", func() { c := make(chan int); close(c); c <- 1 })
	try("unhashable", func() { fmt.Println(map[any]int{1: 1}[[]int{1}]) })
	try("comparing", func() { x, y := any(func() {}), any(func() {}); fmt.Println(x == y) })
	try("shift", func() { fmt.Println(1 << minus) })
	try("text", func() { panic("text") })
	try("error", func() { panic(errors.New("error")) })
	try("number", func() { panic(fmt.Sprintf("%d", 42)) })
	try("integer", func() { panic(42) })
	try("nil", func() { panic(nil) })
	try("waitgroup", func() { var wg sync.WaitGroup; wg.Done() })
	try("none", func() {})
}
