// verdict: right

package main

import (
	"fmt"
	"sync"
)

var (
	mu    sync.Mutex
	total int
)

func add(v int) {
	mu.Lock()
	defer mu.Unlock()
	total += v
}

func main() {
	var wg sync.WaitGroup
	for _, v := range []int{1, 10, 100} {
		wg.Go(func() { add(v) })
	}
	wg.Wait()
	if total != 111 {
		fmt.Println("wrong")
	}
}
