// outcome: "a\nb\n"
// outcome: "b\na\n"
// race: no
// why: Go leaves the order of a map open

package main

import "fmt"

func main() {
	for name := range map[string]int{"a": 1, "b": 2} {
		fmt.Println(name)
	}
}
