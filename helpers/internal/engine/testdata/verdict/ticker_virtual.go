// outcome: "tick 1\ntick 2\ntick 3\n3ms\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for i := range 3 {
		<-ticker.C
		fmt.Println("tick", i+1)
	}
	fmt.Println(time.Since(start))
}
