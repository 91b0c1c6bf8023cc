// outcome: "paid\n"
// outcome: deadlock "too little\n"
// race: no
// why: the early return keeps the lock, and whoever wants it next waits for ever

package main

import (
	"errors"
	"fmt"
	"sync"
)

var (
	lock    sync.Mutex
	balance = 100
)

func pay(amount int) error {
	lock.Lock()
	if amount > balance {
		return errors.New("too little")
	}
	balance -= amount
	lock.Unlock()
	return nil
}

func main() {
	done := make(chan bool)
	go func() {
		lock.Lock()
		balance += 50
		lock.Unlock()
		done <- true
	}()
	if err := pay(120); err != nil {
		fmt.Println(err)
	} else {
		fmt.Println("paid")
	}
	<-done
}
