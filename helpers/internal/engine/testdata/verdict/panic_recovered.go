// outcome: "recovered boom\ndone\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				fmt.Println("recovered", r)
			}
		}()
		panic("boom")
	})
	wg.Wait()
	fmt.Println("done")
}
