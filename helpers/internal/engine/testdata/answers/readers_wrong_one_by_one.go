// verdict: wrong
// why: readers that should read together wait for each other inside

package main

import (
	"fmt"
	"sync"
)

type rw struct{ mu sync.Mutex }

func (l *rw) RLock()   { l.mu.Lock() }
func (l *rw) RUnlock() { l.mu.Unlock() }

func main() {
	var l rw
	a, b := make(chan bool, 1), make(chan bool, 1)
	read := func(mine, theirs chan bool) {
		l.RLock()
		mine <- true
		<-theirs
		l.RUnlock()
	}
	var wg sync.WaitGroup
	wg.Go(func() { read(a, b) })
	wg.Go(func() { read(b, a) })
	wg.Wait()
	fmt.Println("right")
}
