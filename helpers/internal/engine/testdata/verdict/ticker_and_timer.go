// outcome: ...
// race: no
// complete: no
// least: 0
// why: with no clock, any number of ticks may come before the timer: what is seen must be told within the
//   bound, though it has thousands of endings and long ways to them

package main

import (
	"fmt"
	"time"
)

func main() {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	stop := time.NewTimer(35 * time.Millisecond)
	n := 0
	for {
		select {
		case <-tick.C:
			n++
			continue
		case <-stop.C:
		}
		break
	}
	fmt.Println(n)
}
