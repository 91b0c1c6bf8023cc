// outcome: panic "boom" ""
// race: no
// why: recover hears only the panics of its own goroutine

package main

import "fmt"

func main() {
	defer func() {
		fmt.Println("recovered", recover())
	}()
	done := make(chan bool)
	go func() {
		panic("boom")
	}()
	<-done
}
