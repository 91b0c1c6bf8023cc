// verdict: right

package main

import (
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func run(tasks ...func() error) error {
	var g errgroup.Group
	for _, task := range tasks {
		g.Go(task)
	}
	return g.Wait()
}

func main() {
	broken := errors.New("broken")
	err := run(func() error { return nil }, func() error { return broken })
	if !errors.Is(err, broken) || run(func() error { return nil }) != nil {
		fmt.Println("wrong")
	}
}
