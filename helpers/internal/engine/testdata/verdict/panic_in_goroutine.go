// outcome: panic "boom" ""
// race: no
// why: a panic that nobody recovers ends the program, and main waits for the goroutine

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { panic("boom") })
	wg.Wait()
	fmt.Println("done")
}
