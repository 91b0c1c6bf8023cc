// interleavings: 70
// outcome: 70 × "2 2\n"
// race: no
// why: each writes a field of its own, so there is no race; yet the other can reach it, so each
//   load and store is a step: 8! / 4!^2

package main

import (
	"fmt"
	"sync"
)

type pair struct{ a, b int }

func main() {
	var p pair
	var wg sync.WaitGroup
	wg.Go(func() {
		p.a++
		p.a++
	})
	wg.Go(func() {
		p.b++
		p.b++
	})
	wg.Wait()
	fmt.Println(p.a, p.b)
}
