// outcome: "first: 1\n"
// outcome: "first: 2\n"
// race: no
// left behind: yes
// why: with room for all nobody waits for ever; yet main may end before the other has sent

package main

import "fmt"

func main() {
	results := make(chan int, 2)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	fmt.Println("first:", <-results)
}
