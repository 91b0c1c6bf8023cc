// interleavings: 14
// outcome: "[1 1]\n"
// race: no
// why: a loop over an array's indexes, or that many times, takes the length from the type: Go does not
//   read the array, so there is neither a step nor a data race with those who write its elements

package main

import "fmt"

func main() {
	var done [2]int
	ready := make(chan struct{}, 2)
	for i := range done {
		go func() {
			done[i] = 1
			ready <- struct{}{}
		}()
	}
	for range done {
	}
	<-ready
	<-ready
	fmt.Println(done)
}
