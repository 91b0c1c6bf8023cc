// outcome: "too late\n"
// race: no
// left behind: yes
// clock: virtual
// why: the sender finds nobody when it wakes, and main has ended before

package main

import (
	"fmt"
	"time"
)

func main() {
	result := make(chan int)
	go func() {
		time.Sleep(time.Second)
		result <- 42
	}()
	select {
	case r := <-result:
		fmt.Println("result", r)
	case <-time.After(time.Millisecond):
		fmt.Println("too late")
	}
}
