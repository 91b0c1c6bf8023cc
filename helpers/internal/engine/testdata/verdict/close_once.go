// outcome: "done\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	stop := make(chan struct{})
	var once sync.Once
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			once.Do(func() { close(stop) })
		})
	}
	<-stop
	wg.Wait()
	fmt.Println("done")
}
