// verdict: right

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

func run(tasks ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var (
		wg    sync.WaitGroup
		once  sync.Once
		first error
	)
	for _, task := range tasks {
		wg.Go(func() {
			if err := task(ctx); err != nil {
				once.Do(func() {
					first = err
					cancel()
				})
			}
		})
	}
	wg.Wait()
	return first
}

func main() {
	broken := errors.New("broken")
	err := run(func(context.Context) error { return broken }, func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	if err != broken {
		fmt.Println("wrong:", err)
	}
}
