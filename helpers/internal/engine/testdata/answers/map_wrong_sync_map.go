// verdict: wrong

package main

import (
	"fmt"
	"sync"
)

var visits sync.Map

func visit(page string) {
	n, ok := visits.Load(page)
	if !ok {
		n = 0
	}
	visits.Store(page, n.(int)+1)
}

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { visit("home") })
	}
	wg.Wait()
	if n, _ := visits.Load("home"); n != 2 {
		fmt.Println("wrong")
	}
}
