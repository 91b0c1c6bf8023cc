// verdict: wrong

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

func run(ctx context.Context, cancel context.CancelFunc, tasks ...func() error) error {
	var first error
	var mu sync.Mutex
	for _, task := range tasks {
		go func() {
			if err := task(); err != nil {
				cancel()
				mu.Lock()
				defer mu.Unlock()
				if first == nil {
					first = err
				}
			}
		}()
	}
	<-ctx.Done()
	mu.Lock()
	defer mu.Unlock()
	return first
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := run(ctx, cancel, func() error { return errors.New("broken") }, func() error { return nil })
	if err == nil {
		fmt.Println("wrong")
	}
}
