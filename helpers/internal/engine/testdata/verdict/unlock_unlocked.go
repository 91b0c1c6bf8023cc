// interleavings: 1
// outcome: 1 × panic "sync: unlock of unlocked mutex" "one\n"
// race: no

package main

import (
	"fmt"
	"sync"
)

func main() {
	var lock sync.Mutex
	lock.Lock()
	fmt.Println("one")
	lock.Unlock()
	lock.Unlock()
	fmt.Println("two")
}
