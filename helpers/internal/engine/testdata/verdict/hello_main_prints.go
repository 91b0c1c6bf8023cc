// interleavings: 3
// outcome: 1 × "main\n"
// outcome: 1 × "hello\nmain\n"
// outcome: 1 × "main\nhello\n"
// race: no
// left behind: yes
// why: hello before main's print, between it and the end, or never

package main

import "fmt"

func main() {
	go fmt.Println("hello")
	fmt.Println("main")
}
