package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
)

var errNotFound = errors.New("not found")

type pathError struct {
	op, path string
	err      error
}

func (e *pathError) Error() string { return e.op + " " + e.path + ": " + e.err.Error() }
func (e *pathError) Unwrap() error { return e.err }

type temporary interface{ Temporary() bool }
type timeout struct{}

func (timeout) Error() string        { return "timeout" }
func (timeout) Temporary() bool      { return true }
func (timeout) Is(target error) bool { return target == errNotFound }

func open(path string) error { return &pathError{"open", path, errNotFound} }

func main() {
	err := fmt.Errorf("loading: %w", open("x.txt"))
	fmt.Println(err, errors.Is(err, errNotFound), errors.Is(err, errors.New("not found")),
		errors.Unwrap(errors.Unwrap(err)) == errNotFound)
	var pe *pathError
	fmt.Println(errors.As(err, &pe), pe.path, errors.Unwrap(errNotFound) == nil)
	joined := errors.Join(errNotFound, nil, timeout{})
	fmt.Printf("%v|%q\n", joined, joined.Error())
	fmt.Println(errors.Is(joined, timeout{}), errors.Join(nil, nil) == nil, errors.Is(timeout{}, errNotFound))
	var t temporary
	fmt.Println(errors.As(joined, &t), t.Temporary())
	two := fmt.Errorf("%w and %w", errNotFound, timeout{})
	fmt.Println(two, errors.Is(two, errNotFound), errors.Unwrap(two))
	fmt.Println(fmt.Errorf("no wrap %v", errNotFound), errors.Is(fmt.Errorf("%v", errNotFound), errNotFound))
	_, err = strconv.Atoi("12x")
	var ne *strconv.NumError
	fmt.Println(err, errors.As(err, &ne), errors.Is(err, strconv.ErrSyntax))
	_, err = strconv.ParseInt("300", 10, 8)
	fmt.Println(err, errors.Is(err, strconv.ErrRange))
	fmt.Println(context.Canceled, context.DeadlineExceeded, io.EOF)
}
