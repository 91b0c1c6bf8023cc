// interleavings: 1
// outcome: 1 × deadlock ""
// race: no
// source: documentation of sync.Once: if f calls once.Do, it will deadlock

package main

import (
	"fmt"
	"sync"
)

func main() {
	var once sync.Once
	once.Do(func() {
		once.Do(func() { fmt.Println("inner") })
	})
}
