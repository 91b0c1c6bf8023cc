// outcome: "A sent to B\n"
// outcome: "B sent to A\n"
// race: no
// why: both may send and both may receive; one of the two ways is taken

package main

import "fmt"

func main() {
	ch := make(chan string)
	said := make(chan string, 2)
	for _, name := range []string{"A", "B"} {
		go func() {
			select {
			case ch <- name:
				said <- ""
			case other := <-ch:
				said <- other + " sent to " + name
			}
		}()
	}
	fmt.Println(<-said + <-said)
}
