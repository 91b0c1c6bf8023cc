// verdict: wrong
// why: the first error is asked for, and not all of them

package main

import (
	"errors"
	"fmt"
	"sync"
)

func run(tasks ...func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() { errs[i] = task() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func main() {
	a, b := errors.New("a"), errors.New("b")
	err := run(func() error { return a }, func() error { return b })
	if err != a && err != b {
		fmt.Println("wrong")
	}
}
