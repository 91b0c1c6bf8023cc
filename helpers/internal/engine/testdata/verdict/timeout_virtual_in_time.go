// outcome: "result 42\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"time"
)

func main() {
	result := make(chan int, 1)
	go func() {
		time.Sleep(time.Millisecond)
		result <- 42
	}()
	select {
	case r := <-result:
		fmt.Println("result", r)
	case <-time.After(time.Second):
		fmt.Println("too late")
	}
}
