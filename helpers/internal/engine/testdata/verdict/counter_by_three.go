// interleavings: 90
// outcome: 48 × "1\n"
// outcome: 36 × "2\n"
// outcome: 6 × "3\n"
// least: 1
// race: yes
// why: each of 3 goroutines loads and stores once: 6! / 2!^3 orders

package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			counter++
		}()
	}
	wg.Wait()
	fmt.Println(counter)
}
