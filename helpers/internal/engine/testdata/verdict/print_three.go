// interleavings: 6
// outcome: 1 × "a\nb\nc\n"
// outcome: 1 × "a\nc\nb\n"
// outcome: 1 × "b\na\nc\n"
// outcome: 1 × "b\nc\na\n"
// outcome: 1 × "c\na\nb\n"
// outcome: 1 × "c\nb\na\n"
// race: no
// why: a print is one step: 3!

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		wg.Go(func() { fmt.Println(name) })
	}
	wg.Wait()
}
