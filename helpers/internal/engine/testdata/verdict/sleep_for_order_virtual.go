// outcome: "first\nsecond\n"
// race: no
// clock: virtual
// why: time passes only when nobody can run, so the print comes before the sleep's end

package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { fmt.Println("first") })
	wg.Go(func() {
		time.Sleep(time.Millisecond)
		fmt.Println("second")
	})
	wg.Wait()
}
