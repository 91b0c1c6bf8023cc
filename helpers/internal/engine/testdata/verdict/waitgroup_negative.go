// outcome: panic "sync: negative WaitGroup counter" ""
// outcome: panic "sync: negative WaitGroup counter" "done\n"
// outcome: "done\n"
// race: no
// left behind: yes
// why: the second Done is one too many, before or after main's print, unless main ends before it

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	for range 2 {
		go wg.Done()
	}
	wg.Wait()
	fmt.Println("done")
}
