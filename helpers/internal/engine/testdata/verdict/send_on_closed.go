// interleavings: 7
// outcome: 4 × "done\n"
// outcome: 1 × panic "send on closed channel" ""
// outcome: 2 × panic "send on closed channel" "done\n"
// race: no
// left behind: yes
// why: it sends before the close (1); or it finds the channel closed, one step, and crashes,
//   another: orders with main's print and end, until one of the two ends all (6)

package main

import "fmt"

func main() {
	results := make(chan int, 1)
	go func() {
		results <- 1
	}()
	close(results)
	fmt.Println("done")
}
