// interleavings: 1
// outcome: 1 × "hello\nmain\n"
// race: no

package main

import "fmt"

func main() {
	done := make(chan bool)
	go func() {
		fmt.Println("hello")
		done <- true
	}()
	<-done
	fmt.Println("main")
}
