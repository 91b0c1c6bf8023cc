// outcome: "15ms\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	timer := time.NewTimer(10 * time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	timer.Reset(10 * time.Millisecond)
	<-timer.C
	fmt.Println(time.Since(start))
}
