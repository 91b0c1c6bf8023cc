package main

import (
	"fmt"
	"iter"
)

func main() {
	next, stop := iter.Pull(func(yield func(string) bool) {
		defer fmt.Println("stopped")
		for _, s := range []string{"a", "b", "c"} {
			if !yield(s) {
				return
			}
		}
	})
	fmt.Println(next())
	fmt.Println(next())
	stop()
	v, ok := next()
	fmt.Printf("%q %v\n", v, ok)
}
