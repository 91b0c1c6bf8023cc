// interleavings: 4
// outcome: 2 × "done\n"
// outcome: 1 × panic "send on closed channel" ""
// outcome: 1 × panic "send on closed channel" "done\n"
// race: no
// left behind: yes
// why: main closes, and ends, whether or not the sender has sent; it sends before, after the
//   close, after the print, or never

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
