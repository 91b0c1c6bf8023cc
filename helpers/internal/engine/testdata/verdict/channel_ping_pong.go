// interleavings: 3
// outcome: 3 × "3\n"
// race: no
// left behind: yes
// why: one order until the close; then the partner learns of it before main's print, between it
//   and the end, or never

package main

import "fmt"

func main() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for n := range ping {
			pong <- n + 1
		}
	}()
	n := 0
	for range 3 {
		ping <- n
		n = <-pong
	}
	close(ping)
	fmt.Println(n)
}
