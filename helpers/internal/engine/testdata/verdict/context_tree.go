// outcome: "context canceled\ncontext canceled\n"
// race: no

package main

import (
	"context"
	"fmt"
)

func main() {
	parent, cancel := context.WithCancel(context.Background())
	child, cancelChild := context.WithCancel(parent)
	defer cancelChild()
	done := make(chan error)
	for _, ctx := range []context.Context{parent, child} {
		go func() {
			<-ctx.Done()
			done <- ctx.Err()
		}()
	}
	cancel()
	fmt.Println(<-done)
	fmt.Println(<-done)
}
