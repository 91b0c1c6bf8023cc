// outcome: "1\n2\n3\n"
// race: no
// clock: virtual

package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for _, n := range []int{3, 1, 2} {
		wg.Go(func() {
			time.Sleep(time.Duration(n) * time.Millisecond)
			fmt.Println(n)
		})
	}
	wg.Wait()
}
