// outcome: "recovered\n2\n"
// outcome: deadlock "recovered\n"
// race: no
// why: without defer the panic leaves the lock taken

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	counter := 0
	add := func(n int) {
		lock.Lock()
		if n < 0 {
			panic("negative")
		}
		counter += n
		lock.Unlock()
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			recover()
			fmt.Println("recovered")
		}()
		add(-1)
	}()
	add(2)
	<-done
	fmt.Println(counter)
}
