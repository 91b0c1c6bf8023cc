package main

import "fmt"

func order() {
	for i := range 3 {
		defer fmt.Print("deferred ", i, "; ")
	}
	fmt.Print("body; ")
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = -1, fmt.Errorf("recovered: %v", r)
		}
	}()
	defer func() { n *= 2 }()
	n = 5
	panic("stop")
}

func result() (n int) {
	defer func() { n++ }()
	return 41
}

func unnamed() int {
	n := 1
	defer func() { n = 100 }()
	return n
}

func arguments() {
	n := 1
	defer fmt.Println("argument", n, "was taken before")
	defer func() { fmt.Println("closure sees", n) }()
	n = 2
}

func again() (text string) {
	defer func() { text = fmt.Sprint(recover(), " outer") }()
	defer func() {
		r := recover()
		panic(fmt.Sprint(r, " then"))
	}()
	panic("first")
}

func notDirect() (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	defer func() {
		helper := func() any { return recover() } // not called by a deferred function of the panic's frame
		func() { fmt.Println("indirect:", helper()) }()
	}()
	panic("kept")
}

func loop() {
	for i := range 2 {
		func() {
			defer func() { fmt.Print(i, recover(), " ") }()
			if i == 1 {
				panic("one")
			}
		}()
	}
	fmt.Println()
}

type resource string

func (r resource) Close() { fmt.Println("close", r) }

func main() {
	order()
	fmt.Println()
	fmt.Println(named())
	fmt.Println(result(), unnamed())
	arguments()
	fmt.Println(again())
	fmt.Println(notDirect())
	loop()
	fmt.Println(recover())
	r := resource("a")
	defer r.Close()
	r = "b"
	defer r.Close()
	var f func()
	defer func() { fmt.Println("nil function:", recover()) }()
	defer f()
	fmt.Println("end of main")
}
