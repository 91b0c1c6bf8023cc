// outcome: "1\n"
// outcome: "2\n"
// race: yes
// why: the slice is read and stored again, and one of two appended values may be lost

package main

import (
	"fmt"
	"sync"
)

func main() {
	var values []int
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { values = append(values, i) })
	}
	wg.Wait()
	fmt.Println(len(values))
}
