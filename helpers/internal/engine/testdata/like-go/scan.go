package main

import (
	"fmt"
	"io"
	"iter"
	"maps"
)

type level int

func values(names ...string) iter.Seq[string] {
	return func(yield func(string) bool) {
		defer fmt.Println("the sequence ends")
		for _, name := range names {
			if !yield(name) {
				return
			}
		}
	}
}

func main() {
	var i int
	var u uint8
	var f float64
	var s string
	var b bool
	l := level(7)
	n, err := fmt.Sscan("12 200 2.5 word true 3", &i, &u, &f, &s, &b, &l)
	fmt.Println(n, err, i, u, f, s, b, l)
	n, err = fmt.Sscan("5 300 1", &i, &u, &f)
	fmt.Println(n, err, i, u, f)
	n, err = fmt.Sscan("", &i)
	fmt.Println(n, err, err == io.EOF, err == io.ErrUnexpectedEOF)
	n, err = fmt.Sscanf("7-x", "%d-%s", &i, &s)
	fmt.Println(n, err, i, s)
	n, err = fmt.Sscanln("1\n2", &i, &l)
	fmt.Println(n, err, i, l)

	next, stop := iter.Pull(values("a", "b", "c"))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	fmt.Println(next())
	next, stop = iter.Pull(values("x"))
	fmt.Println(next())
	fmt.Println(next())
	fmt.Println(next())
	stop()
	_, stop = iter.Pull(values("never"))
	stop()
	pair, stop := iter.Pull2(maps.All(map[string]int{"k": 5}))
	fmt.Println(pair())
	fmt.Println(pair())
	defer func() { fmt.Println("recovered", recover()) }()
	next, _ = iter.Pull(func(yield func(string) bool) { panic("within") })
	next()
}
