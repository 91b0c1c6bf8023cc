// interleavings: 2
// outcome: 1 × ""
// outcome: 1 × "hello\n"
// race: no
// left behind: yes
// why: the print and the end of main, one step each: the program ends with main, whether hello
//   was printed or not

package main

import "fmt"

func main() {
	go fmt.Println("hello")
}
