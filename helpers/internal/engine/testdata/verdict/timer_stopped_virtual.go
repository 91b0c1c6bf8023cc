// outcome: "stopped true\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"time"
)

func main() {
	fired := false
	timer := time.AfterFunc(time.Second, func() { fired = true })
	time.Sleep(time.Millisecond)
	stopped := timer.Stop()
	if !fired {
		fmt.Println("stopped", stopped)
	}
}
