package main

import (
	"fmt"
	"time"
)

type weekday int

const (
	sunday weekday = iota
	monday
	tuesday
	_
	thursday
)

const (
	_  = iota
	kb = 1 << (10 * iota)
	mb
	gb
)

const (
	a, b = iota, iota * 10
	c, d
)

type flags uint8

const (
	read flags = 1 << iota
	write
	execute
)

func (f flags) has(g flags) bool { return f&g != 0 }

const huge = 1 << 100
const third = 1.0 / 3
const text = "const" + "ant"

func main() {
	fmt.Println(sunday, monday, thursday, kb, mb, gb, a, b, c, d)
	fmt.Println(huge>>98, third*3 == 1, text, len(text))
	f := read | execute
	fmt.Println(f, f.has(write), f.has(execute), f&^read)
	const x = 5
	var y float64 = x
	var z uint8 = x
	fmt.Println(y/2, z/2, x/2, x/2.0, 'a'+1, string(rune('a'+1)))
	fmt.Printf("%T %T %T %T %T\n", x, 'a', 1.5, 2i, "s")
	var d time.Duration = 90 * time.Second
	fmt.Println(d, d.Minutes(), time.Duration(1500)*time.Microsecond, 2*time.Hour+3*time.Millisecond)
	switch day := tuesday; day {
	case sunday, monday:
		fmt.Println("early")
	case tuesday:
		fmt.Println("tuesday")
		fallthrough
	case thursday:
		fmt.Println("and thursday")
	default:
		fmt.Println("never")
	}
}
