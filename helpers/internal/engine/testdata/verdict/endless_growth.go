// outcome: ...
// race: no
// complete: no
// why: a state never comes again, as the number grows for ever: the bound must end it

package main

import (
	"fmt"
	"runtime"
)

func main() {
	n := 0
	for {
		n++
		runtime.Gosched()
		if n < 0 {
			break
		}
	}
	fmt.Println(n)
}
