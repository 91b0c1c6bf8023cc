// outcome: "done\n"
// outcome: panic "send on closed channel" ""
// outcome: panic "send on closed channel" "done\n"
// race: no
// left behind: yes
// why: main closes, and ends, whether or not the sender has sent

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
