// refused: line 8 before main

package main

var ready = make(chan bool, 1)

func init() {
	go func() { ready <- true }()
}

func main() { <-ready }
