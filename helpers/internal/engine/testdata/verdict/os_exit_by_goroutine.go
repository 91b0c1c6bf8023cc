// interleavings: 1
// outcome: ""
// race: no
// why: a goroutine that ends the program is not left behind by it

package main

import (
	"os"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { os.Exit(0) })
	wg.Wait()
}
