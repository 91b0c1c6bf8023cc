// outcome: "first: 1\n"
// outcome: "first: 2\n"
// outcome: panic "send on closed channel" "first: 1\n"
// outcome: panic "send on closed channel" "first: 2\n"
// left behind: yes
// why: the slower sender waits for a receiver, or has not yet come, when the channel is closed:
//   it fails, unless main ends before
// why: not stated here whether there is a race: Go's detector calls a send and a close that nothing
//   orders one, though no variable is involved

package main

import "fmt"

func main() {
	results := make(chan int)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	fmt.Println("first:", <-results)
	close(results)
}
