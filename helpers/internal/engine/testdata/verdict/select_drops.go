// outcome: "received 1, dropped 1\n"
// outcome: "received 2, dropped 0\n"
// race: no
// source: issue 24, a select that drops
// why: whether the second finds room depends on the receiver

package main

import "fmt"

func main() {
	events := make(chan int, 1)
	received := make(chan int)
	go func() {
		n := 0
		for range events {
			n++
		}
		received <- n
	}()
	dropped := 0
	for i := range 2 {
		select {
		case events <- i:
		default:
			dropped++
		}
	}
	close(events)
	fmt.Printf("received %d, dropped %d\n", <-received, dropped)
}
