// verdict: right

package main

import (
	"errors"
	"fmt"
)

func run(tasks ...func() error) error {
	errs := make(chan error, len(tasks))
	for _, task := range tasks {
		go func() { errs <- task() }()
	}
	var first error
	for range tasks {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func main() {
	a, b := errors.New("a"), errors.New("b")
	if err := run(func() error { return a }, func() error { return b }); err != a && err != b {
		fmt.Println("wrong")
	}
}
