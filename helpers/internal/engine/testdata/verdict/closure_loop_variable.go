// interleavings: 1
// outcome: 1 × "0 1 2\n"
// race: no
// why: since Go 1.22 each turn of the loop has its own variable, and who comes next waits for the
//   one before

package main

import (
	"fmt"
	"strconv"
	"strings"
)

func main() {
	turns := make([]chan bool, 4)
	for i := range turns {
		turns[i] = make(chan bool)
	}
	var out []string
	for i := range 3 {
		go func() {
			<-turns[i]
			out = append(out, strconv.Itoa(i))
			turns[i+1] <- true
		}()
	}
	turns[0] <- true
	<-turns[3]
	fmt.Println(strings.Join(out, " "))
}
