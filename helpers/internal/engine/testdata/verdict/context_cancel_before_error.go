// outcome: "error: <nil>\n"
// outcome: "error: broken\n"
// race: no
// why: the one that waits is let go before the error is kept
// left behind: yes

package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	var failure atomic.Pointer[error]
	go func() {
		err := errors.New("broken")
		cancel()
		failure.Store(&err)
	}()
	<-ctx.Done()
	if err := failure.Load(); err != nil {
		fmt.Println("error:", *err)
	} else {
		fmt.Println("error: <nil>")
	}
}
