// outcome: "42 42, made 1\n"
// race: yes
// source: Bacon and others, The "Double-Checked Locking is Broken" Declaration; OSTEP does not
//   treat it
// why: in the order of the text all is well; yet the first look is a data race, and Go promises
//   nothing for it

package main

import (
	"fmt"
	"sync"
)

type config struct{ answer int }

var (
	lock     sync.Mutex
	instance *config
	made     int
)

func get() *config {
	if instance == nil {
		lock.Lock()
		defer lock.Unlock()
		if instance == nil {
			made++
			instance = &config{answer: 42}
		}
	}
	return instance
}

func main() {
	var a, b int
	var wg sync.WaitGroup
	wg.Go(func() { a = get().answer })
	wg.Go(func() { b = get().answer })
	wg.Wait()
	fmt.Printf("%d %d, made %d\n", a, b, made)
}
