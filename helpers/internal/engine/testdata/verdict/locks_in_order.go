// interleavings: 2
// outcome: 2 × "100 100\n"
// race: no
// why: who has the first lock keeps the other out until the end, so only who is first counts
// source: OSTEP, chapter 32 Common Concurrency Problems: a total order of locks

package main

import (
	"fmt"
	"sync"
)

type account struct {
	sync.Mutex
	number, balance int
}

func transfer(from, to *account, amount int) {
	first, second := from, to
	if second.number < first.number {
		first, second = second, first
	}
	first.Lock()
	defer first.Unlock()
	second.Lock()
	defer second.Unlock()
	from.balance -= amount
	to.balance += amount
}

func main() {
	x, y := &account{number: 1, balance: 100}, &account{number: 2, balance: 100}
	var wg sync.WaitGroup
	wg.Go(func() { transfer(x, y, 10) })
	wg.Go(func() { transfer(y, x, 10) })
	wg.Wait()
	fmt.Println(x.balance, y.balance)
}
