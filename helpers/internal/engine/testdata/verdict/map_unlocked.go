// outcome: ...
// race: yes
// why: Go's map may fail on its own with "concurrent map writes"; what matters is that the race
//   is found

package main

import (
	"fmt"
	"sync"
)

func main() {
	ages := map[string]int{}
	var wg sync.WaitGroup
	for i, name := range []string{"Ann", "Bob"} {
		wg.Go(func() { ages[name] = i })
	}
	wg.Wait()
	fmt.Println(len(ages))
}
