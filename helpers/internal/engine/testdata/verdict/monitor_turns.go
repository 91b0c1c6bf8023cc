// outcome: "ping\npong\nping\npong\n"
// race: no
// source: OSTEP, chapter 30 Condition Variables; the classic ping-pong of two goroutines

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	changed := sync.NewCond(&lock)
	turn := 0
	var wg sync.WaitGroup
	for me, word := range []string{"ping", "pong"} {
		wg.Go(func() {
			for range 2 {
				lock.Lock()
				for turn != me {
					changed.Wait()
				}
				fmt.Println(word)
				turn = 1 - me
				changed.Broadcast()
				lock.Unlock()
			}
		})
	}
	wg.Wait()
}
