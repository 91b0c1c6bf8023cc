// outcome: "0\n"
// outcome: "1\n"
// race: yes
// left behind: yes
// why: a sleep may last longer than it says, the goroutine's turn too, so a sleep orders nothing

package main

import (
	"fmt"
	"time"
)

func main() {
	counter := 0
	go func() {
		counter++
	}()
	time.Sleep(10 * time.Millisecond)
	fmt.Println(counter)
}
