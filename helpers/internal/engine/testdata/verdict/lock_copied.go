// outcome: "1\n"
// outcome: "2\n"
// race: yes
// why: a method on a value locks a copy

package main

import (
	"fmt"
	"sync"
)

type account struct {
	lock    sync.Mutex
	balance *int
}

func (a account) pay() {
	a.lock.Lock()
	defer a.lock.Unlock()
	*a.balance++
}

func main() {
	balance := 0
	a := account{balance: &balance}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { a.pay() })
	}
	wg.Wait()
	fmt.Println(balance)
}
