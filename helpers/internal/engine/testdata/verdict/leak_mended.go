// interleavings: 8
// outcome: 4 × "first: 1\n"
// outcome: 4 × "first: 2\n"
// race: no
// left behind: yes
// why: who is first (2), times where the other sends: before main receives, prints, ends, or
//   never (4)

package main

import "fmt"

func main() {
	results := make(chan int, 2)
	for i := 1; i <= 2; i++ {
		go func() { results <- i }()
	}
	fmt.Println("first:", <-results)
}
