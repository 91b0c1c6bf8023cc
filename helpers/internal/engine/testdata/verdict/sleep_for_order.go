// outcome: "first\nsecond\n"
// outcome: "second\nfirst\n"
// race: no

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
