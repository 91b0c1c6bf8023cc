// interleavings: 3
// outcome: 1 × panic "boom" ""
// outcome: 1 × panic "boom" "main\n"
// outcome: 1 × "main\n"
// race: no
// left behind: yes
// why: the panic before main's print, between it and the end, or never

package main

import "fmt"

func main() {
	go func() { panic("boom") }()
	fmt.Println("main")
}
