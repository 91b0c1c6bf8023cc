// outcome: "0s 0s\n"
// outcome: "0s 10ms\n"
// race: no
// clock: virtual
// why: the next time is read and stored in two steps, so two may pass at once

package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

func main() {
	const interval = int64(10 * time.Millisecond)
	start := time.Now()
	var next atomic.Int64
	wait := func() {
		at := next.Load()
		next.Store(at + interval)
		time.Sleep(time.Duration(at) - time.Since(start))
	}
	passed := make(chan time.Duration, 2)
	for range 2 {
		go func() {
			wait()
			passed <- time.Since(start)
		}()
	}
	fmt.Println(<-passed, <-passed)
}
