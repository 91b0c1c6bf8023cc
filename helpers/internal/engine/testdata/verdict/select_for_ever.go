// interleavings: 1
// outcome: 1 × deadlock "waiting\n"
// race: no

package main

import "fmt"

func main() {
	fmt.Println("waiting")
	select {}
}
