// outcome: "sum 3\n"
// outcome: deadlock ""
// race: no
// source: OSTEP, chapter 31 Semaphores, figure 31.11: who waits for an item inside the lock keeps
//   the producer out

package main

import (
	"fmt"
	"sync"
)

func main() {
	items := make(chan struct{}, 2)
	var lock sync.Mutex
	var buffer []int
	sum := 0
	var wg sync.WaitGroup
	wg.Go(func() {
		for item := 1; item <= 2; item++ {
			lock.Lock()
			buffer = append(buffer, item)
			items <- struct{}{}
			lock.Unlock()
		}
	})
	wg.Go(func() {
		for range 2 {
			lock.Lock()
			<-items
			sum += buffer[0]
			buffer = buffer[1:]
			lock.Unlock()
		}
	})
	wg.Wait()
	fmt.Println("sum", sum)
}
