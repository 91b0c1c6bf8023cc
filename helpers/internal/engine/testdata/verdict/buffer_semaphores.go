// outcome: "sum 3\n"
// race: no
// source: Little Book of Semaphores, section 4.1.4: finite buffer; semaphores are channels here

package main

import (
	"fmt"
	"sync"
)

func main() {
	spaces := make(chan struct{}, 1)
	items := make(chan struct{}, 1)
	var lock sync.Mutex
	var buffer []int
	sum := 0
	var wg sync.WaitGroup
	wg.Go(func() {
		for item := 1; item <= 2; item++ {
			spaces <- struct{}{}
			lock.Lock()
			buffer = append(buffer, item)
			lock.Unlock()
			items <- struct{}{}
		}
	})
	wg.Go(func() {
		for range 2 {
			<-items
			lock.Lock()
			sum += buffer[0]
			buffer = buffer[1:]
			lock.Unlock()
			<-spaces
		}
	})
	wg.Wait()
	fmt.Println("sum", sum)
}
