// interleavings: 50
// outcome: 28 × "1\n"
// outcome: 22 × "2\n"
// race: yes
// why: a load, a store and a send each, and main may receive before or after the second sends;
//   counted by a brute-force script

package main

import "fmt"

type counter struct {
	value int
	done  chan bool
}

func (c *counter) add(n int) {
	c.value += n
	c.done <- true
}

func main() {
	c := &counter{done: make(chan bool, 2)}
	go c.add(1)
	go c.add(1)
	<-c.done
	<-c.done
	fmt.Println(c.value)
}
