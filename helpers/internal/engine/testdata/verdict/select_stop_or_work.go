// outcome: "worked 0\n"
// outcome: "worked 1\n"
// race: no
// why: stop and work may be ready together, and select takes either: work that was sent may be
//   left lying

package main

import "fmt"

func main() {
	work := make(chan int, 1)
	stop := make(chan struct{})
	result := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-work:
				n++
			case <-stop:
				result <- n
				return
			}
		}
	}()
	work <- 1
	close(stop)
	fmt.Println("worked", <-result)
}
