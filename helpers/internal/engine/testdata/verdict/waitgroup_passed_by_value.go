// outcome: deadlock "0\n1\n"
// outcome: deadlock "1\n0\n"
// race: no
// why: Done is said to copies, and main waits for ever for its own

package main

import (
	"fmt"
	"sync"
)

func work(n int, wg sync.WaitGroup) {
	defer wg.Done()
	fmt.Println(n)
}

func main() {
	var wg sync.WaitGroup
	for n := range 2 {
		wg.Add(1)
		go work(n, wg)
	}
	wg.Wait()
	fmt.Println("done")
}
