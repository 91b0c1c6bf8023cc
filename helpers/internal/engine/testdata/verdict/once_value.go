// outcome: "42 42\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	made := 0
	get := sync.OnceValue(func() int {
		made++
		return 41 + made
	})
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get() })
	wg.Go(func() { b = get() })
	wg.Wait()
	fmt.Println(a, b)
}
