// interleavings: unbounded
// outcome: endless "waiting\n"
// race: no
// why: an empty loop comes back to the same state

package main

import "fmt"

func main() {
	fmt.Println("waiting")
	for {
	}
}
