// outcome: "1\n"
// outcome: "2\n"
// race: no
// why: two calls that are atomic each are not atomic together

package main

import (
	"fmt"
	"sync"
)

func main() {
	var visits sync.Map
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			n := 0
			if value, ok := visits.Load("home"); ok {
				n = value.(int)
			}
			visits.Store("home", n+1)
		})
	}
	wg.Wait()
	n, _ := visits.Load("home")
	fmt.Println(n)
}
