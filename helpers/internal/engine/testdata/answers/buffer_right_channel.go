// verdict: right

package main

import (
	"fmt"
	"sync"
)

type buffer struct{ items chan int }

func (b buffer) Put(n int) { b.items <- n }
func (b buffer) Get() int  { return <-b.items }

func main() {
	b := buffer{make(chan int, 2)}
	var wg sync.WaitGroup
	var got [2]int
	for i := range got {
		wg.Go(func() { got[i] = b.Get() })
	}
	for n := range 2 {
		b.Put(n + 1)
	}
	wg.Wait()
	if got[0]+got[1] != 3 {
		fmt.Println("wrong")
	}
}
