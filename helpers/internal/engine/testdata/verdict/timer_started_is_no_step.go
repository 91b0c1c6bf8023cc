// interleavings: 21
// outcome: 6 × "answer\n"
// outcome: 15 × "too slow\n"
// race: no
// left behind: yes
// why: to start a timer is no step, as to start a goroutine is none: the sleep and the send, the time that
//   comes, what main prints and its end are

package main

import (
	"fmt"
	"time"
)

func main() {
	result := make(chan string, 1)
	go func() {
		time.Sleep(50 * time.Millisecond)
		result <- "answer"
	}()
	select {
	case r := <-result:
		fmt.Println(r)
	case <-time.After(100 * time.Millisecond):
		fmt.Println("too slow")
	}
}
