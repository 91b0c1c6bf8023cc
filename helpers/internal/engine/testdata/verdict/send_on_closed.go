// interleavings: 4
// outcome: 2 × "done\n"
// outcome: 1 × panic "send on closed channel" ""
// outcome: 1 × panic "send on closed channel" "done\n"
// left behind: yes
// why: main closes, and ends, whether or not the sender has sent; it sends before, after the
//   close, after the print, or never
// why: not stated here whether there is a race: Go's detector calls a send and a close that nothing
//   orders one, though no variable is involved

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
