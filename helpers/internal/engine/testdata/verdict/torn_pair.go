// interleavings: 15
// outcome: 7 × "0 0\n"
// outcome: 2 × "1 0\n"
// outcome: 3 × "0 1\n"
// outcome: 3 × "1 1\n"
// race: yes
// why: the reader sees one half of the pair; even 0 1, as the first half may be read before, and
//   the second after both writes; counted by a brute-force script

package main

import (
	"fmt"
	"sync"
)

type pair struct{ x, y int }

func main() {
	var p, seen pair
	var wg sync.WaitGroup
	wg.Go(func() {
		p.x = 1
		p.y = 1
	})
	wg.Go(func() {
		seen.x = p.x
		seen.y = p.y
	})
	wg.Wait()
	fmt.Println(seen.x, seen.y)
}
