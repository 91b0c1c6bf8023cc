// outcome: "0\n"
// outcome: "1\n"
// race: yes
// left behind: yes

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		wg.Done()
		counter++
	}()
	wg.Wait()
	fmt.Println(counter)
}
