// outcome: "too slow\n"
// outcome: "user 7\n"
// race: no
// left behind: yes
// why: the answer and the cancelling may both be there, and select takes either; the worker may
//   still live

package main

import (
	"context"
	"errors"
	"fmt"
)

type userKey struct{}

func main() {
	parent := context.WithValue(context.Background(), userKey{}, 7)
	ctx, cancel := context.WithCancelCause(parent)
	answer := make(chan string, 1)
	go func() {
		answer <- fmt.Sprint("user ", ctx.Value(userKey{}))
	}()
	cancel(errors.New("too slow"))
	select {
	case a := <-answer:
		fmt.Println(a)
	case <-ctx.Done():
		fmt.Println(context.Cause(ctx))
	}
}
